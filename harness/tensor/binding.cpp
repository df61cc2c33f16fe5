// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/tensor/binding.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <random>

#include "emulator/arithmetic/half.h"
#include "harness/tensor/npy.h"
#include "harness/tensor/packing.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr std::string_view kRandom = "random:";

std::uint64_t elements(const isa::TensorInfo& tensor) {
  std::uint64_t count = 1;
  for (const auto d : tensor.shape) count *= d;
  return count;
}

std::string shape_text(const std::vector<std::uint64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ",")); }

/// Packed tensors are known where the packed elements fill words, and whole: not with rows that the firmware adds.
void require_known_storage(const isa::TensorInfo& tensor) {
  if (tensor.padding_rows != 0)
    throw Error({"E-TENSOR-STORAGE", tensor.name,
                 fmt::format("{} rows above and {} below", tensor.padding_rows >> 16, tensor.padding_rows & 0xFFFF),
                 "no rows of padding",
                 "the firmware would add rows to the input, which arrays do not; `bmemu with` runs such a program"});
  if (tensor.storage_mode == 0 || isa::batches_in_word(tensor) > 1 || isa::bits(tensor.type) == 32) return;
  throw Error({"E-TENSOR-STORAGE", tensor.name,
               fmt::format("storage mode {} of {}", tensor.storage_mode, isa::name(tensor.type)),
               "0 (1N), 1 (2N) of 16-bit elements, 2 (4N) of 8-bit elements",
               "a way of packing batches that no program was seen to use"});
}

template <class T>
T load(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <class T>
void store(std::vector<std::uint8_t>& to, T value) {
  const std::size_t at = to.size();
  to.resize(at + sizeof value);
  std::memcpy(to.data() + at, &value, sizeof value);
}

void store_float(std::vector<std::uint8_t>& to, isa::DataType type, float value) {
  if (type == isa::DataType::kF16) return store(to, emulator::f32_to_f16(value));
  if (type == isa::DataType::kBf16) return store(to, emulator::f32_to_bf16(value));
  store(to, value);
}

/// Of the array's signed and unsigned integers; kBool counts as u8.
std::int64_t load_integer(ArrayType type, const std::uint8_t* at) {
  switch (type) {
    case ArrayType::kI8: return load<std::int8_t>(at);
    case ArrayType::kI16: return load<std::int16_t>(at);
    case ArrayType::kU16: return load<std::uint16_t>(at);
    case ArrayType::kI32: return load<std::int32_t>(at);
    case ArrayType::kU32: return load<std::uint32_t>(at);
    case ArrayType::kI64: return load<std::int64_t>(at);
    case ArrayType::kU64: return static_cast<std::int64_t>(std::min(load<std::uint64_t>(at), std::uint64_t{INT64_MAX}));
    default: return *at;
  }
}

struct Range {
  std::int64_t low;
  std::int64_t high;
};

Range range_of(isa::DataType type) {
  switch (type) {
    case isa::DataType::kI8: return {INT8_MIN, INT8_MAX};
    case isa::DataType::kU8: return {0, UINT8_MAX};
    case isa::DataType::kI16: return {INT16_MIN, INT16_MAX};
    case isa::DataType::kU16: return {0, UINT16_MAX};
    case isa::DataType::kU32: return {0, UINT32_MAX};
    default: return {INT32_MIN, INT32_MAX};
  }
}

[[noreturn]] void wrong_type(const isa::TensorInfo& tensor, const std::string& value, const std::string& what) {
  throw Error({"E-TENSOR-TYPE", tensor.name, value, std::string(isa::name(tensor.type)), what});
}

std::vector<std::uint8_t> converted(const isa::TensorInfo& tensor, const Array& array) {
  const unsigned bytes = bytes_of(array.type);
  const bool floats = array.type == ArrayType::kF16 || array.type == ArrayType::kF32 || array.type == ArrayType::kF64;
  std::vector<std::uint8_t> result;
  const auto for_each = [&](auto&& action) {
    for (std::size_t at = 0; at < array.bytes.size(); at += bytes) action(array.bytes.data() + at);
  };
  if (is_float(tensor.type)) {
    if (array.type == ArrayType::kF32)
      for_each([&](const std::uint8_t* at) { store_float(result, tensor.type, load<float>(at)); });
    else if (array.type == ArrayType::kF64)
      for_each([&](const std::uint8_t* at) { store_float(result, tensor.type, static_cast<float>(load<double>(at))); });
    else if (array.type == ArrayType::kF16)
      for_each([&](const std::uint8_t* at) {
        store_float(result, tensor.type, emulator::f16_to_f32(load<std::uint16_t>(at)));
      });
    else if (array.type == ArrayType::kBool)
      for_each([&](const std::uint8_t* at) { store_float(result, tensor.type, *at != 0 ? 1.0F : 0.0F); });
    else
      wrong_type(tensor, fmt::format("array of {} bytes per element", bytes),
                 "only f16, f32, f64 and bool arrays can be rounded to the input's float type");
    return result;
  }
  if (floats) wrong_type(tensor, "float array", "the program wants integers; quantise the input first");
  const Range range = range_of(tensor.type);
  const unsigned width = isa::bits(tensor.type) / 8;
  for_each([&](const std::uint8_t* at) {
    const std::int64_t value = load_integer(array.type, at);
    if (value < range.low || value > range.high)
      wrong_type(tensor, fmt::format("{}", value),
                 "a number of the input does not fit the type that the program wants");
    for (unsigned b = 0; b < width; ++b) result.push_back(static_cast<std::uint8_t>(value >> (8 * b)));
  });
  return result;
}

/// NHWC to NCHW.
Array transposed(const Array& array) {
  const auto& s = array.shape;
  const std::size_t width = bytes_of(array.type);
  Array result = array;
  result.shape = {s[0], s[3], s[1], s[2]};
  std::uint8_t* to = result.bytes.data();
  for (std::uint64_t n = 0; n < s[0]; ++n)
    for (std::uint64_t c = 0; c < s[3]; ++c)
      for (std::uint64_t pixel = 0; pixel < s[1] * s[2]; ++pixel, to += width)
        std::memcpy(to, array.bytes.data() + ((n * s[1] * s[2] + pixel) * s[3] + c) * width, width);
  return result;
}

std::vector<std::uint64_t> nhwc_of(const std::vector<std::uint64_t>& shape) {
  return {shape[0], shape[2], shape[3], shape[1]};
}

std::vector<std::uint64_t> without_ones(std::vector<std::uint64_t> shape) {
  shape.erase(std::remove(shape.begin(), shape.end(), std::uint64_t{1}), shape.end());
  return shape;
}

/// The array in the order of the tensor's elements. Only what cannot be mistaken passes: the tensor's own shape, a
/// plain list of all elements, or the same dimensions without some of those that are 1.
Array fitted(const isa::TensorInfo& tensor, const Array& array, InputLayout layout, std::vector<std::string>& notes) {
  const bool is_nhwc = layout == InputLayout::kNhwc && tensor.shape.size() == 4;
  if (is_nhwc && array.shape == nhwc_of(tensor.shape)) return transposed(array);
  const auto wanted = is_nhwc ? nhwc_of(tensor.shape) : tensor.shape;
  if (!is_nhwc && array.shape == tensor.shape) return array;
  const bool is_list = array.shape.size() <= 1 && array.elements() == elements(tensor);
  const bool is_shorter = array.shape.size() < tensor.shape.size() && without_ones(array.shape) == without_ones(wanted);
  if (!is_nhwc && (is_list || is_shorter)) {
    notes.push_back(fmt::format("input {} has the shape {} instead of {}; its elements are taken in their order",
                                tensor.name, shape_text(array.shape), shape_text(tensor.shape)));
    return array;
  }
  const bool is_turned = !is_nhwc && tensor.shape.size() == 4 && array.shape == nhwc_of(tensor.shape);
  throw Error({"E-TENSOR-SHAPE", tensor.name, shape_text(array.shape),
               shape_text(wanted) + (is_turned ? "; --input-layout nhwc takes this one" : ""),
               array.elements() == elements(tensor) ? "the input has as many elements but another shape"
                                                    : "the input has another number of elements"});
}

template <class T>
void count_not_finite(const Array& array, std::uint64_t& nan, std::uint64_t& infinite) {
  for (std::size_t at = 0; at + sizeof(T) <= array.bytes.size(); at += sizeof(T)) {
    const T value = load<T>(array.bytes.data() + at);
    nan += std::isnan(value) ? 1 : 0;
    infinite += std::isinf(value) ? 1 : 0;
  }
}

void note_not_finite(const isa::TensorInfo& tensor, const Array& array, std::vector<std::string>& notes) {
  std::uint64_t nan = 0;
  std::uint64_t infinite = 0;
  if (array.type == ArrayType::kF32) count_not_finite<float>(array, nan, infinite);
  if (array.type == ArrayType::kF64) count_not_finite<double>(array, nan, infinite);
  if (array.type == ArrayType::kF16)
    for (std::size_t at = 0; at < array.bytes.size(); at += 2) {
      const float value = emulator::f16_to_f32(load<std::uint16_t>(array.bytes.data() + at));
      nan += std::isnan(value) ? 1 : 0;
      infinite += std::isinf(value) ? 1 : 0;
    }
  if (nan + infinite > 0)
    notes.push_back(fmt::format("input {} holds {} NaN and {} infinities", tensor.name, nan, infinite));
}

std::vector<Array> random_inputs(const isa::Program& program, std::uint64_t seed) {
  std::mt19937_64 random(seed);  // the standard fixes its numbers, not those of the distributions
  std::vector<Array> arrays;
  for (const isa::TensorInfo& tensor : program.inputs) {
    Array array;
    array.name = tensor.name;
    array.type = array_type(tensor);
    array.shape = tensor.shape;
    for (std::uint64_t i = 0; i < elements(tensor); ++i) {
      const std::uint64_t bits = random();
      if (is_float(tensor.type)) {
        store_float(array.bytes, tensor.type, static_cast<float>(bits >> 40) * 0x1p-23F - 1.0F);
      } else {
        for (unsigned b = 0; b < bytes_of(array.type); ++b)
          array.bytes.push_back(static_cast<std::uint8_t>(bits >> (8 * b)));
      }
    }
    arrays.push_back(std::move(array));
  }
  return arrays;
}

}  // namespace

ArrayType array_type(const isa::TensorInfo& tensor) {
  switch (tensor.type) {
    case isa::DataType::kF32: return ArrayType::kF32;
    case isa::DataType::kF16: return ArrayType::kF16;
    case isa::DataType::kI8: return ArrayType::kI8;
    case isa::DataType::kU8: return ArrayType::kU8;
    case isa::DataType::kI16: return ArrayType::kI16;
    case isa::DataType::kBf16:
    case isa::DataType::kU16: return ArrayType::kU16;
    case isa::DataType::kI32: return ArrayType::kI32;
    case isa::DataType::kU32: return ArrayType::kU32;
    case isa::DataType::kI4:
    case isa::DataType::kU4: break;
  }
  throw Error({"E-TENSOR-TYPE", tensor.name, std::string(isa::name(tensor.type)), "types of 8 bits and more",
               "4-bit tensors cannot be read or written from outside"});
}

bool is_random(const std::string& specification) { return specification.compare(0, kRandom.size(), kRandom) == 0; }

std::vector<Array> inputs_from(const std::string& specification, const isa::Program& program,
                               std::vector<std::string>* notes) {
  if (is_random(specification)) {
    const char* const first = specification.data() + kRandom.size();
    const char* const last = specification.data() + specification.size();
    std::uint64_t seed = 0;
    const auto [end, error] = std::from_chars(first, last, seed);
    if (error != std::errc{} || end != last)
      throw Error({"E-TENSOR-SEED", "--input", specification, "random:0 to random:18446744073709551615",
                   "the seed of random inputs is no number"});
    return random_inputs(program, seed);
  }
  return order_inputs(read_arrays(specification), program, specification, notes);
}

std::vector<Array> order_inputs(std::vector<Array> arrays, const isa::Program& program, const std::string& source,
                                std::vector<std::string>* notes) {
  if (arrays.size() == 1 && program.inputs.size() == 1) {
    const std::string& name = arrays.front().name;
    if (notes != nullptr && !name.empty() && name != program.inputs.front().name)
      notes->push_back(
          fmt::format("the only array, {}, is taken for the only input, {}", name, program.inputs.front().name));
    return arrays;
  }
  std::vector<Array> ordered;
  for (const isa::TensorInfo& tensor : program.inputs) {
    const Array* found = find_array(arrays, tensor.name);
    if (found == nullptr)
      throw Error({"E-TENSOR-NAME", source, fmt::format("no array \"{}\"", tensor.name), isa::names_of(program.inputs),
                   "there is no array for an input of the program"});
    ordered.push_back(*found);
  }
  if (ordered.size() != arrays.size())
    throw Error({"E-TENSOR-COUNT", source, fmt::format("{} arrays", arrays.size()),
                 fmt::format("{}: {}", program.inputs.size(), isa::names_of(program.inputs)),
                 "there are arrays that are no inputs of the program"});
  return ordered;
}

void bind_inputs(emulator::Session& session, const std::vector<Array>& inputs, InputLayout layout,
                 std::vector<std::string>* notes) {
  std::vector<std::string> found;
  const isa::Program& program = session.program();
  if (inputs.size() != program.inputs.size())
    throw Error({"E-TENSOR-COUNT", program.source, fmt::format("{} arrays", inputs.size()),
                 fmt::format("{}: {}", program.inputs.size(), isa::names_of(program.inputs)),
                 "the program has another number of inputs"});
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const isa::TensorInfo& tensor = program.inputs[i];
    require_known_storage(tensor);
    const Array array = fitted(tensor, inputs[i], layout, found);
    note_not_finite(tensor, array, found);
    const bool is_same = array.type == array_type(tensor);
    const auto bytes = pack_batches(tensor, is_same ? array.bytes : converted(tensor, array));
    session.set_input(tensor.name, bytes.data(), bytes.size());
  }
  if (notes != nullptr) notes->insert(notes->end(), found.begin(), found.end());
}

std::vector<Array> read_outputs(const emulator::Session& session) {
  std::vector<Array> arrays;
  for (const isa::TensorInfo& tensor : session.program().outputs) {
    require_known_storage(tensor);
    Array array;
    array.name = tensor.name;
    array.type = array_type(tensor);
    array.shape = tensor.shape;
    array.bytes = unpack_batches(tensor, session.output(tensor.name));
    arrays.push_back(std::move(array));
  }
  return arrays;
}

}  // namespace bmemu::harness
