// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Model files and the files beside them that hold their weights.
#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <onnx/onnx_pb.h>

#include <charconv>
#include <filesystem>
#include <limits>

#include "isa/error.h"
#include "isa/file_bytes.h"
#include "kernels/graph/onnx/import.h"

namespace bmemu::kernels {
namespace {

std::uint64_t number(const std::string& path, const std::string& key, const std::string& value) {
  std::uint64_t parsed = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (error != std::errc() || end != value.data() + value.size())
    throw Error({"E-ONNX-DATA", path, fmt::format("{} = {}", key, value), "a number of bytes",
                 "the place of external data is no number"});
  return parsed;
}

/// Replaces a reference to a file in the model's folder by the bytes. Paths that leave the folder are refused.
void load_external(onnx::TensorProto& tensor, const std::string& model) {
  std::string location;
  std::uint64_t offset = 0, length = std::numeric_limits<std::uint64_t>::max();
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") offset = number(model, "offset", entry.value());
    if (entry.key() == "length") length = number(model, "length", entry.value());
  }
  const std::filesystem::path relative = std::filesystem::path(location).lexically_normal();
  if (location.empty() || relative.is_absolute() || *relative.begin() == "..")
    throw Error({"E-ONNX-DATA", model, location, "a file in the model's folder",
                 fmt::format("external data of {} is elsewhere", tensor.name())});
  const auto path = (std::filesystem::path(model).parent_path() / relative).string();
  const isa::FileBytes file = isa::map_file(path);
  if (offset > file.view.size) offset = file.view.size + 1;
  const std::uint64_t rest = offset > file.view.size ? 0 : file.view.size - offset;
  if (length == std::numeric_limits<std::uint64_t>::max()) length = rest;
  if (length > rest || offset > file.view.size)
    throw Error({"E-ONNX-DATA", path, fmt::format("{} bytes from {}", length, offset),
                 fmt::format("0..{}", file.view.size), fmt::format("external data of {} is cut off", tensor.name())});
  tensor.set_raw_data(file.view.data + offset, length);
  tensor.clear_external_data();
  tensor.set_data_location(onnx::TensorProto::DEFAULT);
}

void load_external(onnx::GraphProto& graph, const std::string& model);

/// Constants and graphs inside.
void load_external(onnx::NodeProto& node, const std::string& model) {
  for (auto& attribute : *node.mutable_attribute()) {
    if (attribute.has_t() && attribute.t().data_location() == onnx::TensorProto::EXTERNAL)
      load_external(*attribute.mutable_t(), model);
    if (attribute.has_g()) load_external(*attribute.mutable_g(), model);
  }
}

void load_external(onnx::GraphProto& graph, const std::string& model) {
  for (auto& tensor : *graph.mutable_initializer())
    if (tensor.data_location() == onnx::TensorProto::EXTERNAL) load_external(tensor, model);
  for (auto& node : *graph.mutable_node()) load_external(node, model);
}

}  // namespace

onnx::ModelProto load_onnx(const std::string& path) {
  const isa::FileBytes file = isa::read_file_bytes(path);
  onnx::ModelProto model;
  if (file.view.size > std::numeric_limits<int>::max())
    throw Error({"E-ONNX-PARSE", path, fmt::format("{} bytes", file.view.size), "at most 2 GiB",
                 "a model of this size keeps its weights in files of their own"});
  google::protobuf::io::ArrayInputStream stream(file.view.data, static_cast<int>(file.view.size));
  google::protobuf::io::CodedInputStream coded(&stream);
  coded.SetTotalBytesLimit(std::numeric_limits<int>::max());
  if (!model.ParseFromCodedStream(&coded) || !coded.ConsumedEntireMessage() || !model.has_graph())
    throw Error({"E-ONNX-PARSE", path, fmt::format("{} bytes", file.view.size),
                 "an ONNX model (a BModel is compiled already)", "the file is no ONNX model, or a damaged one"});
  load_external(*model.mutable_graph(), path);
  for (auto& function : *model.mutable_functions())
    for (auto& node : *function.mutable_node()) load_external(node, path);
  return model;
}

}  // namespace bmemu::kernels
