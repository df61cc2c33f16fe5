// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What libbmrt tells a program about a network, as the C interface has it.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "isa/bmodel/bmodel.h"
#include "runtime/bmrt/abi.h"

namespace bmemu::runtime {

/// Inputs and outputs of a stage where they really are.
struct StageTensors {
  std::vector<isa::TensorInfo> inputs;
  std::vector<isa::TensorInfo> outputs;
  bool is_dynamic = false;
};

/// Contract: what `info` points to lives as long as this object, at the same place.
class NetworkDescription {
 public:
  NetworkDescription(std::string name, std::int32_t address_mode, const std::vector<StageTensors>& stages);
  NetworkDescription(const NetworkDescription&) = delete;
  NetworkDescription& operator=(const NetworkDescription&) = delete;

  const NetworkInfo& info() const { return info_; }

 private:
  /// All inputs, or all outputs.
  struct Side {
    std::deque<std::string> texts;
    std::vector<const char*> names;
    std::vector<std::int32_t> types;
    std::vector<float> scales;
    std::vector<std::int32_t> zero_points;
    std::vector<std::int32_t> devices;
    std::vector<std::size_t> most_bytes;
    std::deque<std::vector<Shape>> shapes;     ///< by stage
    std::deque<std::vector<Memory>> memories;  ///< by stage
  };
  static void add_stage(Side& side, const std::vector<isa::TensorInfo>& tensors);

  std::string name_;
  Side inputs_;
  Side outputs_;
  std::vector<StageInfo> stages_;
  NetworkInfo info_{};
};

/// Bytes of a tensor of this shape as a client keeps it; packed ones (4N) with the batch rounded up.
std::uint64_t tensor_bytes(const isa::TensorInfo& tensor, std::int32_t mode);
/// At most kMostDimensions are told.
Shape shape_of(const isa::TensorInfo& tensor);
std::uint64_t element_count(const Shape& shape);

}  // namespace bmemu::runtime
