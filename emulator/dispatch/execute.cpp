// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/dispatch/execute.h"

#include <algorithm>
#include <type_traits>

#include "emulator/gdma/bm1684/execute.h"
#include "emulator/gdma/bm1684x/execute.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684/execute.h"
#include "emulator/tiu/bm1684x/execute.h"

namespace bmemu::emulator {

// Not in a namespace without a name: that would hide the overloads of the headers.

/// Chosen for instruction classes that no header above names: overloads for a class come first.
template <class T>
static void execute(const T& typed, const isa::ChipSpec&, memory::ChipMemory&) {
  throw unknown_function(typed);
}

/// Chosen for classes without heavy arithmetic.
template <class T>
static void execute(const T& typed, const isa::ChipSpec& chip, memory::ChipMemory& memory, const HostArithmetic&) {
  execute(typed, chip, memory);
}

/// Fields of BM1684X's long form that no compiler sets and no record shows. Running on as if they were not set would
/// give wrong values without a word.
template <class T>
static void refuse_unknown_fields(const T& typed, const isa::ChipSpec& chip) {
  if constexpr (isa::kIsBm1684x<T> && isa::kIsTiu<T>) {
    const auto unused = static_cast<unsigned>(64 - std::min<std::int64_t>(chip.tiu.lanes, 64));
    const std::uint64_t all = ~std::uint64_t{0} >> unused;
    if ((typed.tsk_lane_num & all) != all) throw unknown_function(typed, Refusal::kLaneMask);
    if (std::is_same_v<T, isa::bm1684x::Conv> && typed.relu != 0) throw unknown_function(typed, Refusal::kLongRelu);
  }
}

void execute(const isa::Instruction& instruction, const isa::ChipSpec& chip, memory::ChipMemory& memory,
             const HostArithmetic& host) {
  isa::visit_instruction(
      [&](const auto& typed) {
        refuse_unknown_fields(typed, chip);
        execute(typed, chip, memory, host);
      },
      instruction);
}

}  // namespace bmemu::emulator
