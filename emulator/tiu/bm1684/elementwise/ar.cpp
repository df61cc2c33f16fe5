// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Elementwise arithmetic: float32, 32-bit words, and fixed point of 8 and 16 bits in packed storage.
#include <algorithm>

#include "emulator/arithmetic/bits.h"
#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684/conv/batch.h"
#include "emulator/tiu/bm1684/elementwise/float_op.h"
#include "emulator/tiu/bm1684/execute.h"
#include "emulator/tiu/bm1684/operand_sets.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684;
using isa::bm1684::Ar;
using Words = std::vector<std::uint32_t>;

Words word_values(const std::optional<OperandView>& view, std::uint64_t immediate, const OperandView& shape_of,
                  const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  if (view) return gathered<std::uint32_t>(*view, chip, memory);
  return Words(element_count(shape_of), static_cast<std::uint32_t>(immediate));
}

/// Observed: the amount is the signed number in the low 6 bits, positive to the left; -32 leaves the value alone.
std::uint32_t shift_word(std::uint32_t value, std::uint32_t amount, bool arithmetic) {
  const std::uint32_t left = amount & 31U;
  if ((amount & 32U) == 0) return value << left;
  const std::uint32_t right = (32U - left) & 31U;
  return arithmetic ? static_cast<std::uint32_t>(static_cast<std::int32_t>(value) >> right) : value >> right;
}

/// Operations on 32-bit words. Observed: whatever the precision codes say, arithmetic on them is that of float32.
void execute_words(const Ar& i, const ArOperands& set, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  Words a = word_values(set.a, i.opd0_addr, set.result, chip, memory);
  const std::size_t count = a.size();
  Words b;
  if (i.operation() != EuOp::kCopy) b = word_values(set.b, i.opd1_addr, set.result, chip, memory);
  const auto each = [&](auto f) {
    for (std::size_t k = 0; k < count; ++k) a[k] = f(a[k], b[k]);
  };
  const auto product = [](std::uint32_t x, std::uint32_t y) {
    return to_bits(ordered_multiply(to_float(x), to_float(y)));
  };
  const auto selected = static_cast<std::uint32_t>(i.opd2_addr);
  switch (i.operation()) {
    case EuOp::kCopy: break;
    case EuOp::kAnd: each([](std::uint32_t x, std::uint32_t y) { return x & y; }); break;
    case EuOp::kOr: each([](std::uint32_t x, std::uint32_t y) { return x | y; }); break;
    case EuOp::kXor: each([](std::uint32_t x, std::uint32_t y) { return x ^ y; }); break;
    case EuOp::kShift:
      each([&](std::uint32_t x, std::uint32_t y) { return shift_word(x, y, i.opt_shift_typ != 0); });
      break;
    case EuOp::kSelectGreater:
      each([&](std::uint32_t x, std::uint32_t y) { return to_float(x) > to_float(y) ? selected : 0; });
      break;
    case EuOp::kSelectEqual:  // Observed: compares bits, 0 and -0 differ.
      each([&](std::uint32_t x, std::uint32_t y) { return x == y ? selected : 0; });
      break;
    case EuOp::kMul: each(product); break;
    case EuOp::kMac: {
      const Words old = gathered<std::uint32_t>(*set.old, chip, memory);
      each(product);
      for (std::size_t k = 0; k < count; ++k) a[k] = to_bits(ordered_add(to_float(a[k]), to_float(old[k])));
      break;
    }
    default: {
      std::vector<float> x(count), y(count);
      std::memcpy(x.data(), a.data(), count * 4);
      std::memcpy(y.data(), b.data(), count * 4);
      if (!float_operation(i.operation(), x.data(), y.data(), x.data(), count)) throw unknown_function(i);
      std::memcpy(a.data(), x.data(), count * 4);
    }
  }
  scatter(set.result, chip, memory, a.data());
}

/// One fixed-point value before rounding and saturation.
struct FixedOperation {
  EuOp op;
  unsigned left_shift;
  bool arithmetic;
  unsigned bits;  ///< of operand A

  /// Observed: the amount is the low byte of B, positive to the left.
  std::int64_t shifted(std::int64_t x, std::int32_t y) const {
    const std::int32_t amount = static_cast<std::int8_t>(y);
    const std::int64_t mask = (std::int64_t{1} << bits) - 1;
    if (amount >= 0) return x * (std::int64_t{1} << std::min(amount, 32));
    const std::int64_t sign_bit = std::int64_t{1} << (bits - 1);
    const std::int64_t value = x & mask;
    const std::int64_t wide = arithmetic ? (value ^ sign_bit) - sign_bit : value;
    return wide >> std::min(-amount, 32);
  }
  std::int64_t operator()(std::int64_t x, std::int32_t y, std::int64_t old) const {
    switch (op) {
      case EuOp::kMul: return x * y;
      case EuOp::kMac: return x * y + old * (std::int64_t{1} << left_shift);
      case EuOp::kAdd: return x + y;
      case EuOp::kSub: return x - y;
      case EuOp::kMax: return std::max(x, std::int64_t{y});
      case EuOp::kMin: return std::min(x, std::int64_t{y});
      case EuOp::kAnd: return x & y;
      case EuOp::kOr: return x | y;
      case EuOp::kXor: return x ^ y;
      case EuOp::kShift: return shifted(x, y);
      default: return x;  // copy
    }
  }
};

bool is_fixed_operation(EuOp op) { return op <= EuOp::kXor || op == EuOp::kCopy; }
bool rounds(EuOp op) { return op <= EuOp::kSub; }

bool is_logic(EuOp op) { return op == EuOp::kAnd || op == EuOp::kOr || op == EuOp::kXor; }

/// Observed: whatever the precision codes say, multiplication takes 8-bit operands and shifts work on 16 bits; copies
/// and logic have the result's width.
unsigned operand_bits(EuOp op, std::uint64_t precision, unsigned result_bits) {
  if (op == EuOp::kMul || op == EuOp::kMac) return 8;
  if (op == EuOp::kCopy || is_logic(op)) return result_bits;
  return op != EuOp::kShift && precision == Precision::kI8 ? 8 : 16;
}

void execute_fixed(const Ar& i, const ArOperands& set, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const EuOp op = i.operation();
  if (!is_fixed_operation(op)) throw unknown_function(i);
  const unsigned a_bits = operand_bits(op, i.opt_opd0_prec, value_bits(set.result));
  const unsigned b_bits = operand_bits(op, i.opt_opd1_prec, value_bits(set.result));
  const auto n = i.res0_n;
  const std::size_t count = std::size_t{set.result.shape[1]} * set.result.shape[2] * set.result.shape[3];
  // An operand of one batch serves all batches.
  const auto batches = [&](const std::optional<OperandView>& view, std::uint64_t one_batch, std::uint64_t field,
                           IntegerFormat format) {
    if (one_batch == 0) return fixed_values(view, field, format, n, count, chip, memory);
    return Batches(n, fixed_values(view, field, format, 1, count, chip, memory).front());
  };
  auto a = batches(set.a, i.opd0_neq1, i.opd0_addr, {a_bits, i.opt_opd0_sign != 0});
  Batches b, old;
  if (op != EuOp::kCopy) b = batches(set.b, i.opd1_neq1, i.opd1_addr, {b_bits, i.opt_opd1_sign != 0});
  // Observed: the accumulated value has the result's sign, whatever `opt_res_add_sign` says.
  if (set.old) old = batches(set.old, 0, 0, {16, is_signed(set.result)});

  const FixedOperation operation{op, static_cast<unsigned>(i.opt_left_shift), i.opt_shift_typ != 0, a_bits};
  const auto right_shift = static_cast<unsigned>(i.opt_right_shift);
  // Observed: a difference is signed even when both operands are not.
  const IntegerRange range = integer_range(value_bits(set.result), is_signed(set.result) || op == EuOp::kSub);
  for (std::uint64_t batch = 0; batch < n; ++batch)
    for (std::size_t k = 0; k < count; ++k) {
      auto& value = a[batch][k];
      const std::int64_t exact = operation(value, b.empty() ? 0 : b[batch][k], old.empty() ? 0 : old[batch][k]);
      value = static_cast<std::int32_t>(rounds(op) ? range.clamp(round_half_up_shift(exact, right_shift)) : exact);
    }
  // Observed: operations that do not round keep the operands' width; a result of another width gets their bytes.
  if (!rounds(op) && a_bits != value_bits(set.result)) a = recut(a, a_bits, {value_bits(set.result), true});
  for (std::uint64_t batch = 0; batch < n; ++batch) scatter_batch(set.result, batch, chip, memory, a[batch]);
}

bool is_word(std::uint64_t precision) { return precision == Precision::kF32 || precision == Precision::kI32; }

}  // namespace

void execute(const Ar& i, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const auto set = operand_set(i, chip);
  if (!all_lanes_enabled(i)) throw unknown_function(i, Refusal::kLaneMask);
  if ((i.res0_h_shift | i.res0_w_shift | i.opd0_h_shift | i.opd0_w_shift | i.opd1_h_shift | i.opd1_w_shift) != 0)
    throw unknown_function(i, Refusal::kRowShifts);
  const bool words = is_word(i.opt_opd0_prec);
  const bool one_operand = i.operation() == EuOp::kCopy;
  if (is_word(i.opt_res0_prec) != words || (!one_operand && is_word(i.opt_opd1_prec) != words))
    throw unknown_function(i, Refusal::kMixedWords);
  const FlushDenormals flush;
  if (words) {
    execute_words(i, set, chip, memory);
  } else {
    execute_fixed(i, set, chip, memory);
  }
}

}  // namespace bmemu::emulator
