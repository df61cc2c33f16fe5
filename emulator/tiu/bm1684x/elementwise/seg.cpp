// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// SEG: index generation.
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

void execute(const isa::bm1684x::Seg& seg, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  using Op = isa::bm1684x::Seg::Op;
  const SegOperands set = operand_set(seg, chip);
  if (is_float(set.result.format)) throw unknown_function(seg, Refusal::kFloatIndices);
  // Observed: lanes from 31 on read zero. Unknown: whether that is so on the chip.
  constexpr std::uint32_t kLanesSeen = 31;
  if (seg.operation() != Op::kColumn && seg.res0_c > kLanesSeen) throw unknown_function(seg, Refusal::kLaneIndices);
  const std::size_t width = set.result.shape[3];
  Integers out(element_count(set.result));
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::int64_t>(seg.operation() == Op::kColumn ? i % width : i);
  store_integers(set.result, chip, memory, out.data());
}

}  // namespace bmemu::emulator
