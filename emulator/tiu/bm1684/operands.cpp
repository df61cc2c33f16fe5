// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/operands.h"

#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684/operand_sets.h"

namespace bmemu::emulator {
namespace {

using bm1684::operand_set;
using bm1684::without_repeats;

/// Collects views in their published form.
class Views {
 public:
  explicit Views(const isa::ChipSpec& chip) : chip_(chip) {}

  Views& add(const OperandView& view) {
    views_.push_back(without_repeats(view, chip_));
    return *this;
  }
  Views& add(const std::optional<OperandView>& view) {
    if (view) add(*view);
    return *this;
  }
  /// A result that is also read.
  Views& add_old(const OperandView& result, bool accumulate) {
    if (!accumulate) return *this;
    OperandView old = result;
    old.access = memory::Access::kRead;
    return add(old);
  }
  /// A matrix (n rows, c column groups, 1, w) whose last group has only `last` columns.
  Views& add_matrix(const OperandView& view, std::uint64_t last) {
    const auto groups = view.shape[1];
    if (last >= view.shape[3]) return add(view);
    if (groups > 1) {
      OperandView body = view;
      body.shape[1] = groups - 1;
      add(body);
    }
    OperandView tail = view;
    tail.address = isa::Lanes(chip_).channel(view.address, groups - 1, view.stride[1]);
    tail.shape[1] = 1;
    tail.shape[3] = static_cast<std::uint32_t>(last);
    return add(tail);
  }
  std::vector<OperandView> take() { return std::move(views_); }

 private:
  const isa::ChipSpec& chip_;
  std::vector<OperandView> views_;
};

}  // namespace

std::vector<OperandView> operands(const isa::bm1684::Conv& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  Views views(chip);
  views.add(set.result).add_old(set.result, i.opt_res_add != 0).add(set.input);
  for (const auto& view : set.kernel) views.add(view);
  return views.add(set.bias).take();
}

std::vector<OperandView> operands(const isa::bm1684::PorD& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  return Views(chip).add(set.result).add(set.input).add(set.kernel).add(set.bias).take();
}

std::vector<OperandView> operands(const isa::bm1684::Mm& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  Views views(chip);
  views.add(set.result).add(set.old);
  if (set.left) views.add_matrix(*set.left, i.opd1_w);
  return views.add(set.right).add(set.bias).take();
}

std::vector<OperandView> operands(const isa::bm1684::Ar& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  return Views(chip).add(set.result).add(set.old).add(set.a).add(set.b).take();
}

std::vector<OperandView> operands(const isa::bm1684::MdScalar& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  return Views(chip).add(set.result).add(set.old).add(set.a).add(set.b).take();
}

std::vector<OperandView> operands(const isa::bm1684::MdSfu& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  return Views(chip).add(set.result).add(set.a).add(set.b).take();
}

std::vector<OperandView> operands(const isa::bm1684::Lut& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  return Views(chip).add(set.result).add(set.a).add(set.b).take();
}

std::vector<OperandView> operands(const isa::bm1684::MdLinear& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  return Views(chip).add(set.result).add(set.old).add(set.a).add(set.b).add(set.s).take();
}

std::vector<OperandView> operands(const isa::bm1684::MdCmp& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  return Views(chip).add(set.result0).add(set.result1).add(set.a).add(set.b).add(set.c).add(set.d).take();
}

std::vector<OperandView> operands(const isa::bm1684::MdSum& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  return Views(chip).add(set.result).add_old(set.result, i.opt_res_add != 0).add(set.a).take();
}

std::vector<OperandView> operands(const isa::bm1684::Vc& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  return Views(chip).add(set.result).add_matrix(set.a, i.opd1_w).add(set.b).take();
}

std::vector<OperandView> operands(const isa::bm1684::Cc& i, const isa::ChipSpec& chip) {
  const auto set = operand_set(i, chip);
  return Views(chip).add(set.result).add(set.input).add(set.kernel).take();
}

std::vector<OperandView> operands(const isa::bm1684::Mm2& i, const isa::ChipSpec&) { throw unknown_function(i); }
std::vector<OperandView> operands(const isa::bm1684::Lma& i, const isa::ChipSpec&) { throw unknown_function(i); }
std::vector<OperandView> operands(const isa::bm1684::Decompress& i, const isa::ChipSpec&) { throw unknown_function(i); }

}  // namespace bmemu::emulator
