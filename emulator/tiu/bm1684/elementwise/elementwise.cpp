// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// md_scalar, md_linear, md_cmp, vc: float32 arithmetic on aligned tensors.
#include <algorithm>

#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/operand/gather.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684/elementwise/float_op.h"
#include "emulator/tiu/bm1684/execute.h"
#include "emulator/tiu/bm1684/operand_sets.h"

namespace bmemu::emulator {

using namespace bm1684;

void execute(const isa::bm1684::MdScalar& i, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const auto set = operand_set(i, chip);
  if (!all_lanes_enabled(i)) throw unknown_function(i, Refusal::kLaneMask);
  const FlushDenormals flush;
  auto a = operand_values(set.a, i.opd0_addr, set.result, chip, memory);
  const auto b = operand_values(set.b, i.opd1_addr, set.result, chip, memory);
  if (!float_operation(i.operation(), a.data(), b.data(), a.data(), a.size())) throw unknown_function(i);
  if (set.old) {
    const auto old = gathered<float>(*set.old, chip, memory);
    for (std::size_t k = 0; k < a.size(); ++k) a[k] = ordered_add(a[k], old[k]);
  }
  scatter(set.result, chip, memory, a.data());
}

void execute(const isa::bm1684::MdLinear& i, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const auto set = operand_set(i, chip);
  if (!all_lanes_enabled(i)) throw unknown_function(i, Refusal::kLaneMask);
  const FlushDenormals flush;
  auto a = gathered<float>(set.a, chip, memory);
  const auto b = channel_values(set.b, i.opd1_addr, set.result, chip, memory);
  const std::size_t count = a.size();
  switch (i.operation()) {
    case EuOp::kMac: {
      const auto s = channel_values(set.s, i.opd2_addr, set.result, chip, memory);
      for (std::size_t k = 0; k < count; ++k) a[k] = ordered_add(ordered_multiply(a[k], s[k]), b[k]);
      if (set.old) {
        const auto old = gathered<float>(*set.old, chip, memory);
        for (std::size_t k = 0; k < count; ++k) a[k] = ordered_add(a[k], old[k]);
      }
      break;
    }
    case EuOp::kSquareSum:
      for (std::size_t k = 0; k < count; ++k) {
        const float sum = ordered_add(a[k], b[k]);
        a[k] = sum * sum;
      }
      break;
    case EuOp::kSquareDifference:
      for (std::size_t k = 0; k < count; ++k) a[k] = (a[k] - b[k]) * (a[k] - b[k]);
      break;
    default: throw unknown_function(i);
  }
  scatter(set.result, chip, memory, a.data());
}

void execute(const isa::bm1684::MdCmp& i, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const auto set = operand_set(i, chip);
  if (!all_lanes_enabled(i)) throw unknown_function(i, Refusal::kLaneMask);
  const FlushDenormals flush;
  const OperandView& shape = set.result0 ? *set.result0 : *set.result1;
  const auto a = operand_values(set.a, i.opd0_addr, shape, chip, memory);
  const auto b = operand_values(set.b, i.opd1_addr, shape, chip, memory);
  const std::size_t count = a.size();
  std::vector<std::uint32_t> larger(count);
  std::vector<float> chosen(count);
  if (set.result0) {
    // Observed: the operation with both results keeps denormals.
    const bool flushes = i.operation() == EuOp::kCompare;
    for (std::size_t k = 0; k < count; ++k) {
      const std::uint32_t x = to_bits(a[k]), y = to_bits(b[k]);
      larger[k] = a[k] > b[k] ? x : y;
      if (flushes) larger[k] = to_bits(flushed(to_float(larger[k])));
    }
  }
  if (set.result1) {
    const auto c = operand_values(set.c, i.opd2_addr, shape, chip, memory);
    const auto d = operand_values(set.d, i.opd3_addr, shape, chip, memory);
    for (std::size_t k = 0; k < count; ++k) chosen[k] = a[k] > b[k] ? c[k] : d[k];
  }
  if (set.result0) scatter(*set.result0, chip, memory, larger.data());
  if (set.result1) scatter(*set.result1, chip, memory, chosen.data());
}

void execute(const isa::bm1684::Vc& i, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const auto set = operand_set(i, chip);
  if (!all_lanes_enabled(i)) throw unknown_function(i, Refusal::kLaneMask);
  const FlushDenormals flush;
  const auto a = gathered<float>(set.a, chip, memory);
  const auto b = gathered<float>(set.b, chip, memory);
  std::vector<float> result(element_count(set.result));
  std::vector<float> repeated(b.size());
  for (std::size_t row = 0; row < set.a_length; ++row) {
    std::fill(repeated.begin(), repeated.end(), a[row]);
    if (!float_operation(i.operation(), repeated.data(), b.data(), result.data() + row * b.size(), b.size()))
      throw unknown_function(i);
  }
  scatter(set.result, chip, memory, result.data());
}

}  // namespace bmemu::emulator
