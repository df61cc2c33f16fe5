// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace bmemu::harness {
namespace {

/// "<1x3x1x24x94xsi8>": dimensions, and the type when there is one.
void read_shape(const std::string& text, std::vector<std::uint64_t>& shape, std::string& type) {
  std::size_t at = 1;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find_first_of("x>", at), text.size());
    const std::string part = text.substr(at, end - at);
    if (!part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
        part.size() < 12)
      shape.push_back(std::stoull(part));
    else if (!part.empty())
      type = part;
    at = end + 1;
  }
}

std::vector<std::uint64_t> without_ones(const std::vector<std::uint64_t>& shape) {
  std::vector<std::uint64_t> result;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (i == 0 || shape[i] != 1) result.push_back(shape[i]);
  return result;
}

std::int64_t zero_point_of(const std::string& type) {
  const std::size_t at = type.find("!quant.uniform<");
  if (at == std::string::npos) return 0;
  const std::size_t end = type.find('>', at);
  const std::size_t colon = type.rfind(':', end);
  if (end == std::string::npos || colon < type.find(',', at)) return 0;
  return std::strtoll(type.c_str() + colon + 1, nullptr, 10);
}

NetworkTensor tensor_of(const isa::LayerTensorText& text) {
  NetworkTensor tensor;
  tensor.name = text.name;
  std::vector<std::uint64_t> stored;
  read_shape(text.memory_type, stored, tensor.type);
  std::vector<std::uint64_t> whole;
  std::string ignored;
  read_shape(text.reshape, whole, ignored);
  tensor.shape = without_ones(whole.empty() ? stored : whole);
  tensor.zero_point = zero_point_of(text.type);
  tensor.is_local = !text.layout.empty() && text.layout.rfind("continuous", 0) != 0;
  return tensor;
}

std::uint64_t channels_of(const std::vector<NetworkTensor>& tensors) {
  return tensors.empty() || tensors.front().shape.size() < 2 ? 0 : tensors.front().shape[1];
}

/// The same part of the channels on both sides of a convolution is one of its groups; other parts are slices.
std::uint64_t groups_of(const NetworkOperator& op, std::uint64_t channels_in, std::uint64_t channels_out) {
  if (channels_in == 0) return 0;
  const std::uint64_t groups = channels_of(op.operands) / channels_in;
  return groups * channels_in == channels_of(op.operands) && groups * channels_out == channels_of(op.results) ? groups
                                                                                                              : 0;
}

/// Kernel and strides; the largest of several windows that one operator is computed by.
struct Window {
  std::uint64_t kernel_h = 0, kernel_w = 0, stride_h = 0, stride_w = 0;
};

template <class T>
void describe_window(const T& f, const std::string& operation, Window& window, NetworkOperator& to) {
  constexpr bool kIsConv = std::is_same_v<T, isa::bm1684x::Conv> || std::is_same_v<T, isa::bm1684::Conv>;
  constexpr bool kIsPorD = std::is_same_v<T, isa::bm1684x::PorD> || std::is_same_v<T, isa::bm1684::PorD>;
  if constexpr (kIsConv || kIsPorD) {
    if (to.padding.empty())
      to.padding = fmt::format("{},{},{},{}", f.opd0_up_pad, f.opd0_dn_pad, f.opd0_lf_pad, f.opd0_rt_pad);
    const bool had_conv = to.window.rfind("conv", 0) == 0;
    if constexpr (kIsConv)
      if (!had_conv) to.groups = groups_of(to, f.opd0_c, f.res0_c);
    if (to.window.empty() || (kIsConv && !had_conv)) to.window = operation;
    window.kernel_h = std::max<std::uint64_t>(window.kernel_h, f.opd1_h);
    window.kernel_w = std::max<std::uint64_t>(window.kernel_w, f.opd1_w);
    window.stride_h = std::max<std::uint64_t>(window.stride_h, f.res_op_y_str);
    window.stride_w = std::max<std::uint64_t>(window.stride_w, f.res_op_x_str);
  }
}

/// Of the operator's first slice with a window: slices in the middle of a tensor have less padding. A convolution may
/// be written out, by windows that spread pixels over channels and a convolution of fewer pixels behind them.
void add_windows(const isa::Program& program, Network& network) {
  const auto by_key = operators_by_key(network);
  for (const isa::LayerSpan& span : program.layers.spans) {
    const auto found = by_key.find({program.layers.names[span.layer], short_kind(program.layers.kinds[span.layer])});
    if (found == by_key.end()) continue;
    NetworkOperator& op = network.operators[found->second];
    if (!op.padding.empty()) continue;
    const isa::CommandStream& stream = program.groups[span.group].tiu;
    Window window;
    for (std::uint32_t id = span.tiu_before; id < span.tiu_after; ++id) {
      const isa::Instruction instruction = stream.decode(program.family, id);
      isa::visit_instruction(
          [&](const auto& f) { describe_window(f, std::string(isa::operation_name(instruction)), window, op); },
          instruction);
    }
    if (!op.padding.empty())
      op.kernel = fmt::format("{}x{} stride {}x{}", window.kernel_h, window.kernel_w, window.stride_h, window.stride_w);
  }
}

std::vector<NetworkPort> ports_of(const std::vector<isa::TensorInfo>& tensors) {
  std::vector<NetworkPort> ports;
  ports.reserve(tensors.size());
  for (const isa::TensorInfo& tensor : tensors)
    ports.push_back({tensor.name, std::string(isa::name(tensor.type)), tensor.shape});
  return ports;
}

}  // namespace

std::uint64_t NetworkTensor::elements() const {
  std::uint64_t product = 1;
  for (const std::uint64_t d : shape) product *= d;
  return product;
}

std::string short_kind(const std::string& kind) {
  static const std::map<std::string, std::string> kOwnWords = {
      {"Conv", "Conv2D"}, {"Pool", "Pool2D"}, {"Unary", "Active"}, {"Transpose", "Permute"}, {"Resize", "Interp"}};
  if (const std::size_t dot = kind.find('.'); dot != std::string::npos) return kind.substr(dot + 1);
  const auto found = kOwnWords.find(kind);
  return found == kOwnWords.end() ? kind : found->second;
}

std::map<OperatorKey, std::size_t> operators_by_key(const Network& network) {
  std::map<OperatorKey, std::size_t> result;
  for (std::size_t i = 0; i < network.operators.size(); ++i)
    result.emplace(OperatorKey(network.operators[i].name, network.operators[i].kind), i);
  return result;
}

Network make_network(const isa::Program& program, const std::vector<isa::LayerRecord>& records,
                     const std::string& compiler) {
  Network network;
  network.compiler = compiler;
  network.inputs = ports_of(program.inputs);
  network.outputs = ports_of(program.outputs);
  std::map<OperatorKey, std::size_t> index;
  network.states_places = false;
  for (const isa::LayerRecord& record : records) {
    for (const auto& text : record.result_texts) network.states_places = network.states_places || !text.layout.empty();
    const std::string kind = short_kind(record.kind);
    const auto [entry, is_new] = index.emplace(OperatorKey(record.name, kind), network.operators.size());
    if (is_new) {
      NetworkOperator op;
      op.name = record.name;
      op.kind = kind;
      for (const auto& text : record.operand_texts) op.operands.push_back(tensor_of(text));
      for (const auto& text : record.result_texts) op.results.push_back(tensor_of(text));
      network.operators.push_back(std::move(op));
    }
    ++network.operators[entry->second].slices;
  }
  add_windows(program, network);
  return network;
}

}  // namespace bmemu::harness
