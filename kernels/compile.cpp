// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/compile.h"

#include <fmt/format.h>

#include "isa/error.h"
#include "isa/layout/address_map.h"
#include "kernels/pass/emit.h"
#include "kernels/pass/group.h"
#include "kernels/pass/layout.h"
#include "kernels/pass/legalise/legalise.h"
#include "kernels/pass/place.h"

namespace bmemu::kernels {
namespace {

/// Plans that leave a half and three quarters of local memory alone: their groups overlap more with those beside them.
/// Whoever compiles for twice the memory compares with what was best before.
constexpr int kSmallerPlans = 2;
constexpr std::int64_t kLeastMemory = 16384;  ///< bytes of a lane

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

/// Before anything is planned: what no DDR can hold would be cut for hours.
void check_sizes(const Graph& graph, const isa::ChipSpec& chip) {
  constexpr auto kMost = static_cast<double>(isa::kAddressEnd - isa::kDdrBase);
  for (const Value& value : graph.values) {
    double bytes = isa::bits(value.type) / 8.0;
    for (const std::int64_t dimension : value.shape) bytes *= static_cast<double>(dimension);
    if (bytes > kMost)
      throw Error({"E-KERNELS-MEMORY", fmt::format("chip {}, tensor {}", chip.name, value.name),
                   fmt::format("{:.4g} bytes", bytes), fmt::format("at most {:.4g}, the addresses of DDR", kMost),
                   "a tensor is larger than what a command can address"});
  }
}

struct Candidate {
  isa::Program program;
  double ns = 0;
  SearchReport report;
};

Candidate compile_within(const Setting& setting, const isa::ChipSpec& chip, const CompileOptions& options) {
  Candidate candidate;
  const std::vector<Unit> units = make_groups(setting, options, &candidate.report);
  const Placement placement = place_in_global_memory(setting, units);
  for (std::uint64_t limit = constant_limit(setting.graph);; limit *= 4) {
    try {
      ProgramBuilder builder(chip, setting.graph.name, limit, &setting.cost);
      emit_program(setting, units, placement, builder);
      candidate.program = builder.finish();
      candidate.ns = setting.cost.program_ns(candidate.program).value_or(builder.estimated_ns());
      return candidate;
    } catch (const Error& error) {
      if (error.id() != "E-KERNELS-CONSTANTS" || limit > (std::uint64_t{1} << 36)) throw;
    }
  }
}

}  // namespace

isa::Program compile(const Graph& graph, const isa::ChipSpec& chip, const CompileOptions& options,
                     SearchReport* report) {
  check_address_window(chip);
  check_sizes(graph, chip);
  const Graph legal = legalise(graph, chip);
  const Layouts layouts = lay_out(legal, chip);
  const CostModel plain(chip);
  const CostModel& cost = options.cost_model == nullptr ? plain : *options.cost_model;
  const Setting setting = make_setting(legal, chip, cost, layouts);
  Candidate best = compile_within(setting, chip, options);
  isa::ChipSpec smaller = chip;
  for (int i = 0; i < kSmallerPlans; ++i) {
    smaller.local_memory.lane_bytes /= 2;
    if (smaller.local_memory.lane_bytes < kLeastMemory) break;
    try {
      Candidate other = compile_within(
          {legal, smaller, cost, layouts, setting.readers, setting.is_output, setting.parameters}, chip, options);
      if (other.ns < best.ns) best = std::move(other);
    } catch (const Error& error) {
      if (error.id() != "E-KERNELS-MEMORY") throw;
      break;
    }
  }
  if (report != nullptr) *report = best.report;
  return std::move(best.program);
}

}  // namespace bmemu::kernels
