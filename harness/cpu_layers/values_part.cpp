// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/cpu_layers/values_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/cpu_layers/cpu_layer.h"
#include "harness/tensor/binding.h"
#include "harness/tensor/packing.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

Array empty_array(const isa::TensorInfo& tensor) {
  Array array;
  array.name = tensor.name;
  array.type = array_type(tensor);
  array.shape = tensor.shape;
  array.bytes.resize(array.elements() * bytes_of(array.type));
  return array;
}

void compute(const CpuLayerFunction& function, const isa::LeftOut& part, emulator::Session& session) {
  std::vector<Array> inputs, outputs;
  for (const isa::TensorInfo& tensor : part.inputs) {
    inputs.push_back(empty_array(tensor));
    std::vector<std::uint8_t> bytes(tensor.bytes);
    session.read(tensor.address, bytes.data(), bytes.size());
    inputs.back().bytes = unpack_batches(tensor, std::move(bytes));
  }
  for (const isa::TensorInfo& tensor : part.outputs) outputs.push_back(empty_array(tensor));
  function(inputs, outputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto bytes = pack_batches(part.outputs[i], std::move(outputs[i].bytes));
    session.write(part.outputs[i].address, bytes.data(), bytes.size());
  }
}

/// One for each of the first parts that are left out, up to the first that is not known.
std::vector<emulator::HostPart> known_parts(const isa::Program& program, const isa::BModel& model) {
  const auto has_bytes = [](const isa::TensorInfo& tensor) { return isa::bits(tensor.type) >= 8; };
  std::vector<emulator::HostPart> parts;
  for (const isa::LeftOut& part : program.left_out) {
    const auto layers = isa::cpu_layers(model, {program.network, program.stage}, part.subnet);
    if (layers.size() != 1 || !std::all_of(part.inputs.begin(), part.inputs.end(), has_bytes) ||
        !std::all_of(part.outputs.begin(), part.outputs.end(), has_bytes))
      break;
    const CpuLayerFunction function = cpu_layer_function(layers.front(), part.inputs, part.outputs);
    if (!function) break;
    parts.push_back({part.group, [=](emulator::Session& session) { compute(function, part, session); }});
  }
  return parts;
}

std::string text_of(const isa::LeftOut& part) { return fmt::format("sub-network {}, {}", part.subnet, part.what); }

/// Takes from `program` what stands behind a part; its outputs are what that part would read.
void cut_before(const isa::LeftOut& part, isa::Program& program) {
  program.groups.resize(part.group);
  program.outputs = part.inputs;
  const auto is_behind = [&](const auto& span) { return span.group >= part.group; };
  auto& layers = program.layers;
  layers.spans.erase(std::remove_if(layers.spans.begin(), layers.spans.end(), is_behind), layers.spans.end());
  layers.results.erase(std::remove_if(layers.results.begin(), layers.results.end(), is_behind), layers.results.end());
}

}  // namespace

ValuesPart values_part(const isa::Program& program, const isa::BModel& model) {
  ValuesPart result{program, known_parts(program, model), {}, {}};
  result.program.left_out.clear();
  const std::size_t known = result.host_parts.size();
  for (std::size_t i = 0; i < known; ++i)
    result.notes.push_back(fmt::format("computed, but not timed: {}; rows that a layer does not fill stay as they were",
                                       text_of(program.left_out[i])));
  if (known == program.left_out.size()) return result;

  const isa::LeftOut& part = program.left_out[known];
  cut_before(part, result.program);
  const auto& groups = result.program.groups;
  if (std::all_of(groups.begin(), groups.end(),
                  [](const isa::CommandGroup& group) { return group.tiu.commands.empty(); }))
    throw Error({part.id, program.source, text_of(part), "a run for time, without --input",
                 "no values can be computed: the part that is left out comes before everything else"});
  result.end = fmt::format("before {} ({}); the outputs are the tensors that it would read", text_of(part), part.id);
  return result;
}

}  // namespace bmemu::harness
