// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// AR: elementwise arithmetic. Chooses between float, integer and conversion.
#include "emulator/tiu/bm1684x/elementwise/ar.h"

#include <utility>

#include "emulator/operand/gather.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/elementwise/cast.h"
#include "emulator/tiu/bm1684x/elementwise/comparison.h"
#include "emulator/tiu/bm1684x/elementwise/elementwise.h"
#include "emulator/tiu/bm1684x/elementwise/pieces.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

template <class T>
struct Sources {
  const Values<T>&a, &b, &c, &previous;
};

/// Whether the operation has a meaning; without, nothing is stored.
template <class Operation, class T>
bool apply_in_pieces(const Operation& operation, const Sources<T>& from, const ArOperands& set,
                     const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  Results<T> results(set.result, chip);
  Piece<T> room_a, room_b, room_c, out;
  bool is_known = true;
  in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
    if (set.previous) from.previous.piece(first, count, out);
    is_known = is_known && apply(operation, from.a.piece(first, count, room_a), from.b.piece(first, count, room_b),
                                 from.c.piece(first, count, room_c), out.data(), count);
    results.put(first, count, out.data());
  });
  if (is_known) results.store(memory);
  return is_known;
}

void execute_float(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                   memory::ChipMemory& memory) {
  const DataType format = format_of(ar.opd0_prec, ar.opd0_sign);
  FloatOperation operation;
  operation.op = ar.operation();
  operation.iterations = division_iterations(ar.opd2_n_str);
  operation.format = format;
  const auto a = Values<float>::of(set.a, ar.opd0_addr, format, chip, memory);
  const auto b = Values<float>::of(set.b, ar.opd1_addr, format_of(ar.opd1_prec, 1), chip, memory);
  const auto c =
      Values<float>::of_channels(set.c, ar.opd2_addr, format_of(ar.opd2_prec, 1), set.result.shape, chip, memory);
  const auto previous = Values<float>::of(set.previous, 0, format, chip, memory);
  if (!apply_in_pieces(operation, Sources<float>{a, b, c, previous}, set, chip, memory))
    throw unknown_function(ar, Refusal::kNotForFloats);
}

/// The dense bytes of an operand, or of as many constants as the result has elements.
std::vector<std::uint8_t> bytes_of(const MaybeView& view, std::uint64_t constant, DataType format, std::size_t count,
                                   const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  std::vector<std::uint8_t> bytes(count * (bits(format) / 8));
  if (view) {
    gather_bytes(*view, chip, memory, bytes.data());
  } else {
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<std::uint8_t>(constant >> (i * 8 % bits(format)));
  }
  return bytes;
}

/// Operations whose results have the width of A. Observed: when the result's elements are narrower, they are cut from
/// the bytes of these results in order; a circular shift cuts A and turns the pieces.
bool keeps_width(ArOp op) {
  switch (op) {
    case ArOp::kNot:
    case ArOp::kCopy:
    case ArOp::kCopyBatch:
    case ArOp::kAbs:
    case ArOp::kCircularShift: return true;
    default: return false;
  }
}

void execute_integer(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                     memory::ChipMemory& memory) {
  DataType format_a = format_of(ar.opd0_prec, ar.opd0_sign);
  using Integer = Values<std::int64_t>;
  auto a = Integer::of(set.a, ar.opd0_addr, format_a, chip, memory);
  if (keeps_width(ar.operation()) && bits(set.result.format) < bits(format_a)) {
    a = Integer::of_bytes(set.result.format,
                          bytes_of(set.a, ar.opd0_addr, format_a, element_count(set.result), chip, memory));
    format_a = set.result.format;
  }
  IntegerOperation operation;
  operation.op = ar.operation();
  operation.rounding = static_cast<Rounding>(ar.opd2_n_str);
  operation.bits = bits(format_a);
  operation.result_bits = bits(set.result.format);
  operation.result = range_of(set.result.format);
  operation.shifted = operand_count(ar) == 3;
  const DataType format_b = format_of(ar.opd1_prec, ar.opd1_sign);
  const bool multiplies =
      ar.operation() == ArOp::kMul || ar.operation() == ArOp::kMulSaturating || ar.operation() == ArOp::kMac;
  operation.wide_product = multiplies && format_a == DataType::kU32 && format_b == DataType::kU32;
  if (bits(format_a) == 8 && bits(format_b) == 8 && operation.result_bits == 16)
    operation.accumulated = operation.result;
  const auto b = Integer::of(set.b, ar.opd1_addr, format_of(ar.opd1_prec, ar.opd1_sign), chip, memory);
  // Observed: the two shifts of a multiply-accumulate are always in the field, whatever opd2_const says.
  const auto c = ar.operation() == ArOp::kMac
                     ? Integer(static_cast<std::int64_t>(ar.opd2_addr & 0xFFFFU))
                     : Integer::of_channels(set.c, ar.opd2_addr, format_of(ar.opd2_prec, ar.opd2_sign),
                                            set.result.shape, chip, memory);
  const auto previous = Integer::of(set.previous, 0, set.result.format, chip, memory);
  if (!apply_in_pieces(operation, Sources<std::int64_t>{a, b, c, previous}, set, chip, memory))
    throw unknown_function(ar, Refusal::kNotForIntegers);
}

/// Integer operations that compute words and cut the result's elements from their bytes in order: multiply-accumulate
/// with 8-bit results, whose old values are words too (observed), and the absolute value when the result is narrower.
void execute_cut(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                 memory::ChipMemory& memory) {
  const bool is_mac = ar.operation() == ArOp::kMac;
  const DataType format_a = format_of(ar.opd0_prec, ar.opd0_sign);
  const DataType computed = is_mac ? (is_signed(set.result.format) ? DataType::kI32 : DataType::kU32) : format_a;
  const std::size_t count = element_count(set.result), width = bits(set.result.format) / 8;
  const std::size_t whole = (count * width + bits(computed) / 8 - 1) / (bits(computed) / 8);  // values that are stored
  IntegerOperation operation;
  operation.op = ar.operation();
  operation.rounding = static_cast<Rounding>(ar.opd2_n_str);
  operation.bits = bits(format_a);
  operation.result_bits = bits(computed);
  operation.result = range_of(computed);
  using Integer = Values<std::int64_t>;
  const auto a = Integer::of(set.a, ar.opd0_addr, format_a, chip, memory);
  const auto b = Integer::of(set.b, ar.opd1_addr, format_of(ar.opd1_prec, ar.opd1_sign), chip, memory);
  const Integer c(static_cast<std::int64_t>(ar.opd2_addr & 0xFFFFU));
  auto old = bytes_of(set.previous, 0, set.result.format, count, chip, memory);
  old.resize(whole * (bits(computed) / 8));
  const auto previous = Integer::of_bytes(computed, std::move(old));
  std::vector<std::uint8_t> bytes(whole * (bits(computed) / 8));
  Piece<std::int64_t> room_a, room_b, room_c, out;
  in_pieces(whole, [&](std::size_t first, std::size_t n) {
    previous.piece(first, n, out);
    apply(operation, a.piece(first, n, room_a), b.piece(first, n, room_b), c.piece(first, n, room_c), out.data(), n);
    encode(computed, out.data(), n, bytes.data() + first * (bits(computed) / 8));
  });
  scatter_bytes(set.result, chip, memory, bytes.data());
}

/// holds ? the field of C : 0, as bits.
template <class T>
void select(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const DataType format = format_of(ar.opd0_prec, ar.opd0_sign);
  const DataType format_a = compared_format(format);
  const DataType format_b = compared_format(format_of(ar.opd1_prec, ar.opd1_sign));
  const auto a = Values<T>::of(with_format(set.a, format_a), ar.opd0_addr, format_a, chip, memory);
  const auto b = Values<T>::of(with_format(set.b, format_b), ar.opd1_addr, format_b, chip, memory);
  const OperandView result = as_raw(set.result);
  const std::int64_t chosen = constant_integer(ar.opd2_addr, result.format);
  Results<std::int64_t> results(result, chip);
  Piece<T> room_a, room_b;
  Piece<std::int64_t> out;
  Piece<std::uint8_t> holds;
  in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
    compare(format, comparison_of_selection(ar.operation()), a.piece(first, count, room_a),
            b.piece(first, count, room_b), holds.data(), count);
    for (std::size_t i = 0; i < count; ++i) out[i] = holds[i] != 0 ? chosen : 0;
    results.put(first, count, out.data());
  });
  results.store(memory);
}

void execute_selection(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                       memory::ChipMemory& memory) {
  const DataType compared = format_of(ar.opd0_prec, ar.opd0_sign);
  if (ar.opd0_prec != ar.opd1_prec) throw unknown_function(ar, Refusal::kComparedFormats);
  if (bits(set.result.format) > bits(compared)) throw unknown_function(ar, Refusal::kWideSelection);
  if (compares_numbers(compared))
    select<float>(ar, set, chip, memory);
  else
    select<std::int64_t>(ar, set, chip, memory);
}

/// Copies, absolute values, maximum and minimum of floats as bits: a nan keeps its payload.
void execute_bits(const isa::bm1684x::Ar& ar, ArOperands set, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const DataType format = set.result.format;
  const DataType raw = bits(format) == 16 ? DataType::kU16 : DataType::kU32;
  const std::int64_t mask = ar.operation() != ArOp::kAbs ? 0xFFFFFFFF : raw == DataType::kU16 ? 0x7FFF : 0x7FFFFFFF;
  for (auto* view : {&set.a, &set.b})
    if (*view) (*view)->format = raw;
  set.result.format = raw;
  const auto a = Values<std::int64_t>::of(set.a, ar.opd0_addr, raw, chip, memory);
  const auto b = Values<std::int64_t>::of(set.b, ar.opd1_addr, raw, chip, memory);
  Results<std::int64_t> results(set.result, chip);
  Piece<std::int64_t> room_a, room_b, out;
  in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
    const auto x = a.piece(first, count, room_a), y = b.piece(first, count, room_b);
    if (!choose(ar.operation(), format, x, y, out.data(), count))
      map(x, out.data(), count, [mask](std::int64_t bits_of_x) { return bits_of_x & mask; });
    results.put(first, count, out.data());
  });
  results.store(memory);
}

}  // namespace

void execute(const isa::bm1684x::Ar& ar, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  ArOperands set = operand_set(ar, chip);
  if (ar.operation() == ArOp::kCopyBatch && set.a) {  // one batch for all
    set.a->shape[0] = set.result.shape[0];
    set.a->stride[0] = 0;
  }
  const DataType from = format_of(ar.opd0_prec, ar.opd0_sign), to = set.result.format;
  if (ar.operation() == ArOp::kCast) {
    convert(ar, set, chip, memory);
    return;
  }
  if (is_selection(ar.operation())) return execute_selection(ar, set, chip, memory);
  const bool float_in = is_float(from), same_width = bits(from) == bits(to);
  const bool moves =
      ar.operation() == ArOp::kCopy || ar.operation() == ArOp::kCopyBatch || ar.operation() == ArOp::kAbs;
  const bool counts = ar.operation() == ArOp::kFirstOne || ar.operation() == ArOp::kFirstZero;
  if (((keeps_width(ar.operation()) || counts) && bits(to) > bits(from)) || (moves && !same_width && float_in))
    throw unknown_function(ar, Refusal::kWideResults);
  if (float_in != is_float(to)) throw unknown_function(ar, Refusal::kOperandAndResult);
  const bool chooses = (ar.operation() == ArOp::kMax || ar.operation() == ArOp::kMin) && bits(from) == 16 &&
                       ar.opd0_prec == ar.opd1_prec && ar.opd0_prec == ar.res0_prec;
  if (!float_in && ((ar.operation() == ArOp::kAbs && !same_width) || (ar.operation() == ArOp::kMac && bits(to) == 8)))
    execute_cut(ar, set, chip, memory);
  else if (float_in && (moves || chooses))
    execute_bits(ar, set, chip, memory);
  else if (float_in)
    execute_float(ar, set, chip, memory);
  else
    execute_integer(ar, set, chip, memory);
}

}  // namespace bmemu::emulator
