// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// CONV: convolution. Chooses between floats and integers.
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/conv/convolve.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

void execute(const isa::bm1684x::Conv& conv, const isa::ChipSpec& chip, memory::ChipMemory& memory,
             const HostArithmetic& host) {
  const ConvOperands set = operand_set(conv, chip);
  const bool float_in = is_float(set.input.format);
  if (float_in != is_float(set.result.format) || (float_in && conv.operation() != isa::bm1684x::Conv::Op::kNormal))
    throw unknown_function(conv, Refusal::kOperandAndResult);
  if (float_in)
    convolve_floats(conv, set, chip, memory, host);
  else
    convolve_integers(conv, set, chip, memory, host);
}

}  // namespace bmemu::emulator
