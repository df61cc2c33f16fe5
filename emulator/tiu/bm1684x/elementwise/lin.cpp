// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// LIN: linear functions of a tensor and per-channel values.
#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/elementwise/pieces.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

void execute(const isa::bm1684x::Lin& lin, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  using Op = isa::bm1684x::Lin::Op;
  const LinOperands set = operand_set(lin, chip);
  const DataType format = set.result.format;
  if (!is_float(format)) throw unknown_function(lin, Refusal::kIntegerLinear);
  const Values<float> a(set.a, chip, memory);
  const auto b = Values<float>::of_channels(set.b, lin.opd1_addr, format, set.result.shape, chip, memory);
  const auto c = Values<float>::of_channels(set.c, lin.opd2_addr, format, set.result.shape, chip, memory);
  Results<float> results(set.result, chip);
  const FlushDenormals flush;  // observed
  Piece<float> room_a, room_b, room_c, out;
  in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
    const auto x = a.piece(first, count, room_a), y = b.piece(first, count, room_b);
    const auto z = c.piece(first, count, room_c);
    for (std::size_t i = 0; i < count; ++i) {
      if (lin.operation() == Op::kMac) {
        const float product = round_to(format, ordered_multiply(x[i], y[i]));
        out[i] = ordered_add(product, z[i]);
      } else {
        const float sum = round_to(format, lin.operation() == Op::kSquareSum ? ordered_add(x[i], y[i]) : x[i] - y[i]);
        out[i] = sum * sum;
      }
    }
    results.put(first, count, out.data());
  });
  results.store(memory);
}

}  // namespace bmemu::emulator
