// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/compile.h"

#include <fmt/format.h>

#include <utility>

#include "isa/error.h"
#include "isa/layout/address_map.h"
#include "kernels/pass/emit.h"
#include "kernels/pass/group.h"
#include "kernels/pass/layout.h"
#include "kernels/pass/legalise/legalise.h"
#include "kernels/pass/place.h"

namespace bmemu::kernels {
namespace {

/// Bytes of a lane: plans for less are not tried.
constexpr std::int64_t kLeastMemory = 32768;

/// Weights padded to blocks of channels take more than the graph's constants: a limit that nearly always holds.
std::uint64_t constant_limit(const Graph& graph) {
  std::uint64_t bytes = 1 << 20;
  for (const Value& value : graph.values)
    if (value.constant != nullptr) bytes += static_cast<std::uint64_t>(elements(value.shape)) * 4 * 2 + 4096;
  return bytes;
}

void check_address_window(const isa::ChipSpec& chip) {
  const std::uint64_t window = isa::kL2Base - isa::kLocalBase, local = isa::bytes_of(isa::Space::kLocal, chip);
  const bool static_fits =
      chip.static_memory.bytes == 0 || isa::static_base(chip) + std::uint64_t(chip.static_memory.bytes) <= isa::kL2Base;
  if (local <= window && static_fits) return;
  throw Error({"E-KERNELS-MEMORY", fmt::format("chip {}", chip.name),
               fmt::format("{} lanes of {} bytes", chip.tiu.lanes, chip.local_memory.lane_bytes),
               fmt::format("{} bytes of local and static memory before L2", window),
               "the local memory reaches into the addresses of another one"});
}

/// `tensor_bytes`: of tensors that are alive together, behind the constants.
void check_addresses(std::uint64_t tensor_bytes, std::uint64_t constant_bytes, const isa::ChipSpec& chip) {
  const std::uint64_t base = constants_base(chip.family), window = isa::kAddressEnd - base;
  if (constant_bytes <= window && tensor_bytes <= window - constant_bytes) return;
  throw Error({"E-KERNELS-MEMORY", fmt::format("chip {}", chip.name),
               fmt::format("{} bytes of tensors, room for {} of weights", tensor_bytes, constant_bytes),
               fmt::format("{} bytes from {:#x}", window, base), "the tensors take more than the addresses of DDR"});
}

/// Inputs and outputs have their places from the start to the end.
std::uint64_t lasting_bytes(const Graph& graph, isa::Family family) {
  std::uint64_t bytes = 0;
  for (const auto* list : {&graph.inputs, &graph.outputs})
    for (const ValueId id : *list) bytes += stored_bytes(graph.value(id), family);
  return bytes;
}

/// A size that no kernel foresaw.
[[noreturn]] void refuse_field(const Error& error, const Graph& graph) {
  throw Error({"E-KERNELS-UNSUPPORTED", fmt::format("network {}, {}", graph.name, error.place()), error.value(),
               error.legal(), "a size of the network is beyond the field of a command"});
}

/// What plans are made of.
struct Lowered {
  Lowered(const Graph& graph, const isa::ChipSpec& chip, const CostModel& cost)
      : legal(legalise(graph, chip)),
        layouts(lay_out(legal, chip)),
        setting(make_setting(legal, chip, cost, layouts)) {}
  Lowered(const Lowered&) = delete;
  Lowered& operator=(const Lowered&) = delete;

  /// For another local memory. Contract: `is_legal_for(legal, chip)`; the chip outlives the setting.
  Setting within(const isa::ChipSpec& chip) const {
    return {legal, chip, setting.cost, layouts, setting.readers, setting.makers, setting.is_output, setting.parameters};
  }

  const Graph legal;
  const Layouts layouts;
  const Setting setting;
};

/// Local memories that plans are made for, growing: that of the chip, a half, a quarter ... A chip with twice the
/// memory has the plans of this one, at the same costs, and one more: what is chosen is never worse.
/// With a budget, groupings for the chip's own memory alone count.
std::vector<std::int64_t> planned_memories(const isa::ChipSpec& chip, const CompileOptions& options) {
  std::vector<std::int64_t> memories{chip.local_memory.lane_bytes};
  if (options.search_budget) return memories;
  const auto is_even = [](std::int64_t bytes) { return bytes % 2 == 0; };
  while (memories.front() / 2 >= kLeastMemory && is_even(memories.front()))
    memories.insert(memories.begin(), memories.front() / 2);
  return memories;
}

/// A program with its cost.
struct Compiled {
  isa::Program program;
  ProgramCost cost;
  Spread spread;
  std::vector<std::size_t> order;  ///< of the commands
};

/// `order`: of the commands, as a smaller memory has it; null: a new one. None when it is not right for the commands.
std::optional<Compiled> compiled(const Setting& setting, const std::vector<Unit>& units, const isa::ChipSpec& chip,
                                 Spread spread = {}, const std::vector<std::size_t>* order = nullptr) {
  const Placement placement = place_in_global_memory(setting, units);
  for (std::uint64_t limit = constant_limit(setting.graph);; limit *= 4) {
    check_addresses(placement.bytes, limit, chip);
    try {
      ProgramBuilder builder(chip, setting.graph.name, limit, &setting.cost);
      emit_program(setting, units, placement, builder, spread);
      const std::int64_t used =
          spread.apart > 0 ? chip.local_memory.lane_bytes : setting.chip.local_memory.lane_bytes * spread.scale;
      auto schedule =
          order != nullptr ? ordered_like(builder.commands(), *order) : prefetched(builder.commands(), used);
      if (!schedule) return std::nullopt;
      Compiled result;
      result.program = builder.finish(*schedule);
      result.cost = setting.cost.program_cost(result.program, chip).value_or(builder.estimated_cost());
      result.spread = spread;
      result.order = std::move(schedule->order);
      return result;
    } catch (const Error& error) {
      if (error.id() == "E-ISA-FIELD-RANGE") refuse_field(error, setting.graph);
      if (error.id() != "E-KERNELS-CONSTANTS") throw;
    }
  }
}

/// A plan and its program.
struct Candidate {
  isa::ChipSpec planned;  ///< that the plan is for
  std::vector<Unit> units;
  Compiled result;
  SearchReport report;
};

Candidate candidate_of(const Setting& setting, const CompileOptions& options) {
  Candidate candidate;
  candidate.planned = setting.chip;
  candidate.units = make_groups(setting, options, &candidate.report);
  candidate.result = *compiled(setting, candidate.units, setting.chip);
  return candidate;
}

bool is_no_worse(const ProgramCost& a, const ProgramCost& b) { return a.ns <= b.ns && a.bytes <= b.bytes; }

/// `before`, the program of the plan for less memory: with everything in the banks that it was in, and then in the
/// order that it had; or as it is, with sums away from bytes: then it waits for nothing new and no command has more of
/// one bank. The first that is no worse than before, else the one that takes the least time.
Compiled in_larger_lanes(const Setting& setting, const std::vector<Unit>& units, const Compiled& before,
                         const isa::ChipSpec& chip) {
  struct Way {
    Spread spread;
    const std::vector<std::size_t>* order;
  };
  const Spread doubled{before.spread.scale * 2, before.spread.apart * 2};
  const Spread as_it_is{before.spread.scale, chip.local_memory.lane_bytes / 2};
  std::optional<Compiled> best;
  for (const Way& way : {Way{doubled, nullptr}, Way{doubled, &before.order}, Way{as_it_is, &before.order}}) {
    auto other = compiled(setting, units, chip, way.spread, way.order);
    if (!other) continue;
    const bool is_as_good = is_no_worse(other->cost, before.cost);
    if (!best || is_as_good || other->cost.ns < best->cost.ns) best = std::move(other);
    if (is_as_good) break;
  }
  return std::move(*best);
}

}  // namespace

isa::Program compile(const Graph& graph, const isa::ChipSpec& chip, const CompileOptions& options,
                     SearchReport* report) {
  check_address_window(chip);
  check_sizes(graph);
  check_addresses(lasting_bytes(graph, chip.family), 0, chip);
  const CostModel plain(chip);
  const CostModel& cost = options.cost_model == nullptr ? plain : *options.cost_model;
  const Lowered full(graph, chip, cost);
  const auto on = [&](const isa::ChipSpec& planned, const auto& use) {
    return is_legal_for(full.legal, planned) ? use(full.within(planned)) : use(Lowered(graph, planned, cost).setting);
  };
  std::optional<Candidate> best;
  for (const std::int64_t lane_bytes : planned_memories(chip, options)) {
    isa::ChipSpec now = chip;
    now.local_memory.lane_bytes = lane_bytes;
    const bool is_last = lane_bytes == chip.local_memory.lane_bytes;
    try {
      Candidate candidate = on(now, [&](const Setting& setting) { return candidate_of(setting, options); });
      if (is_last && report != nullptr) *report = candidate.report;
      if (!best || is_no_worse(candidate.result.cost, best->result.cost)) {
        best = std::move(candidate);
        continue;
      }
    } catch (const Error& error) {
      const bool is_refusal = error.id() == "E-KERNELS-MEMORY" || error.id() == "E-KERNELS-UNSUPPORTED";
      if (!is_refusal || (is_last && !best)) throw;
      if (!best) continue;
    }
    best->result =
        on(best->planned, [&](const Setting& s) { return in_larger_lanes(s, best->units, best->result, now); });
  }
  return std::move(best->result.program);
}

}  // namespace bmemu::kernels
