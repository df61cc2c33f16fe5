// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/conformance/conformance_views.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "emulator/operand/operands.h"
#include "isa/layout/address_map.h"

namespace bmemu::harness {
namespace {

/// Half-open ranges of bytes in one memory.
struct Range {
  isa::Space space;
  std::uint64_t begin, end;
};

/// Sorted and without overlaps.
std::vector<Range> normalise(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
    return std::tie(a.space, a.begin, a.end) < std::tie(b.space, b.begin, b.end);
  });
  std::vector<Range> merged;
  for (const auto& range : ranges) {
    if (!merged.empty() && merged.back().space == range.space && merged.back().end >= range.begin)
      merged.back().end = std::max(merged.back().end, range.end);
    else
      merged.push_back(range);
  }
  return merged;
}

/// Bytes of `a` that are not in `b`; both normalised.
std::uint64_t missing(const std::vector<Range>& a, const std::vector<Range>& b) {
  std::uint64_t bytes = 0;
  for (const auto& range : a) {
    std::uint64_t covered = 0;
    auto first = std::lower_bound(b.begin(), b.end(), range, [](const Range& x, const Range& y) {
      return x.space < y.space || (x.space == y.space && x.end <= y.begin);
    });
    for (; first != b.end() && first->space == range.space && first->begin < range.end; ++first)
      covered += std::min(first->end, range.end) - std::max(first->begin, range.begin);
    bytes += range.end - range.begin - covered;
  }
  return bytes;
}

std::vector<Range> of_views(const std::vector<emulator::OperandView>& views, memory::Access access,
                            const isa::ChipSpec& chip) {
  std::vector<Range> ranges;
  for (const auto& view : views) {
    if (view.access != access) continue;
    for (const auto& p : emulator::patterns(view, chip)) {
      for (std::uint32_t i = 0; i < p.count[0]; ++i)
        for (std::uint32_t j = 0; j < p.count[1]; ++j)
          for (std::uint32_t k = 0; k < p.count[2]; ++k)
            for (std::uint32_t l = 0; l < p.count[3]; ++l) {
              const std::uint64_t at = p.base + static_cast<std::uint64_t>(i * p.stride[0] + j * p.stride[1] +
                                                                           k * p.stride[2] + l * p.stride[3]);
              ranges.push_back({p.space, at, at + p.run_bytes});
            }
    }
  }
  return normalise(std::move(ranges));
}

std::vector<Range> of_regions(const std::vector<VectorRegion>& regions, const isa::ChipSpec& chip) {
  std::vector<Range> ranges;
  for (const auto& region : regions)
    for (std::uint64_t i = 0; i < region.bytes(); ++i) {
      if (!region.undefined && !region.counts(i)) continue;
      const auto place = isa::locate(region.address_of(i), chip);
      if (!ranges.empty() && ranges.back().space == place.space && ranges.back().end == place.offset)
        ++ranges.back().end;
      else
        ranges.push_back({place.space, place.offset, place.offset + 1});
    }
  return normalise(std::move(ranges));
}

}  // namespace

ViewDifference compare_views(const VectorRecord& record, const isa::Instruction& instruction,
                             const isa::ChipSpec& chip) {
  const auto views = emulator::operands(instruction, chip);
  const auto reads = of_views(views, memory::Access::kRead, chip);
  const auto writes = of_views(views, memory::Access::kWrite, chip);
  const auto before = of_regions(record.before, chip);
  const auto after = of_regions(record.after, chip);
  // A byte that was an input and held the result before the command ran looks as if it were not written.
  auto touched = record.after;
  touched.insert(touched.end(), record.before.begin(), record.before.end());
  return {missing(after, writes), missing(writes, of_regions(touched, chip)), missing(before, reads)};
}

}  // namespace bmemu::harness
