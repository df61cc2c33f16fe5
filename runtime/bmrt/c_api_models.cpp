// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Runtimes, BModels and what is told about networks.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "runtime/bmrt/handle.h"

using namespace bmemu::runtime;  // NOLINT(google-build-using-namespace): the names below are the interface's

namespace {

using bmemu::isa::BModel;

ModelRuntime* create(const char* function, Handle* const* handles, int count) noexcept {
  ModelRuntime* result = nullptr;
  guarded(function, [&] {
    require_pointer(handles, "handles");
    if (count > 1) unsupported(fmt::format("{} devices", count), "a network is launched on one device");
    require(count == 1, "number of handles", "1");
    result = std::make_unique<ModelRuntime>(handles[0]).release();
  });
  return result;
}

bool load(const char* function, ModelRuntime* runtime, const char* path, const std::string& suffix) noexcept {
  return with_runtime(function, runtime, [&](ModelRuntime& r) {
    require_pointer(path, "path");
    r.load(BModel::open(path + suffix));
  });
}

std::string text_of(const Shape& shape) {
  std::string text;
  for (std::int32_t i = 0; i < shape.count; ++i) text += fmt::format("{}{}", i == 0 ? "" : " ", shape.size[i]);
  return "[" + text + "]";
}

std::string type_name(std::int32_t type) {
  return std::string(bmemu::isa::name(static_cast<bmemu::isa::DataType>(type)));
}

void print_stage(const NetworkInfo& network, int index) {
  fmt::print(std::cout, "  stage {}\n", index);
  const StageInfo& stage = network.stages[index];
  for (int i = 0; i < network.input_count; ++i)
    fmt::print(std::cout, "    input \"{}\": {} {}, scale {:g}, zero point {}\n", network.input_names[i],
               type_name(network.input_types[i]), text_of(stage.input_shapes[i]), network.input_scales[i],
               network.input_zero_points[i]);
  for (int i = 0; i < network.output_count; ++i)
    fmt::print(std::cout, "    output \"{}\": {} {}, scale {:g}, zero point {}\n", network.output_names[i],
               type_name(network.output_types[i]), text_of(stage.output_shapes[i]), network.output_scales[i],
               network.output_zero_points[i]);
}

void print(const NetworkInfo& network) {
  fmt::print(std::cout, "network \"{}\": {}, {} stage{}\n", network.name, network.is_dynamic ? "dynamic" : "static",
             network.stage_count, network.stage_count == 1 ? "" : "s");
  for (int i = 0; i < network.stage_count; ++i) print_stage(network, i);
  std::cout << std::flush;
}

/// Nothing is logged but errors: the level is kept for those who ask.
int log_level = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): the interface reads it as data

}  // namespace

extern "C" {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables,readability-identifier-naming): the interface's
int BMRT_LOG_LEVEL_THRESHOLD = 0;

ModelRuntime* bmrt_create(Handle* handle) { return create("bmrt_create", &handle, 1); }
ModelRuntime* bmrt_create_ex(Handle** handles, int count) { return create("bmrt_create_ex", handles, count); }
void bmrt_destroy(ModelRuntime* runtime) { delete runtime; }

Handle* bmrt_get_bm_handle(ModelRuntime* runtime) {
  Handle* result = nullptr;
  with_runtime("bmrt_get_bm_handle", runtime, [&](ModelRuntime& r) { result = r.handle(); });
  return result;
}

void bmrt_set_flags(ModelRuntime* runtime, std::uint32_t flags) {
  with_runtime("bmrt_set_flags", runtime, [&](ModelRuntime& r) { r.set_flags(flags); });
}

std::uint32_t bmrt_get_flags(ModelRuntime* runtime) {
  std::uint32_t flags = 0;
  with_runtime("bmrt_get_flags", runtime, [&](ModelRuntime& r) { flags = r.flags(); });
  return flags;
}

bool bmrt_load_bmodel(ModelRuntime* runtime, const char* path) { return load("bmrt_load_bmodel", runtime, path, ""); }

bool bmrt_load_context(ModelRuntime* runtime, const char* folder) {
  return load("bmrt_load_context", runtime, folder, "/compilation.bmodel");
}

bool bmrt_load_bmodel_data(ModelRuntime* runtime, const void* bytes, std::size_t size) {
  return with_runtime("bmrt_load_bmodel_data", runtime, [&](ModelRuntime& r) {
    require_pointer(bytes, "BModel");
    r.load(BModel::from_bytes({{static_cast<const std::uint8_t*>(bytes), size}, nullptr}, "BModel in memory"));
  });
}

void bmrt_show_neuron_network(ModelRuntime* runtime) {
  with_runtime("bmrt_show_neuron_network", runtime, [&](ModelRuntime& r) {
    for (const LoadedNetwork* network : r.networks()) print(network->info());
  });
}

void bmrt_print_network_info(const NetworkInfo* network) {
  guarded("bmrt_print_network_info", [&] {
    require_pointer(network, "network");
    print(*network);
  });
}

void bmrt_trace(ModelRuntime* runtime) { bmrt_show_neuron_network(runtime); }

int bmrt_get_network_number(ModelRuntime* runtime) {
  int number = 0;
  with_runtime("bmrt_get_network_number", runtime,
               [&](ModelRuntime& r) { number = static_cast<int>(r.networks().size()); });
  return number;
}

void bmrt_get_network_names(ModelRuntime* runtime, const char*** names) {
  with_runtime("bmrt_get_network_names", runtime, [&](ModelRuntime& r) {
    require_pointer(names, "names");
    const auto networks = r.networks();
    // The caller frees it with free().
    auto** list = static_cast<const char**>(std::malloc(std::max<std::size_t>(networks.size(), 1) * sizeof(char*)));
    if (list == nullptr) throw std::bad_alloc();
    for (std::size_t i = 0; i < networks.size(); ++i) list[i] = networks[i]->info().name;
    *names = list;
  });
}

const char* bmrt_get_network_name(ModelRuntime* runtime, int index) {
  const char* name = nullptr;
  with_runtime("bmrt_get_network_name", runtime, [&](ModelRuntime& r) {
    const auto networks = r.networks();
    require(index >= 0 && static_cast<std::size_t>(index) < networks.size(), "network", "an index of a network");
    name = networks[static_cast<std::size_t>(index)]->info().name;
  });
  return name;
}

int bmrt_get_network_index(ModelRuntime* runtime, const char* name) {
  int result = -1;
  with_runtime("bmrt_get_network_index", runtime, [&](ModelRuntime& r) {
    const LoadedNetwork& wanted = network_of(r, name);
    const auto networks = r.networks();
    for (std::size_t i = 0; i < networks.size(); ++i)
      if (networks[i] == &wanted) result = static_cast<int>(i);
  });
  return result;
}

const NetworkInfo* bmrt_get_network_info(ModelRuntime* runtime, const char* name) {
  const NetworkInfo* info = nullptr;
  with_runtime("bmrt_get_network_info", runtime, [&](ModelRuntime& r) { info = &network_of(r, name).info(); });
  return info;
}

int bmrt_get_stage_size(ModelRuntime* runtime, const char* name) {
  int stages = 0;
  with_runtime("bmrt_get_stage_size", runtime,
               [&](ModelRuntime& r) { stages = network_of(r, name).info().stage_count; });
  return stages;
}

int bmrt_get_stage_index(ModelRuntime* runtime, const char* name, Tensor* inputs) {
  int index = -1;
  with_runtime("bmrt_get_stage_index", runtime, [&](ModelRuntime& r) {
    require_pointer(inputs, "inputs");
    if (const auto stage = network_of(r, name).stage_for(inputs)) index = static_cast<int>(*stage);
  });
  return index;
}

int bmrt_get_neuron_number(ModelRuntime* runtime, const char* name) {
  int number = 0;
  with_runtime("bmrt_get_neuron_number", runtime,
               [&](ModelRuntime& r) { number = network_of(r, name).neuron_memory().is_empty() ? 0 : 1; });
  return number;
}

Memory bmrt_get_neuron_memory(ModelRuntime* runtime, const char* name, int, const int*, int) {
  Memory memory{};
  with_runtime("bmrt_get_neuron_memory", runtime, [&](ModelRuntime& r) {
    const DeviceBuffer& neuron = network_of(r, name).neuron_memory();
    memory.dmabuf = -1;
    memory.address = neuron.address();
    memory.size = static_cast<std::uint32_t>(neuron.bytes());
  });
  return memory;
}

/// Activation memory is there once a BModel is loaded.
bool bmrt_pre_alloc_neuron_multi_cores(ModelRuntime* runtime, const char* name, int, const int*, int) {
  return with_runtime("bmrt_pre_alloc_neuron_multi_cores", runtime, [&](ModelRuntime& r) { network_of(r, name); });
}
bool bmrt_pre_alloc_mem(ModelRuntime* runtime, const char* name) {
  return with_runtime("bmrt_pre_alloc_mem", runtime, [&](ModelRuntime& r) { network_of(r, name); });
}
bool bmrt_free_pre_alloc_mem(ModelRuntime* runtime, const char* name) {
  return with_runtime("bmrt_free_pre_alloc_mem", runtime, [&](ModelRuntime& r) { network_of(r, name); });
}

int bmrt_get_current_log_level() { return log_level; }
void bmrt_set_current_log_level(int level) { log_level = level; }
}
