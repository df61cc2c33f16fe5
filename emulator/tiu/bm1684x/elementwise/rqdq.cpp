// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// RQ&DQ: requantise and dequantise.
#include "emulator/arithmetic/bits.h"
#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/to_integer.h"
#include "emulator/operand/gather.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/elementwise/elementwise.h"
#include "emulator/tiu/bm1684x/elementwise/pieces.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

using Op = isa::bm1684x::RqDq::Op;

/// Parameters of one channel; which of them an operation uses is its business.
struct Parameters {
  std::int64_t multiplier = 0;
  std::int64_t offset = 0;
  int shift = 0;  ///< positive = left
  float scale = 0;
  float float_offset = 0;
};

/// Observed: offsets are 16 bits wide, also in memory, and have the sign of the format that they belong to.
std::int64_t half(std::uint32_t word, bool is_signed) {
  return is_signed ? static_cast<std::int16_t>(word) : static_cast<std::int64_t>(word & 0xFFFFU);
}

/// From the two fields of the command. Observed: see the packing of each operation below.
Parameters constant_parameters(const isa::bm1684x::RqDq& rqdq) {
  const auto first = static_cast<std::uint32_t>(rqdq.opd1_addr), second = static_cast<std::uint32_t>(rqdq.opd2_addr);
  Parameters p;
  switch (rqdq.operation()) {
    case Op::kRq0:
      p.scale = to_float(first);
      p.float_offset = to_float(second);
      break;
    case Op::kRq1:
      p.multiplier = static_cast<std::int32_t>(first);
      p.shift = static_cast<std::int8_t>(second);
      p.offset = half(second >> 16, rqdq.opd2_sign != 0);
      break;
    case Op::kDq0:
      p.offset = half(first, rqdq.opd0_sign != 0);
      p.scale = to_float(second);
      break;
    default:
      p.offset = half(first, rqdq.opd0_sign != 0);
      p.shift = static_cast<std::int16_t>(first >> 16);
      p.multiplier = static_cast<std::int32_t>(second);
      break;
  }
  return p;
}

/// From the words of a channel in memory.
Parameters memory_parameters(const isa::bm1684x::RqDq& rqdq, const std::int32_t* words) {
  Parameters p;
  switch (rqdq.operation()) {
    case Op::kRq0:
      p.scale = to_float(static_cast<std::uint32_t>(words[0]));
      p.float_offset = to_float(static_cast<std::uint32_t>(words[1]));
      break;
    case Op::kRq1:
      p.multiplier = words[0];
      p.shift = static_cast<std::int8_t>(words[1]);
      p.offset = half(static_cast<std::uint32_t>(words[2]), rqdq.opd2_sign != 0);
      break;
    case Op::kDq0:
      p.offset = half(static_cast<std::uint32_t>(words[0]), rqdq.opd0_sign != 0);
      p.scale = to_float(static_cast<std::uint32_t>(words[1]));
      break;
    default:
      p.offset = half(static_cast<std::uint32_t>(words[0]), rqdq.opd0_sign != 0);
      p.multiplier = words[1];
      p.shift = static_cast<std::int8_t>(words[2]);
      break;
  }
  return p;
}

/// Calls f(parameters, first element, count) for pieces of every channel of every batch.
template <class F>
void for_each_channel(const isa::bm1684x::RqDq& rqdq, const RqDqOperands& set, const isa::ChipSpec& chip,
                      const memory::ChipMemory& memory, F&& f) {
  if (!set.parameters) {
    const Parameters constant = constant_parameters(rqdq);
    in_pieces(element_count(set.result), [&](std::size_t first, std::size_t count) { f(constant, first, count); });
    return;
  }
  const auto words = gathered<std::int32_t>(*set.parameters, chip, memory);
  const std::size_t words_per_channel = set.parameters->shape[3];
  const std::size_t plane = std::size_t{set.result.shape[2]} * set.result.shape[3];
  std::size_t start = 0;
  for (std::uint32_t n = 0; n < set.result.shape[0]; ++n)
    for (std::uint32_t c = 0; c < set.result.shape[1]; ++c, start += plane) {
      const Parameters p = memory_parameters(rqdq, words.data() + c * words_per_channel);
      in_pieces(plane, [&](std::size_t first, std::size_t count) { f(p, start + first, count); });
    }
}

/// round(x * multiplier, shift) + offset, saturated.
void requantise_integers(const Parameters& p, Rounding rounding, const IntegerRange& range,
                         const Source<std::int64_t>& x, std::int64_t* out, std::size_t count) {
  if (p.shift < 0 && p.shift > -63 && rounding == Rounding::kHalfUp) {
    // The form that compilers emit, without the choice of a mode in the loop.
    map(x, out, count,
        [&](std::int64_t v) { return range.clamp(shift_right_half_up(v * p.multiplier, -p.shift) + p.offset); });
    return;
  }
  map(x, out, count, [&](std::int64_t v) {
    std::int64_t sum = 0;
    const std::int64_t shifted = shift_rounded(v * p.multiplier, p.shift, rounding);
    if (__builtin_add_overflow(shifted, p.offset, &sum)) sum = shifted;  // far outside the range either way
    return range.clamp(sum);
  });
}

void quantise(const isa::bm1684x::RqDq& rqdq, const Parameters& p, const IntegerRange& range,
              const Source<std::int64_t>& x, std::int64_t* out, std::size_t count) {
  const auto rounding = static_cast<Rounding>(rqdq.opd2_n_str & 7U);
  switch (rqdq.operation()) {
    case Op::kRq0:
      map(x, out, count, [&](std::int64_t v) {
        const float scaled = static_cast<float>(v) * p.scale;
        return float_to_integer(scaled + p.float_offset, static_cast<Rounding>(rqdq.opd2_n_str >> 3), range);
      });
      return;
    case Op::kRq1: requantise_integers(p, rounding, range, x, out, count); return;
    default:
      map(x, out, count,
          [&](std::int64_t v) { return range.clamp(shift_rounded((v - p.offset) * p.multiplier, p.shift, rounding)); });
      return;
  }
}

/// The format whose numbers a result saturates to. Observed: requantised words and results under the code of a float,
/// which are integers of its width, stop at the numbers of 16 bits; words of dequantisation are signed whatever their
/// sign says.
DataType saturated_format(const isa::bm1684x::RqDq& rqdq, DataType result) {
  if (is_float(result)) return rqdq.opd2_sign != 0 ? DataType::kI16 : DataType::kU16;
  if (bits(result) != 32) return result;
  if (rqdq.operation() == Op::kDq1) return DataType::kI32;
  return is_signed(result) ? DataType::kI16 : DataType::kU16;
}

/// (x - offset) * scale in float32. Observed: the elements of a narrower result are cut from the bytes of these words
/// in order; compilers ask for f32.
void dequantise(const isa::bm1684x::RqDq& rqdq, const RqDqOperands& set, const Values<std::int64_t>& input,
                const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  std::vector<float> words(element_count(set.result));
  Piece<std::int64_t> room;
  const FlushDenormals flush;
  for_each_channel(rqdq, set, chip, memory, [&](const Parameters& p, std::size_t first, std::size_t count) {
    const auto x = input.piece(first, count, room);
    for (std::size_t i = 0; i < count; ++i) words[first + i] = static_cast<float>(x[i] - p.offset) * p.scale;
  });
  scatter_bytes(set.result, chip, memory, reinterpret_cast<const std::uint8_t*>(words.data()));
}

}  // namespace

void execute(const isa::bm1684x::RqDq& rqdq, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const RqDqOperands set = operand_set(rqdq, chip);
  if (is_float(set.input.format)) throw unknown_function(rqdq, Refusal::kFloatQuantisation);
  Values<std::int64_t> input(set.input, chip, memory);
  // Observed: there are no unsigned 32-bit numbers here, and requantisation gives only the offset for bytes.
  OperandView source = set.input;
  if (source.format == DataType::kU32) {
    source.format = DataType::kI32;
    input = Values<std::int64_t>(source, chip, memory);
  }
  const bool requantise = rqdq.operation() == Op::kRq0 || rqdq.operation() == Op::kRq1;
  if (requantise && bits(set.input.format) == 8) input = Values<std::int64_t>(0);
  Piece<std::int64_t> room;
  if (rqdq.operation() == Op::kDq0) {
    return dequantise(rqdq, set, input, chip, memory);
  }
  const IntegerRange range = range_of(saturated_format(rqdq, set.result.format));
  Results<std::int64_t> results(as_raw(set.result), chip);
  Piece<std::int64_t> out;
  for_each_channel(rqdq, set, chip, memory, [&](const Parameters& p, std::size_t first, std::size_t count) {
    quantise(rqdq, p, range, input.piece(first, count, room), out.data(), count);
    results.put(first, count, out.data());
  });
  results.store(memory);
}

}  // namespace bmemu::emulator
