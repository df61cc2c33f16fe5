// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/operands.h"

#include "emulator/tiu/bm1684x/operand_sets.h"

namespace bmemu::emulator {
namespace {

using bm1684x::MatrixView;
using bm1684x::MaybeView;
using bm1684x::operand_set;

void add(std::vector<OperandView>& views, const OperandView& view) { views.push_back(view); }
void add(std::vector<OperandView>& views, const MaybeView& view) {
  if (view) views.push_back(*view);
}
void add(std::vector<OperandView>& views, const MatrixView& matrix) {
  add(views, matrix.whole);
  add(views, matrix.rest);
}

template <class... Views>
std::vector<OperandView> list(const Views&... views) {
  std::vector<OperandView> all;
  (add(all, views), ...);
  return all;
}

}  // namespace

std::vector<OperandView> operands(const isa::bm1684x::Conv& conv, const isa::ChipSpec& chip) {
  const auto set = operand_set(conv, chip);
  return list(set.result, set.previous, set.input, set.kernel, set.extra, set.pad);
}

std::vector<OperandView> operands(const isa::bm1684x::PorD& pord, const isa::ChipSpec& chip) {
  const auto set = operand_set(pord, chip);
  return list(set.result, set.input, set.kernel, set.bias, set.pad);
}

std::vector<OperandView> operands(const isa::bm1684x::Mm& mm, const isa::ChipSpec& chip) {
  const auto set = operand_set(mm, chip);
  return list(set.result, set.previous, set.left, set.right, set.bias);
}

std::vector<OperandView> operands(const isa::bm1684x::Mm2& mm2, const isa::ChipSpec& chip) {
  const auto set = operand_set(mm2, chip);
  return list(set.result, set.previous, set.left, set.right, set.zero_point);
}

std::vector<OperandView> operands(const isa::bm1684x::Ar& ar, const isa::ChipSpec& chip) {
  const auto set = operand_set(ar, chip);
  return list(set.result, set.previous, set.a, set.b, set.c);
}

std::vector<OperandView> operands(const isa::bm1684x::Seg& seg, const isa::ChipSpec& chip) {
  return list(operand_set(seg, chip).result);
}

std::vector<OperandView> operands(const isa::bm1684x::RqDq& rqdq, const isa::ChipSpec& chip) {
  const auto set = operand_set(rqdq, chip);
  return list(set.result, set.input, set.parameters);
}

std::vector<OperandView> operands(const isa::bm1684x::TransBc& transbc, const isa::ChipSpec& chip) {
  const auto set = operand_set(transbc, chip);
  return list(set.result, set.input);
}

std::vector<OperandView> operands(const isa::bm1684x::Sg& sg, const isa::ChipSpec& chip) {
  const auto set = operand_set(sg, chip);
  return list(set.result, set.count, set.input, set.index);
}

std::vector<OperandView> operands(const isa::bm1684x::Sgl& sgl, const isa::ChipSpec& chip) {
  const auto set = operand_set(sgl, chip);
  return list(set.result, set.input, set.index);
}

std::vector<OperandView> operands(const isa::bm1684x::Sfu& sfu, const isa::ChipSpec& chip) {
  const auto set = operand_set(sfu, chip);
  return list(set.result, set.input, set.table);
}

std::vector<OperandView> operands(const isa::bm1684x::Lin& lin, const isa::ChipSpec& chip) {
  const auto set = operand_set(lin, chip);
  return list(set.result, set.a, set.b, set.c);
}

std::vector<OperandView> operands(const isa::bm1684x::Cmp& cmp, const isa::ChipSpec& chip) {
  const auto set = operand_set(cmp, chip);
  return list(set.larger, set.selected, set.a, set.b, set.c, set.d);
}

std::vector<OperandView> operands(const isa::bm1684x::Vc& vc, const isa::ChipSpec& chip) {
  const auto set = operand_set(vc, chip);
  return list(set.result, set.a, set.b);
}

}  // namespace bmemu::emulator
