// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What passes between a program and libbmrt: structs and their layout.
// Source: the public interface of libsophon 0.5.1 (docs/runtime.md).
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/interface/abi.h"

namespace bmemu::runtime {

inline constexpr int kMostDimensions = 8;

struct Shape {
  std::int32_t count;
  std::int32_t size[kMostDimensions];
};
static_assert(sizeof(Shape) == 36);

/// A tensor in device memory. `type`: an isa::DataType; `mode`: a StorageMode.
struct Tensor {
  std::int32_t type;
  Shape shape;
  Memory memory;
  std::int32_t mode;
};
static_assert(sizeof(Tensor) == 72 && offsetof(Tensor, memory) == 40 && offsetof(Tensor, mode) == 64);

/// Of one stage; each points to one element for every input or output.
struct StageInfo {
  Shape* input_shapes;
  Shape* output_shapes;
  Memory* input_memories;
  Memory* output_memories;
};
static_assert(sizeof(StageInfo) == 32);

struct NetworkInfo {
  const char* name;
  bool is_dynamic;
  std::int32_t input_count;
  const char** input_names;
  std::int32_t* input_types;
  float* input_scales;
  std::int32_t output_count;
  const char** output_names;
  std::int32_t* output_types;
  float* output_scales;
  std::int32_t stage_count;
  StageInfo* stages;
  std::size_t* most_input_bytes;
  std::size_t* most_output_bytes;
  std::int32_t* input_zero_points;
  std::int32_t* output_zero_points;
  std::int32_t* input_devices;
  std::int32_t* output_devices;
  std::int32_t cores;
  std::int32_t address_mode;
};
static_assert(sizeof(NetworkInfo) == 144 && offsetof(NetworkInfo, output_count) == 40 &&
              offsetof(NetworkInfo, stages) == 80 && offsetof(NetworkInfo, address_mode) == 140);

}  // namespace bmemu::runtime
