// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Shapes and tensors.
#include <algorithm>

#include "isa/layout/data_type.h"
#include "runtime/bmrt/handle.h"
#include "runtime/bmrt/network_description.h"
#include "runtime/interface/guard.h"

using namespace bmemu::runtime;  // NOLINT(google-build-using-namespace): the names below are the interface's

namespace {

constexpr int kLastType = static_cast<int>(bmemu::isa::DataType::kU4);

/// Whole bytes of an element; 4-bit ones count one.
std::size_t element_bytes(int type) {
  require(type >= 0 && type <= kLastType, "element type", "0..10");
  return (bmemu::isa::bits(static_cast<bmemu::isa::DataType>(type)) + 7) / 8;
}

void require_shape(const Shape* shape) {
  require_pointer(shape, "shape");
  require(shape->count >= 0 && shape->count <= kMostDimensions, "number of dimensions", "0..8");
}

std::size_t bytes_of(const Tensor& tensor) {
  require_shape(&tensor.shape);
  return element_count(tensor.shape) * element_bytes(tensor.type);
}

/// What `body` gives; 0 when it refuses.
template <class Body>
std::size_t number(const char* function, Body&& body) noexcept {
  std::size_t result = 0;
  guarded(function, [&] { result = body(); });
  return result;
}

void set_tensor(Tensor* tensor, int type, const Shape& shape, const Memory& memory) {
  require_pointer(tensor, "tensor");
  Tensor result{};
  result.type = type;
  result.shape = shape;
  result.memory = memory;
  const std::size_t bytes = bytes_of(result);
  require(bytes != 0, "shape", "at least one element");
  require(bytes <= memory.size, "device memory", "at least the tensor's bytes");
  *tensor = result;
}

bool make_tensor(const char* function, Tensor* tensor, const ModelRuntime* runtime, int type,
                 const Shape& shape) noexcept {
  return guarded(function, [&] {
           require_pointer(tensor, "tensor");
           require_pointer(runtime, "runtime");
           require_shape(&shape);
           Memory memory{};
           require(element_count(shape) != 0, "shape", "at least one element");
           const std::size_t bytes = element_count(shape) * element_bytes(type);
           require(bytes <= 0xFFFFFFFF, "shape", "a tensor of less than 4 GiB");
           require_ok(bm_malloc_device_byte(runtime->handle(), &memory, static_cast<std::uint32_t>(bytes)), function);
           set_tensor(tensor, type, shape, memory);
         }) == kOk;
}

}  // namespace

extern "C" {

std::size_t bmrt_data_type_size(int type) {
  return number("bmrt_data_type_size", [&] { return element_bytes(type); });
}

void bmrt_shape(Shape* shape, const int* sizes, int count) {
  guarded("bmrt_shape", [&] {
    require_pointer(shape, "shape");
    require(count >= 0 && count <= kMostDimensions, "number of dimensions", "0..8");
    require(count == 0 || sizes != nullptr, "dimensions", "not null");
    require(std::all_of(sizes, sizes + count, [](int size) { return size > 0; }), "dimension", "above 0");
    shape->count = count;
    std::copy_n(sizes, count, shape->size);
  });
}

std::uint64_t bmrt_shape_count(const Shape* shape) {
  return number("bmrt_shape_count", [&] {
    require_shape(shape);
    return element_count(*shape);
  });
}

bool bmrt_shape_is_same(const Shape* left, const Shape* right) {
  return number("bmrt_shape_is_same", [&]() -> std::size_t {
           require_shape(left);
           require_shape(right);
           return left->count == right->count && std::equal(left->size, left->size + left->count, right->size) ? 1 : 0;
         }) != 0;
}

bool bmrt_tensor(Tensor* tensor, ModelRuntime* runtime, int type, Shape shape) {
  return make_tensor("bmrt_tensor", tensor, runtime, type, shape);
}

bool bmrt_tensor_ex(Tensor* tensor, ModelRuntime* runtime, int device, int type, Shape shape) {
  return guarded("bmrt_tensor_ex", [&] { require(device == 0, "device of the runtime", "0: it has one"); }) == kOk &&
         make_tensor("bmrt_tensor_ex", tensor, runtime, type, shape);
}

void bmrt_tensor_with_device(Tensor* tensor, Memory memory, int type, Shape shape) {
  guarded("bmrt_tensor_with_device", [&] { set_tensor(tensor, type, shape, memory); });
}

std::size_t bmrt_tensor_bytesize(const Tensor* tensor) {
  return number("bmrt_tensor_bytesize", [&] {
    require_pointer(tensor, "tensor");
    return bytes_of(*tensor);
  });
}

std::size_t bmrt_tensor_device_size(const Tensor* tensor) {
  return number("bmrt_tensor_device_size", [&]() -> std::size_t {
    require_pointer(tensor, "tensor");
    return tensor->memory.size;
  });
}
}

/// C++ functions that programs of the vendor import: their names carry the interface's types.
// NOLINTBEGIN(readability-identifier-naming): they are looked up by name
enum bm_data_type_e : int {};
struct bm_mem_desc {
  Memory memory;
};

namespace bmruntime {
std::size_t ByteSize(bm_data_type_e type) { return bmrt_data_type_size(type); }
}  // namespace bmruntime
// NOLINTEND(readability-identifier-naming)

void bmrt_must_alloc_device_mem(void* runtime, bm_mem_desc* out, unsigned bytes) {
  with_runtime("bmrt_must_alloc_device_mem", static_cast<ModelRuntime*>(runtime), [&](ModelRuntime& r) {
    require_pointer(out, "descriptor");
    require_ok(bm_malloc_device_byte(r.handle(), &out->memory, bytes), "bm_malloc_device_byte");
  });
}

void bmrt_must_free_device_mem(void* runtime, bm_mem_desc descriptor) {
  with_runtime("bmrt_must_free_device_mem", static_cast<ModelRuntime*>(runtime),
               [&](ModelRuntime& r) { bm_free_device(r.handle(), descriptor.memory); });
}
