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

}  // namespace

isa::Program compile(const Graph& graph, const isa::ChipSpec& chip, const CompileOptions& options,
                     SearchReport* report) {
  check_address_window(chip);
  const Graph legal = legalise(graph, chip);
  const Layouts layouts = lay_out(legal, chip);
  const CostModel cost(chip);
  const Setting setting = make_setting(legal, chip, cost, layouts);
  const std::vector<Unit> units = make_groups(setting, options, report);
  const Placement placement = place_in_global_memory(setting, units);
  for (std::uint64_t limit = constant_limit(legal);; limit *= 4) {
    try {
      ProgramBuilder builder(chip, legal.name, limit);
      emit_program(setting, units, placement, builder);
      return builder.finish();
    } catch (const Error& error) {
      if (error.id() != "E-KERNELS-CONSTANTS" || limit > (std::uint64_t{1} << 36)) throw;
    }
  }
}

}  // namespace bmemu::kernels
