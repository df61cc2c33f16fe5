// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// VC: result[i, j] = op(A[i], B[j]) for two vectors.
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/elementwise/ar.h"
#include "emulator/tiu/bm1684x/elementwise/comparison.h"
#include "emulator/tiu/bm1684x/elementwise/elementwise.h"
#include "emulator/tiu/bm1684x/elementwise/sources.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

/// The elements of A in order: full channels, then the partial one.
template <class T, class Load>
std::vector<T> vector_of(const MatrixView& view, Load&& load) {
  std::vector<T> values;
  for (const auto* part : {&view.whole, &view.rest})
    if (*part) {
      const auto loaded = load(**part);
      values.insert(values.end(), loaded.begin(), loaded.end());
    }
  return values;
}

template <class T, class Load>
void select(const isa::bm1684x::Vc& vc, const VcOperands& set, const isa::ChipSpec& chip, memory::ChipMemory& memory,
            Load&& load) {
  const auto a = vector_of<T>(set.a, load);
  const std::vector<T> b = load(set.b);
  const OperandView result = as_raw(set.result);
  const std::int64_t chosen = constant_integer(vc.opd2_addr, result.format);
  std::vector<std::uint8_t> holds(b.size());
  Integers out;
  out.reserve(a.size() * b.size());
  for (const T value : a) {
    compare(format_of(vc.opd0_prec, vc.opd0_sign), comparison_of_selection(vc.operation()), Source<T>(value),
            Source<T>(b.data()), holds.data(), b.size());
    for (const auto one : holds) out.push_back(one != 0 ? chosen : 0);
  }
  store_integers(result, chip, memory, out.data());
}

void execute_selection(const isa::bm1684x::Vc& vc, const VcOperands& set, const isa::ChipSpec& chip,
                       memory::ChipMemory& memory) {
  if (compares_numbers(format_of(vc.opd0_prec, vc.opd0_sign)))
    select<float>(vc, set, chip, memory, [&](const OperandView& view) { return load_floats(view, chip, memory); });
  else
    select<std::int64_t>(vc, set, chip, memory, [&](OperandView view) {
      view.format = compared_format(view.format);
      return load_integers(view, chip, memory);
    });
}

}  // namespace

void execute(const isa::bm1684x::Vc& vc, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const VcOperands set = operand_set(vc, chip);
  const DataType format_a = format_of(vc.opd0_prec, vc.opd0_sign);
  if (is_float(format_a) != is_float(set.result.format)) throw unknown_function(vc, Refusal::kOperandAndResult);
  if (is_selection(vc.operation())) return execute_selection(vc, set, chip, memory);
  // Maximum and minimum of 16-bit floats choose among bits.
  const bool choice =
      is_float(format_a) && bits(format_a) == 16 && (vc.operation() == ArOp::kMax || vc.operation() == ArOp::kMin);
  if (is_float(format_a) && !choice) {
    const auto load = [&](const OperandView& view) { return load_floats(view, chip, memory); };
    const auto a = vector_of<float>(set.a, load);
    const Floats b_values = load(set.b);
    const std::size_t width = b_values.size();
    const Source<float> b(b_values.data());
    const Source<float> c(constant_float(vc.opd2_addr, format_a));
    FloatOperation operation;
    operation.op = vc.operation();
    operation.format = format_a;
    operation.iterations = 3;  // observed, whatever opd2_n_str says
    Floats out(a.size() * width);
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!apply(operation, Source<float>(a[i]), b, c, out.data() + i * width, width))
        throw unknown_function(vc, Refusal::kNotForFloats);
    store_floats(set.result, chip, memory, out.data());
    return;
  }
  const auto load = [&](OperandView view) {
    if (choice) view.format = DataType::kU16;
    return load_integers(view, chip, memory);
  };
  const auto a = vector_of<std::int64_t>(set.a, load);
  const Integers b_values = load(set.b);
  const std::size_t width = b_values.size();
  const Source<std::int64_t> b(b_values.data());
  const Source<std::int64_t> c(constant_integer(vc.opd2_addr, choice ? DataType::kU16 : set.result.format));
  IntegerOperation operation;
  operation.op = vc.operation();
  operation.rounding = static_cast<Rounding>(vc.opd2_n_str);
  operation.bits = bits(format_a);
  operation.result_bits = bits(set.result.format);
  const bool multiplies = vc.operation() == ArOp::kMul || vc.operation() == ArOp::kMulSaturating;
  operation.wide_product = multiplies && format_a == DataType::kU32 && set.b.format == DataType::kU32;
  operation.result = choice ? IntegerRange{0, 0} : range_of(set.result.format);
  Integers out(a.size() * width);
  OperandView result = set.result;
  if (choice) {
    result.format = DataType::kU16;
    for (std::size_t i = 0; i < a.size(); ++i)
      choose(vc.operation(), format_a, Source<std::int64_t>(a[i]), b, out.data() + i * width, width);
    store_integers(result, chip, memory, out.data());
    return;
  }
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!apply(operation, Source<std::int64_t>(a[i]), b, c, out.data() + i * width, width))
      throw unknown_function(vc, Refusal::kNotForIntegers);
  store_integers(result, chip, memory, out.data());
}

}  // namespace bmemu::emulator
