// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/profile/tensor_lines.h"

#include <fmt/format.h>

#include <algorithm>

namespace bmemu::harness {
namespace {

constexpr const char* kUnknownType = "-1";

/// The vendor's number of a type. Source: bmprofile_common.py of tpu_mlir, DataType.
const char* number_of(const std::string& type) {
  static const std::map<std::string, const char*> kNumbers = {
      {"f32", "0"}, {"f16", "1"},  {"si8", "2"}, {"i8", "2"},   {"ui8", "3"}, {"u8", "3"},   {"si16", "4"},
      {"i16", "4"}, {"ui16", "5"}, {"u16", "5"}, {"si32", "6"}, {"i32", "6"}, {"ui32", "7"}, {"bf16", "8"}};
  const auto found = kNumbers.find(type);
  return found == kNumbers.end() ? kUnknownType : found->second;
}

}  // namespace

TensorLines::TensorLines(const Network& network) : network_(network), operators_(operators_by_key(network)) {
  std::set<std::string> computed;  // and inputs
  for (const NetworkPort& port : network.inputs) computed.insert(port.name);
  for (const NetworkOperator& op : network.operators)
    if (op.kind != "Load")
      for (const NetworkTensor& tensor : op.results) computed.insert(tensor.name);
  for (const NetworkOperator& op : network.operators) {
    for (const auto* tensors : {&op.operands, &op.results})
      for (const NetworkTensor& tensor : *tensors) ids_.emplace(tensor.name, ids_.size());
    if (op.kind != "Load") continue;
    const bool is_constant = std::none_of(op.operands.begin(), op.operands.end(), [&](const NetworkTensor& tensor) {
      return computed.count(tensor.name) != 0;
    });
    for (const auto* tensors : {&op.operands, &op.results})
      for (const NetworkTensor& tensor : *tensors)
        if (is_constant) constants_.insert(tensor.name);
  }
}

std::string TensorLines::of(const std::string& name, const std::string& kind) const {
  const auto found = operators_.find({name, kind});
  if (found == operators_.end()) return "";
  std::string text;
  const NetworkOperator& op = network_.operators[found->second];
  for (const NetworkTensor& tensor : op.operands) text += line(tensor, true);
  for (const NetworkTensor& tensor : op.results) text += line(tensor, false);
  return text;
}

std::string TensorLines::line(const NetworkTensor& tensor, bool is_operand) const {
  return fmt::format(
      "[bmprofile] tensor_id={} is_in={:d} shape=[{}] dtype={} is_const={:d} gaddr=0 gsize=0 loffset=0 nslice=0 "
      "hslice=0 l2addr=0\n",
      ids_.at(tensor.name), is_operand, fmt::join(tensor.shape, "x"), number_of(tensor.type),
      constants_.count(tensor.name) != 0);
}

}  // namespace bmemu::harness
