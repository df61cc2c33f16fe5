// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/check/hazard.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "emulator/operand/operands.h"
#include "isa/error.h"

namespace bmemu::emulator {
namespace {

using isa::Space;
using memory::Access;
using memory::Pattern;

/// A pattern with its smallest and largest byte.
struct Extent {
  std::int64_t low = 0;
  std::int64_t high = 0;  ///< exclusive
};

Extent extent(const Pattern& p) {
  Extent e{static_cast<std::int64_t>(p.base), static_cast<std::int64_t>(p.base)};
  for (std::size_t k = 0; k < 4; ++k) {
    const std::int64_t reach = (std::int64_t{p.count[k]} - 1) * p.stride[k];
    (reach < 0 ? e.low : e.high) += reach;
  }
  e.high += static_cast<std::int64_t>(p.run_bytes);
  return e;
}

/// One dimension of a pattern with a positive stride.
struct Loop {
  std::int64_t stride;
  std::int64_t count;
};

/// A pattern with negative strides turned round and its loops sorted by falling stride.
struct Loops {
  std::int64_t base = 0;
  std::int64_t run = 0;
  std::vector<Loop> loops;
  std::vector<std::int64_t> reach;  ///< reach[k]: bytes that loops k.. and the run span
};

Loops normalise(const Pattern& p) {
  Loops n;
  n.base = static_cast<std::int64_t>(p.base);
  n.run = static_cast<std::int64_t>(p.run_bytes);
  for (std::size_t k = 0; k < 4; ++k) {
    if (p.count[k] <= 1 || p.stride[k] == 0) continue;
    if (p.stride[k] < 0) n.base += (std::int64_t{p.count[k]} - 1) * p.stride[k];
    n.loops.push_back({std::abs(p.stride[k]), p.count[k]});
  }
  std::sort(n.loops.begin(), n.loops.end(), [](const Loop& a, const Loop& b) { return a.stride > b.stride; });
  n.reach.assign(n.loops.size() + 1, n.run);
  for (std::size_t k = n.loops.size(); k-- > 0;)
    n.reach[k] = n.reach[k + 1] + (n.loops[k].count - 1) * n.loops[k].stride;
  return n;
}

/// First byte of [low, high) that the loops from `k` on, placed at `base`, touch; -1 when there is none.
std::int64_t hit(const Loops& p, std::size_t k, std::int64_t base, std::int64_t low, std::int64_t high) {
  if (base >= high || base + p.reach[k] <= low) return -1;
  if (k == p.loops.size()) return std::max(base, low);
  const Loop& loop = p.loops[k];
  const std::int64_t span = p.reach[k + 1];
  const std::int64_t first = std::max<std::int64_t>(0, (low - base - span) / loop.stride);
  for (std::int64_t i = first; i < loop.count && base + i * loop.stride < high; ++i) {
    const std::int64_t found = hit(p, k + 1, base + i * loop.stride, low, high);
    if (found >= 0) return found;
  }
  return -1;
}

/// Tries every run of `a` against `b`.
std::int64_t walk(const Loops& a, std::size_t k, std::int64_t base, const Loops& b) {
  if (base >= b.base + b.reach[0] || base + a.reach[k] <= b.base) return -1;
  if (k == a.loops.size()) return hit(b, 0, b.base, base, base + a.run);
  for (std::int64_t i = 0; i < a.loops[k].count; ++i) {
    const std::int64_t found = walk(a, k + 1, base + i * a.loops[k].stride, b);
    if (found >= 0) return found;
  }
  return -1;
}

/// What one command touches in memories that both engines reach.
struct Footprint {
  struct Part {
    Pattern pattern;
    Access access;
    Extent extent;
    std::int64_t first_offset;  ///< inside a lane; only for local memory
    std::int64_t last_offset;   ///< exclusive
  };
  std::uint32_t index = 0;
  std::vector<Part> parts;
};

/// Range of offsets inside the lanes, for a cheap first answer: most operands lie in different banks.
void set_lane_offsets(Footprint::Part& part, std::int64_t lane_bytes) {
  part.first_offset = static_cast<std::int64_t>(part.pattern.base) % lane_bytes;
  std::int64_t high = part.first_offset + static_cast<std::int64_t>(part.pattern.run_bytes);
  for (std::size_t k = 0; k < 4; ++k) {
    if (part.pattern.stride[k] % lane_bytes == 0) continue;
    const std::int64_t reach = (std::int64_t{part.pattern.count[k]} - 1) * part.pattern.stride[k];
    (reach < 0 ? part.first_offset : high) += reach;
  }
  part.last_offset = high;
  if (high > lane_bytes || part.first_offset < 0) {  // runs from lane to lane: no cheap answer
    part.first_offset = 0;
    part.last_offset = lane_bytes;
  }
}

Footprint footprint(const isa::CommandStream& stream, std::uint32_t index, isa::Family family,
                    const isa::ChipSpec& chip) {
  Footprint result;
  result.index = index;
  if (stream.commands[index].is_end) return result;
  const isa::Instruction instruction = stream.decode(family, index);
  try {
    for (const OperandView& view : known_operands(instruction, chip)) {
      if (view.space == Space::kDdr) continue;  // the TIU does not reach it
      for (const Pattern& pattern : patterns(view, chip)) {
        Footprint::Part part{pattern, view.access, extent(pattern), 0, 0};
        if (view.space == Space::kLocal) set_lane_offsets(part, chip.local_memory.lane_bytes);
        result.parts.push_back(part);
      }
    }
  } catch (const Error& error) {
    throw error.in(stream.place(index).text());
  }
  return result;
}

std::optional<Hazard> conflict(const Footprint& tiu, const Footprint& gdma) {
  for (const auto& a : tiu.parts)
    for (const auto& b : gdma.parts) {
      if (a.access == Access::kRead && b.access == Access::kRead) continue;
      if (a.pattern.space != b.pattern.space) continue;
      if (a.extent.low >= b.extent.high || b.extent.low >= a.extent.high) continue;
      if (a.pattern.space == Space::kLocal && (a.first_offset >= b.last_offset || b.first_offset >= a.last_offset))
        continue;
      const auto byte = shared_byte(a.pattern, b.pattern);
      if (!byte) continue;
      Hazard hazard;
      hazard.tiu_index = tiu.index;
      hazard.gdma_index = gdma.index;
      hazard.space = a.pattern.space;
      hazard.first_shared_byte = *byte;
      hazard.kind =
          a.access == Access::kWrite && b.access == Access::kWrite ? HazardKind::kOverwrite : HazardKind::kReadInFlight;
      return hazard;
    }
  return std::nullopt;
}

/// Running maximum of the dependencies: what has certainly completed when command i starts.
std::vector<std::uint32_t> certain(const isa::CommandStream& stream) {
  std::vector<std::uint32_t> result;
  result.reserve(stream.commands.size());
  std::uint32_t most = 0;
  for (const auto& command : stream.commands) {
    most = std::max(most, command.dependency);
    result.push_back(most);
  }
  return result;
}

}  // namespace

std::optional<std::uint64_t> shared_byte(const Pattern& a, const Pattern& b) {
  if (a.space != b.space || a.run_bytes == 0 || b.run_bytes == 0) return std::nullopt;
  const bool a_is_smaller = a.runs() <= b.runs();
  const Loops walked = normalise(a_is_smaller ? a : b);
  const Loops probed = normalise(a_is_smaller ? b : a);
  const std::int64_t found = walk(walked, 0, walked.base, probed);
  if (found < 0) return std::nullopt;
  return static_cast<std::uint64_t>(found);
}

std::vector<Hazard> find_hazards(const isa::CommandGroup& group, isa::Family family, const isa::ChipSpec& chip,
                                 std::size_t limit) {
  std::vector<Hazard> found;
  const std::vector<std::uint32_t> tiu_certain = certain(group.tiu);
  const std::vector<std::uint32_t> gdma_certain = certain(group.gdma);
  std::deque<Footprint> window;  // GDMA commands that are unordered with the current TIU command
  std::uint32_t next = 0;        // first GDMA command not yet in the window
  for (std::uint32_t t = 0; t < group.tiu.commands.size(); ++t) {
    while (!window.empty() && window.front().index < tiu_certain[t]) window.pop_front();
    next = std::max(next, std::min<std::uint32_t>(tiu_certain[t], static_cast<std::uint32_t>(gdma_certain.size())));
    // GDMA commands that certainly wait for TIU command t (id t + 1) come after it; those before may overlap with it.
    while (next < gdma_certain.size() && gdma_certain[next] < t + 1) {
      window.push_back(footprint(group.gdma, next, family, chip));
      ++next;
    }
    if (window.empty()) continue;
    const Footprint tiu = footprint(group.tiu, t, family, chip);
    for (const Footprint& gdma : window) {
      auto hazard = conflict(tiu, gdma);
      if (!hazard) continue;
      hazard->group = group.tiu.group;
      found.push_back(*hazard);
      if (found.size() >= limit) return found;
    }
  }
  return found;
}

std::string describe(const Hazard& hazard, const isa::Program& program, const isa::ChipSpec& chip) {
  const isa::CommandGroup& group = program.groups[hazard.group];
  const auto command = [&](const isa::CommandStream& stream, std::uint32_t index) {
    return fmt::format("{} {}", stream.place(index).text(), isa::operation_name(stream.decode(program.family, index)));
  };
  const isa::Lanes lanes(chip);
  const std::string where =
      hazard.space == Space::kLocal
          ? fmt::format("local memory lane {} offset 0x{:x}", lanes.lane(hazard.first_shared_byte),
                        lanes.offset(hazard.first_shared_byte))
          : fmt::format("{} 0x{:x}", isa::name(hazard.space), hazard.first_shared_byte);
  return fmt::format("{} and {} at {}", command(group.tiu, hazard.tiu_index), command(group.gdma, hazard.gdma_index),
                     where);
}

}  // namespace bmemu::emulator
