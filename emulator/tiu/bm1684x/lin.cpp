// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// LIN: linear functions of a tensor and per-channel values.
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/loads.h"
#include "emulator/tiu/bm1684x/views.h"
#include "emulator/unknown_function.h"

namespace bmemu::emulator {

using namespace bm1684x;

void execute(const isa::bm1684x::Lin& lin, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  enum : std::uint64_t { kMac = 1, kSquareSum = 20, kSquareDifference = 21 };
  const LinOperands set = operand_set(lin, chip);
  const Format format = set.result.format;
  if (!is_float(format)) throw unknown_function(lin, "linear functions of integers");
  const Floats a = load_floats(set.a, chip, memory);
  const auto b = float_channels(set.b, lin.opd1_addr, format, set.result, chip, memory);
  Floats out(a.size());
  if (lin.tsk_eu_typ == kMac) {
    const auto c = float_channels(set.c, lin.opd2_addr, format, set.result, chip, memory);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const float product = round_to(format, a[i] * b[i]);
      out[i] = product + c[i];
    }
  } else {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const float x = round_to(format, lin.tsk_eu_typ == kSquareSum ? a[i] + b[i] : a[i] - b[i]);
      out[i] = x * x;
    }
  }
  store_floats(set.result, chip, memory, out.data());
}

}  // namespace bmemu::emulator
