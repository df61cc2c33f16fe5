// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compile/chip_compiler.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <memory>
#include <variant>

#include "isa/chip/chip_file.h"
#include "kernels/compile_inputs.h"

namespace bmemu::harness {
namespace {

/// What is told one piece after the other, as one number.
class Hash {
 public:
  Hash() : state_(XXH3_createState(), XXH3_freeState) { XXH3_64bits_reset(state_.get()); }
  void add(const void* data, std::size_t bytes) { XXH3_64bits_update(state_.get(), data, bytes); }
  template <class T>
  void add(const std::vector<T>& list) {
    const std::uint64_t size = list.size();
    add(&size, sizeof size);
    if (!list.empty()) add(list.data(), size * sizeof(T));
  }
  std::uint64_t value() const { return XXH3_64bits_digest(state_.get()); }

 private:
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_;
};

std::uint64_t hash_of(const kernels::Graph& graph, const kernels::CompileOptions& options) {
  Hash hash;
  const std::string text = kernels::dump(graph) + kernels::text_of(options);
  hash.add(text.data(), text.size());
  for (const auto& value : graph.values)
    if (value.constant) std::visit([&](const auto& list) { hash.add(list); }, value.constant->data);
  for (const auto& node : graph.nodes)
    if (node.requantisation) {
      hash.add(node.requantisation->multiplier);
      hash.add(node.requantisation->shift);
      hash.add(node.requantisation->table);
    }
  return hash.value();
}

/// The built-in chip of the family, but for what the compiler reads: a program cannot depend on anything else. Costs
/// that plans are compared by are those of this chip too.
isa::ChipSpec seen_by_compiler(const isa::ChipSpec& chip) {
  isa::ChipSpec seen = isa::load_chip(std::string(name(chip.family)));
  for (const auto key : kernels::chip_parameters_read()) {
    const auto* parameter = isa::find_parameter(key);
    isa::set_value(seen, *parameter, isa::value(*parameter, chip));
  }
  return seen;
}

}  // namespace

ChipCompiler::ChipCompiler(ModelOptions options, const isa::ChipSpec& chip) : options_(std::move(options)) {
  const kernels::Graph& graph = graph_for(chip.family);
  network_ = graph.name;
  if (!graph.inputs.empty() && !graph.value(graph.inputs.front()).shape.empty())
    batch_ = static_cast<std::uint32_t>(std::max<std::int64_t>(1, graph.value(graph.inputs.front()).shape.front()));
  hash_ = hash_of(graph, lowering_of(options_));
}

std::string ChipCompiler::view_of(const isa::ChipSpec& chip) {
  std::string text(name(chip.family));
  for (const auto key : kernels::chip_parameters_read())
    text += fmt::format(" {}={}", key, isa::value(*isa::find_parameter(key), chip));
  return text;
}

const kernels::Graph& ChipCompiler::graph_for(isa::Family family) const {
  const auto found = graphs_.find(family);
  if (found != graphs_.end()) return found->second;
  const isa::ChipSpec chip = isa::load_chip(std::string(name(family)));
  return graphs_.emplace(family, prepare_model(options_, chip).graph).first->second;
}

std::shared_ptr<const LoadedProgram> ChipCompiler::program_for(const isa::ChipSpec& chip) const {
  const std::string view = view_of(chip);
  const auto found =
      std::find_if(programs_.begin(), programs_.end(), [&](const auto& kept) { return kept.first == view; });
  if (found != programs_.end()) {
    programs_.splice(programs_.begin(), programs_, found);
    return programs_.front().second;
  }
  auto program =
      std::make_shared<const LoadedProgram>(lower_model(graph_for(chip.family), seen_by_compiler(chip), options_));
  programs_.emplace_front(view, std::move(program));
  if (programs_.size() > kKept) programs_.pop_back();
  return programs_.front().second;
}

}  // namespace bmemu::harness
