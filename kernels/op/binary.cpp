// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Arithmetic and comparison of two tensors, either of which may repeat.
#include <cmath>
#include <cstring>

#include "kernels/op/elementwise.h"
#include "kernels/op/window_region.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

std::optional<Arithmetic> plain_operation(BinaryFunction function) {
  switch (function) {
    case BinaryFunction::kAdd: return Arithmetic::kAdd;
    case BinaryFunction::kSub: return Arithmetic::kSub;
    case BinaryFunction::kMul: return Arithmetic::kMul;
    case BinaryFunction::kDiv: return Arithmetic::kDiv;
    case BinaryFunction::kMin: return Arithmetic::kMin;
    case BinaryFunction::kMax: return Arithmetic::kMax;
    default: return std::nullopt;
  }
}

bool is_plain(const NodeContext& context) {
  return plain_operation(context.node.as<Binary>().function).has_value() &&
         (context.output().type == DataType::kF32 || !context.is_bm1684());
}

/// The one number of a constant input, if it is one.
std::optional<float> single_number(const Value& value) {
  if (!value.constant || elements(value.shape) != 1) return std::nullopt;
  const auto* floats = std::get_if<std::vector<float>>(&value.constant->data);
  if (floats == nullptr || floats->empty()) return std::nullopt;
  return floats->front();
}

class BinaryKernel : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    std::vector<View> views = elementwise_views(context);
    if (tensor_inputs(context).size() == 1 &&
        context.input(tensor_inputs(context)[0]).shape == context.output().shape &&
        (views.empty() || views.front() != View::kFlat))
      views.insert(views.begin(), View::kFlat);
    return views;
  }

  Region needs(const NodeContext& context, View view, std::size_t input, const Region& out) const override {
    return repeated_need(dims_of(view, context.input(input).shape), out);
  }

  /// A single number is part of the command.
  std::vector<std::size_t> tensor_inputs(const NodeContext& context) const override {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < 2; ++i)
      if (!single_number(context.input(i))) result.push_back(i);
    if (result.empty()) result.push_back(0);
    return result;
  }

  bool uses_exp(const NodeContext& context) const override {
    return context.node.as<Binary>().function == BinaryFunction::kPow;
  }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    if (is_plain(context)) return 0;
    return (std::int64_t(Functions::kTemporaries) + 3) * Scratch::bytes(context.chip, DataType::kF32, out);
  }

  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    const double one = Kernel::cycles(context, view, out);
    switch (context.node.as<Binary>().function) {
      case BinaryFunction::kDiv: return one * 16 + 66;
      case BinaryFunction::kPow: return one * 50 + 66;
      default: return one + 66;
    }
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const Binary& binary = context.node.as<Binary>();
    const LocalTensor& out = e.output.tensor;
    const auto tensors = tensor_inputs(context);
    const auto operand = [&](std::size_t index) -> Operand {
      for (std::size_t i = 0; i < tensors.size(); ++i)
        if (tensors[i] == index) return operand_part(e.inputs[i], e.output, context.chip);
      return Operand::constant(*single_number(context.input(index)));
    };
    const Operand left = operand(0), right = operand(1);
    if (const auto operation = plain_operation(binary.function)) {
      e.tiu.arithmetic(*operation, out, left, right);
    } else {
      emit_other(context, e, left, right);
    }
    apply_activation(e.tiu, out, binary.activation);
  }

 private:
  static void emit_other(const NodeContext& context, Emission& e, const Operand& left, const Operand& right) {
    const LocalTensor& out = e.output.tensor;
    Scratch scratch(context.chip, e.scratch);
    std::array<LocalTensor, Functions::kTemporaries> t;
    for (auto& temporary : t) temporary = scratch.tensor(DataType::kF32, out.shape, out.lane);
    // Compare and select take whole tensors only.
    const auto whole = [&](const Operand& operand) -> Operand {
      if (operand.is_constant || is_aligned_whole(operand.tensor, context.chip)) return operand;
      const LocalTensor copy = scratch.tensor(DataType::kF32, out.shape, out.lane);
      e.tiu.copy(copy, operand.tensor);
      return copy;
    };
    const Operand a = whole(left), b = whole(right);
    const Operand zero = Operand::constant(0.0F), one = Operand::constant(1.0F);
    switch (context.node.as<Binary>().function) {
      case BinaryFunction::kGreater: return e.tiu.select(Comparison::kGreater, out, a, b, one, zero);
      case BinaryFunction::kLess: return e.tiu.select(Comparison::kGreater, out, b, a, one, zero);
      case BinaryFunction::kGreaterEqual: return e.tiu.select(Comparison::kGreater, out, b, a, zero, one);
      case BinaryFunction::kLessEqual: return e.tiu.select(Comparison::kGreater, out, a, b, zero, one);
      case BinaryFunction::kEqual: return e.tiu.select(Comparison::kEqual, out, a, b, one, zero);
      case BinaryFunction::kPrelu:
        e.tiu.arithmetic(Arithmetic::kMul, t[0], a, b);
        return e.tiu.select(Comparison::kGreater, out, a, zero, a, t[0]);
      case BinaryFunction::kPow: return emit_pow(e, t, a, b, scratch);
      default: return;
    }
  }

  static void emit_pow(Emission& e, const std::array<LocalTensor, Functions::kTemporaries>& t, const Operand& a,
                       const Operand& b, Scratch& scratch) {
    const LocalTensor& out = e.output.tensor;
    float exponent = 0;
    static_assert(sizeof exponent == sizeof b.bits);
    std::memcpy(&exponent, &b.bits, sizeof exponent);
    if (b.is_constant && !a.is_constant && std::floor(exponent) == exponent && exponent >= 1 && exponent <= 64) {
      // By squares: right for negative numbers too.
      auto n = static_cast<unsigned>(exponent);
      bool has_result = false;
      LocalTensor square = a.tensor, other = t[0], next = t[1];
      LocalTensor result = out, spare = t[2];
      for (; n != 0; n >>= 1) {
        if ((n & 1) != 0) {
          if (!has_result) {
            e.tiu.copy(result, square);
            has_result = true;
          } else {
            e.tiu.arithmetic(Arithmetic::kMul, spare, result, square);
            std::swap(result, spare);
          }
        }
        if (n > 1) {
          e.tiu.arithmetic(Arithmetic::kMul, other, square, square);
          square = other;
          std::swap(other, next);
        }
      }
      if (result.offset != out.offset) e.tiu.copy(out, result);
      return;
    }
    LocalTensor base = a.is_constant ? scratch.tensor(DataType::kF32, out.shape, out.lane) : a.tensor;
    if (a.is_constant) {
      e.tiu.arithmetic(Arithmetic::kMul, base, b, Operand::constant(0.0F));
      e.tiu.arithmetic(Arithmetic::kAdd, base, base, a);
    }
    Functions(e.tiu, e.exp_table, t).pow(out, base, b);
  }

  static bool is_aligned_whole(const LocalTensor& t, const isa::ChipSpec& chip) {
    for (std::size_t d = 0; d < 4; ++d)
      if (t.shape[d] > 1 && t.stride[d] == 0) return false;
    if (t.shape[1] > chip.tiu.lanes && t.stride[1] == 0) return false;
    return is_aligned(t, chip);
  }
};

}  // namespace

const Kernel& binary_kernel() {
  static const BinaryKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
