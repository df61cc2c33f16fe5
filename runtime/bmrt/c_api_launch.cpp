// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Launches, with tensors in device memory or data of the host.
#include <cstdlib>
#include <memory>
#include <vector>

#include "runtime/bmrt/handle.h"

using namespace bmemu::runtime;  // NOLINT(google-build-using-namespace): the names below are the interface's

namespace {

void require_one_core(const int* cores, int count) {
  if (count > 1 || (count == 1 && cores != nullptr && cores[0] != 0))
    unsupported(fmt::format("{} cores", count), "both chips have one core: its number is 0");
}

bool launch(const char* function, ModelRuntime* runtime, const char* name, const Tensor* inputs, int input_count,
            Tensor* outputs, int output_count, bool has_memory, bool has_modes, const int* cores = nullptr,
            int core_count = 0) noexcept {
  return with_runtime(function, runtime, [&](ModelRuntime& r) {
    require_pointer(name, "network name");
    require(input_count == 0 || inputs != nullptr, "inputs", "not null");
    require(output_count == 0 || outputs != nullptr, "outputs", "not null");
    require_one_core(cores, core_count);
    r.launch(name, inputs, input_count, outputs, output_count, has_memory, has_modes);
  });
}

std::uint64_t bytes_of(std::int32_t type, const Shape& shape) {
  return (element_count(shape) * bmemu::isa::bits(static_cast<bmemu::isa::DataType>(type)) + 7) / 8;
}

/// Device memory of a tensor for one launch.
struct HeldTensor {
  DeviceBuffer buffer;
  Tensor tensor{};
};

HeldTensor held_tensor(Handle* handle, std::int32_t type, const Shape& shape) {
  HeldTensor held{DeviceBuffer(handle, bytes_of(type, shape))};
  held.tensor.type = type;
  held.tensor.shape = shape;
  held.tensor.memory.dmabuf = -1;
  held.tensor.memory.address = held.buffer.address();
  held.tensor.memory.size = static_cast<std::uint32_t>(held.buffer.bytes());
  return held;
}

/// Memory of the host that the caller will free with free().
struct Freed {
  void operator()(void* memory) const { std::free(memory); }
};
using HostMemory = std::unique_ptr<void, Freed>;

HostMemory host_memory(std::size_t bytes) {
  HostMemory memory(std::malloc(bytes));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

std::vector<Tensor> tensors_of(const std::vector<HeldTensor>& held) {
  std::vector<Tensor> tensors;
  tensors.reserve(held.size());
  for (const HeldTensor& one : held) tensors.push_back(one.tensor);
  return tensors;
}

void launch_data(ModelRuntime& runtime, const char* name, void* const* input_data, const Shape* input_shapes,
                 int input_count, void** output_data, Shape* output_shapes, int output_count, bool has_memory) {
  const LoadedNetwork& network = network_of(runtime, name);
  const NetworkInfo& info = network.info();
  require(input_count == info.input_count && output_count == info.output_count, "number of inputs and outputs",
          "the network's");
  for (const void* pointer : {static_cast<const void*>(input_data), static_cast<const void*>(input_shapes),
                              static_cast<const void*>(output_data), static_cast<const void*>(output_shapes)})
    require_pointer(pointer, "inputs and outputs");
  std::vector<HeldTensor> inputs;
  for (int i = 0; i < input_count; ++i) {
    require_pointer(input_data[i], "input data");
    inputs.push_back(held_tensor(runtime.handle(), info.input_types[i], input_shapes[i]));
    inputs.back().buffer.write(input_data[i], inputs.back().buffer.bytes());
  }
  const std::vector<Tensor> given = tensors_of(inputs);
  const auto stage = network.stage_for(given.data());
  std::vector<HeldTensor> outputs;
  outputs.reserve(static_cast<std::size_t>(output_count));
  for (int i = 0; i < output_count; ++i)
    outputs.push_back(held_tensor(runtime.handle(), info.output_types[i],
                                  info.stages[stage.value_or(0)].output_shapes[i]));  // without stage: refused below
  std::vector<Tensor> results = tensors_of(outputs);
  runtime.launch(name, given.data(), input_count, results.data(), output_count, true, false);
  require_ok(bm_thread_sync(runtime.handle()), "bm_thread_sync");
  std::vector<HostMemory> made;
  for (int i = 0; i < output_count; ++i) {
    const std::uint64_t bytes = outputs[static_cast<std::size_t>(i)].buffer.bytes();
    if (!has_memory) made.push_back(host_memory(bytes));
    void* const to = has_memory ? output_data[i] : made.back().get();
    require_pointer(to, "output data");
    const Tensor& result = results[static_cast<std::size_t>(i)];
    require_ok(bm_memcpy_d2s_partial(runtime.handle(), to, result.memory, static_cast<std::uint32_t>(bytes)),
               "bm_memcpy_d2s_partial");
    output_shapes[i] = result.shape;
  }
  for (std::size_t i = 0; i < made.size(); ++i) output_data[i] = made[i].release();
}

}  // namespace

extern "C" {

bool bmrt_launch_tensor(ModelRuntime* runtime, const char* name, const Tensor* inputs, int input_count, Tensor* outputs,
                        int output_count) {
  return launch("bmrt_launch_tensor", runtime, name, inputs, input_count, outputs, output_count, false, false);
}

bool bmrt_launch_tensor_ex(ModelRuntime* runtime, const char* name, const Tensor* inputs, int input_count,
                           Tensor* outputs, int output_count, bool has_memory, bool has_modes) {
  return launch("bmrt_launch_tensor_ex", runtime, name, inputs, input_count, outputs, output_count, has_memory,
                has_modes);
}

bool bmrt_launch_tensor_multi_cores(ModelRuntime* runtime, const char* name, const Tensor* inputs, int input_count,
                                    Tensor* outputs, int output_count, bool has_memory, bool has_modes,
                                    const int* cores, int core_count) {
  return launch("bmrt_launch_tensor_multi_cores", runtime, name, inputs, input_count, outputs, output_count, has_memory,
                has_modes, cores, core_count);
}

bool bmrt_launch_tensor_multi_thread(ModelRuntime* runtime, const char* name, const Tensor* inputs, int input_count,
                                     Tensor* outputs, int output_count, std::uint64_t, bool has_memory, bool has_modes,
                                     const int* cores, int core_count) {
  return launch("bmrt_launch_tensor_multi_thread", runtime, name, inputs, input_count, outputs, output_count,
                has_memory, has_modes, cores, core_count);
}

bool bmrt_launch_data_multi_cores(ModelRuntime* runtime, const char* name, void* const* input_data,
                                  const Shape* input_shapes, int input_count, void** output_data, Shape* output_shapes,
                                  int output_count, bool has_memory, const int* cores, int core_count) {
  return with_runtime("bmrt_launch_data_multi_cores", runtime, [&](ModelRuntime& r) {
    require_one_core(cores, core_count);
    launch_data(r, name, input_data, input_shapes, input_count, output_data, output_shapes, output_count, has_memory);
  });
}

bool bmrt_launch_data(ModelRuntime* runtime, const char* name, void* const* input_data, const Shape* input_shapes,
                      int input_count, void** output_data, Shape* output_shapes, int output_count, bool has_memory) {
  return with_runtime("bmrt_launch_data", runtime, [&](ModelRuntime& r) {
    launch_data(r, name, input_data, input_shapes, input_count, output_data, output_shapes, output_count, has_memory);
  });
}
}
