// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/operand_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "isa/error.h"
#include "isa/layout/kernel_layout.h"

namespace bmemu::emulator::bm1684 {
namespace {

using isa::bm1684::EuOp;
using isa::bm1684::TiuFields;
using memory::Access;

constexpr std::uint64_t kLutRow = 32;  ///< words

constexpr Element kWordElement{DataType::kF32, {4, 1}};

/// A precision field that an instruction uses.
struct PrecisionField {
  std::string_view operand;
  std::uint64_t code;
  bool is_used = true;
};

/// For classes that work on 32-bit words, whether their bits are floats or integers.
/// Source: field table of the classes (md_scalar, md_linear, md_cmp: f32; md_sfu: f32 and i32; lut: 32 bits in and
/// out).
void require_words(const TensorMaker& make, std::initializer_list<PrecisionField> fields) {
  for (const PrecisionField& field : fields)
    if (field.is_used && field.code != Precision::kF32 && field.code != Precision::kI32)
      throw Error({"E-OPERAND-FORMAT", make.place(field.operand), fmt::format("precision code {}", field.code),
                   "2 (f32), 4 (32 bit)", "the instruction works on 32-bit words only"});
}

bool is_fixed_point(const TiuFields& i) {
  return i.opt_opd0_prec == Precision::kI8 || i.opt_opd0_prec == Precision::kI16;
}

/// Whether the result of a sum of products is signed. Observed: a bias counts only when there is one.
bool signed_sum(const TiuFields& i) {
  const bool bias_sign = i.tsk_opd_num == 3 && i.opt_opd2_sign != 0;
  return i.opt_relu == 0 && (i.opt_opd0_sign != 0 || i.opt_opd1_sign != 0 || bias_sign);
}

Strides result_strides(const TiuFields& i) {
  return {std::int64_t(i.res0_n_str), std::int64_t(i.res0_c_str), std::int64_t(i.res0_h_str),
          std::int64_t(i.res0_w_str)};
}
Strides operand0_strides(const TiuFields& i) {
  return {std::int64_t(i.opd0_n_str), std::int64_t(i.opd0_c_str), std::int64_t(i.opd0_h_str),
          std::int64_t(i.opd0_w_str)};
}
Strides operand1_strides(const TiuFields& i) {
  return {std::int64_t(i.opd1_n_str), std::int64_t(i.opd1_c_str), std::int64_t(i.opd1_h_str),
          std::int64_t(i.opd1_w_str)};
}
Shape result_shape(const TiuFields& i) { return {i.res0_n, i.res0_c, i.res0_h, i.res0_w}; }

/// Element of a tensor that holds 1, 2 or 4 batches per word.
Element batch_element(std::uint64_t precision, bool is_signed, const TensorMaker& make, std::string_view name) {
  return packed_element(precision, is_signed, make.place(name));
}
Element single_element(std::uint64_t precision, bool is_signed, const TensorMaker& make, std::string_view name) {
  return plain_element(precision, is_signed, make.place(name));
}

/// Element of the sum of products of bytes. Observed: 16-bit results also hold four batches per word, of 64 bits then.
Element sum_element(const TiuFields& i, const TensorMaker& make) {
  Element element = batch_element(i.opt_res0_prec, signed_sum(i), make, "res0");
  if (i.opt_res0_prec == Precision::kI16 && i.opt_opd0_prec == Precision::kI8) element.unit = {8, 4};
  return element;
}

/// A position holds its input channels in blocks of 2 f32 or 4 bytes; strides count blocks. Observed: n_str leads from
/// one block to the next, 1 for convolutions and the number of positions for deconvolutions.
std::vector<OperandView> kernel_views(const isa::bm1684::Conv& i, const TensorMaker& make,
                                      const TensorMaker::Operand& operand) {
  const std::uint64_t per_block =
      isa::block_channels(isa::Family::kBm1684, is_fixed_point(i) ? DataType::kI8 : DataType::kF32);
  const std::uint64_t blocks = (i.opd0_c + per_block - 1) / per_block;
  const auto stride = [&](std::uint64_t count) { return static_cast<std::int64_t>(count * per_block); };
  if (blocks == 1 || i.opd1_n_str == 1)
    return {make.strided(operand, {i.opd1_h, i.res0_c, i.opd1_w, blocks * per_block},
                         {stride(i.opd1_h_str), stride(i.opd1_c_str), stride(i.opd1_w_str), 1})};
  std::vector<OperandView> rows;
  for (std::uint64_t y = 0; y < i.opd1_h; ++y) {
    auto row = operand;
    row.address += y * i.opd1_h_str * per_block * operand.element.unit.bytes;
    rows.push_back(make.strided(row, {blocks, i.res0_c, i.opd1_w, per_block},
                                {stride(i.opd1_n_str), stride(i.opd1_c_str), stride(i.opd1_w_str), 1}));
  }
  return rows;
}

/// Columns of a matrix whose last channel may be cut.
std::uint64_t matrix_columns(const TiuFields& i, const TensorMaker& make) {
  if (i.opd1_w > i.opd0_w)
    throw Error({"E-OPERAND-RANGE", make.place("opd0"), fmt::format("{} columns in the last channel", i.opd1_w),
                 fmt::format("at most {}", i.opd0_w), "the last channel of a matrix is wider than the others"});
  return (i.opd0_c - 1) * i.opd0_w + i.opd1_w;
}

}  // namespace

ConvOperands operand_set(const isa::bm1684::Conv& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  ConvOperands set;
  const Element result = sum_element(i, make);
  set.result = make.tensor({Role::kResult0, Access::kWrite, "res0", i.res0_addr, result}, result_shape(i),
                           i.short_res0_str, result_strides(i));
  const Element input = batch_element(i.opt_opd0_prec, i.opt_opd0_sign != 0, make, "opd0");
  set.input = make.tensor({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, input},
                          {i.res0_n, i.opd0_c, i.opd0_h, i.opd0_w}, i.short_opd0_str, operand0_strides(i));
  if (i.opt_opd1_const == 0) {
    const Element kernel = single_element(i.opt_opd1_prec, i.opt_opd1_sign != 0, make, "opd1");
    set.kernel = kernel_views(i, make, {Role::kOperand1, Access::kRead, "opd1", i.opd1_addr, kernel});
  }
  if (i.tsk_opd_num == 3 && i.opt_opd2_const == 0) {
    const Element bias = single_element(i.opt_opd2_prec, i.opt_opd2_sign != 0, make, "opd2");
    set.bias = make.compact({Role::kOperand2, Access::kRead, "opd2", i.opd2_addr, bias}, {1, i.res0_c, 1, 1});
  }
  return set;
}

bool is_depthwise(const isa::bm1684::PorD& i) { return i.operation() == EuOp::kMac && i.opt_opd1_const == 0; }

PorDOperands operand_set(const isa::bm1684::PorD& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  PorDOperands set;
  const Element result = sum_element(i, make);
  set.result = make.tensor({Role::kResult0, Access::kWrite, "res0", i.res0_addr, result}, result_shape(i),
                           i.short_res0_str, result_strides(i));
  const Element input = batch_element(i.opt_opd0_prec, i.opt_opd0_sign != 0, make, "opd0");
  set.input = make.tensor({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, input},
                          {i.res0_n, i.res0_c, i.opd0_h, i.opd0_w}, i.short_opd0_str, operand0_strides(i));
  if (!is_depthwise(i)) return set;
  const Element kernel = single_element(i.opt_opd1_prec, i.opt_opd1_sign != 0, make, "opd1");
  set.kernel =
      make.compact({Role::kOperand1, Access::kRead, "opd1", i.opd1_addr, kernel}, {1, i.res0_c, i.opd1_h, i.opd1_w});
  if (i.tsk_opd_num == 3 && i.opt_opd2_const == 0) {
    const Element bias = single_element(i.opt_opd2_prec, i.opt_opd2_sign != 0, make, "opd2");
    set.bias = make.compact({Role::kOperand2, Access::kRead, "opd2", i.opd2_addr, bias}, {1, i.res0_c, 1, 1});
  }
  return set;
}

MmOperands operand_set(const isa::bm1684::Mm& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  MmOperands set;
  set.left_rows = i.opd0_n;
  set.left_columns = matrix_columns(i, make);
  const std::uint64_t rows = i.opt_left_tran != 0 ? set.left_columns : set.left_rows;
  const std::uint64_t depth = i.opt_left_tran != 0 ? set.left_rows : set.left_columns;
  const Element result = single_element(i.opt_res0_prec, signed_sum(i), make, "res0");
  set.result =
      make.aligned({Role::kResult0, Access::kWrite, "res0", i.res0_addr, result}, {rows, i.res0_c, 1, i.res0_w});
  if (i.opt_res_add != 0) {
    // Observed: fixed-point sums accumulate onto 16 bits, whatever the result's width.
    const bool fixed = is_fixed_point(i);
    const Element old =
        single_element(fixed ? code(Precision::kI16) : i.opt_res0_prec, i.opt_res_add_sign != 0, make, "res0");
    set.old = make.aligned({Role::kResult0, Access::kRead, "res0", i.res0_addr, old}, {rows, i.res0_c, 1, i.res0_w});
  }
  if (i.opt_opd0_const == 0) {
    const Element left = single_element(i.opt_opd0_prec, i.opt_opd0_sign != 0, make, "opd0");
    set.left = make.aligned({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, left},
                            {set.left_rows, i.opd0_c, 1, i.opd0_w});
  }
  const Element right = single_element(i.opt_opd1_prec, i.opt_opd1_sign != 0, make, "opd1");
  set.right =
      make.aligned({Role::kOperand1, Access::kRead, "opd1", i.opd1_addr, right}, {depth, i.res0_c, 1, i.res0_w});
  if (i.tsk_opd_num == 3 && i.opt_opd2_const == 0) {
    const Element bias = single_element(i.opt_opd2_prec, i.opt_opd2_sign != 0, make, "opd2");
    set.bias = make.aligned({Role::kOperand2, Access::kRead, "opd2", i.opd2_addr, bias}, {1, i.res0_c, 1, i.res0_w});
  }
  return set;
}

namespace {

/// Observed: a set flag says that a packed operand has one batch, which all batches of the result use; 32-bit operands
/// go by their strides.
Shape operand_shape(const TiuFields& i, std::uint64_t one_batch, const Element& element) {
  Shape shape = result_shape(i);
  if (one_batch != 0 && element.unit.batches > 1) shape[0] = 1;
  return shape;
}

}  // namespace

ArOperands operand_set(const isa::bm1684::Ar& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  ArOperands set;
  const bool is_signed = i.opt_opd0_sign != 0 || i.opt_opd1_sign != 0;
  const Element result = batch_element(i.opt_res0_prec, is_signed, make, "res0");
  set.result = make.tensor({Role::kResult0, Access::kWrite, "res0", i.res0_addr, result}, result_shape(i),
                           i.short_res0_str, result_strides(i));
  if (i.opt_opd0_const == 0) {
    const Element a = batch_element(i.opt_opd0_prec, i.opt_opd0_sign != 0, make, "opd0");
    set.a = make.tensor({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, a}, operand_shape(i, i.opd0_neq1, a),
                        i.short_opd0_str, operand0_strides(i));
  }
  if (i.opt_opd1_const == 0 && i.operation() != EuOp::kCopy) {
    const Element b = batch_element(i.opt_opd1_prec, i.opt_opd1_sign != 0, make, "opd1");
    set.b = make.tensor({Role::kOperand1, Access::kRead, "opd1", i.opd1_addr, b}, operand_shape(i, i.opd1_neq1, b),
                        i.short_opd1_str, operand1_strides(i));
  }
  if (i.operation() == EuOp::kMac) {
    // Observed: the accumulated value of fixed-point operands is 16 bit in 2N storage, whatever the result's width.
    const std::uint64_t precision = is_fixed_point(i) ? code(Precision::kI16) : i.opt_res0_prec;
    const Element old = batch_element(precision, i.opt_res_add_sign != 0, make, "res0");
    set.old = make.tensor({Role::kResult0, Access::kRead, "res0", i.res0_addr, old}, result_shape(i), i.short_res0_str,
                          result_strides(i));
  }
  return set;
}

UnaryOperands operand_set(const isa::bm1684::MdScalar& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  require_words(make, {{"res0", i.opt_res0_prec},
                       {"opd0", i.opt_opd0_prec, i.opt_opd0_const == 0},
                       {"opd1", i.opt_opd1_prec, i.opt_opd1_const == 0}});
  UnaryOperands set;
  set.result = make.aligned({Role::kResult0, Access::kWrite, "res0", i.res0_addr, kWordElement}, result_shape(i));
  if (i.opt_opd0_const == 0)
    set.a = make.aligned({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, kWordElement}, result_shape(i));
  if (i.opt_opd1_const == 0)
    set.b = make.aligned({Role::kOperand1, Access::kRead, "opd1", i.opd1_addr, kWordElement}, result_shape(i));
  if (i.opt_res_add != 0)
    set.old = make.aligned({Role::kResult0, Access::kRead, "res0", i.res0_addr, kWordElement}, result_shape(i));
  return set;
}

UnaryOperands operand_set(const isa::bm1684::MdSfu& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  require_words(make, {{"res0", i.opt_res0_prec}, {"opd0", i.opt_opd0_prec}});
  UnaryOperands set;
  set.result = make.aligned({Role::kResult0, Access::kWrite, "res0", i.res0_addr, kWordElement}, result_shape(i));
  set.a = make.aligned({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, kWordElement}, result_shape(i));
  if (i.operation() == EuOp::kTaylor)
    set.b = make.table({Role::kOperand1, Access::kRead, "opd1", i.opd1_addr, kWordElement}, i.opd1_n);
  return set;
}

// Observed: the table has a row of 32 words for each opd1_h, and an index is the low byte of a word.
std::uint64_t lut_entries(const isa::bm1684::Lut& i) {
  return std::clamp<std::uint64_t>(i.opd1_h, 1, 256 / kLutRow) * kLutRow;
}

UnaryOperands operand_set(const isa::bm1684::Lut& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  require_words(make, {{"res0", i.opt_res0_prec}, {"opd0", i.opt_opd0_prec}});
  // Observed: with the code of integer words the model takes indices from memory that belongs to no operand.
  if (i.opt_opd0_prec != Precision::kF32)
    throw Error({"E-OPERAND-FORMAT", make.place("opd0"), fmt::format("precision code {}", i.opt_opd0_prec), "2 (f32)",
                 "indices of a table are words under the code of f32"});
  UnaryOperands set;
  set.result = make.aligned({Role::kResult0, Access::kWrite, "res0", i.res0_addr, kWordElement}, result_shape(i));
  set.a = make.aligned({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, kWordElement}, result_shape(i));
  set.b = make.table({Role::kOperand1, Access::kRead, "opd1", i.opd1_addr, kWordElement}, lut_entries(i));
  return set;
}

MdLinearOperands operand_set(const isa::bm1684::MdLinear& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  require_words(make, {{"res0", i.opt_res0_prec},
                       {"opd0", i.opt_opd0_prec},
                       {"opd1", i.opt_opd1_prec, i.opt_opd1_const == 0},
                       {"opd2", i.opt_opd2_prec, i.opt_opd2_const == 0}});
  const Shape per_channel{1, i.res0_c, 1, 1};
  MdLinearOperands set;
  set.result = make.aligned({Role::kResult0, Access::kWrite, "res0", i.res0_addr, kWordElement}, result_shape(i));
  set.a = make.aligned({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, kWordElement}, result_shape(i));
  if (i.opt_opd1_const == 0)
    set.b = make.compact({Role::kOperand1, Access::kRead, "opd1", i.opd1_addr, kWordElement}, per_channel);
  if (i.opt_opd2_const == 0 && i.operation() == EuOp::kMac)
    set.s = make.compact({Role::kOperand2, Access::kRead, "opd2", i.opd2_addr, kWordElement}, per_channel);
  // Observed: only the multiply-accumulate adds the old result.
  if (i.opt_res_add != 0 && i.operation() == EuOp::kMac)
    set.old = make.aligned({Role::kResult0, Access::kRead, "res0", i.res0_addr, kWordElement}, result_shape(i));
  return set;
}

MdCmpOperands operand_set(const isa::bm1684::MdCmp& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  require_words(make, {{"res0", i.opt_res0_prec},
                       {"opd0", i.opt_opd0_prec, i.opt_opd0_const == 0},
                       {"opd1", i.opt_opd1_prec, i.opt_opd1_const == 0}});
  MdCmpOperands set;
  const Shape shape = result_shape(i);
  if (i.operation() != EuOp::kSelect)
    set.result0 = make.aligned({Role::kResult0, Access::kWrite, "res0", i.res0_addr, kWordElement}, shape);
  if (i.operation() != EuOp::kCompare)
    set.result1 = make.aligned({Role::kResult1, Access::kWrite, "res1", i.res1_addr, kWordElement}, shape);
  if (i.opt_opd0_const == 0)
    set.a = make.aligned({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, kWordElement}, shape);
  if (i.opt_opd1_const == 0)
    set.b = make.aligned({Role::kOperand1, Access::kRead, "opd1", i.opd1_addr, kWordElement}, shape);
  if (i.opt_opd2_const == 0 && i.operation() != EuOp::kCompare)
    set.c = make.aligned({Role::kOperand2, Access::kRead, "opd2", i.opd2_addr, kWordElement}, shape);
  if (i.opt_opd3_const == 0 && i.operation() != EuOp::kCompare)
    set.d = make.aligned({Role::kOperand3, Access::kRead, "opd3", i.opd3_addr, kWordElement}, shape);
  return set;
}

MdSumOperands operand_set(const isa::bm1684::MdSum& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  MdSumOperands set;
  set.result = make.aligned({Role::kResult0, Access::kWrite, "res0", i.res0_addr, kWordElement}, {1, i.res0_c, 1, 1});
  set.a = make.aligned({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, kWordElement},
                       {i.opd0_n, i.res0_c, i.opd0_h, i.opd0_w});
  return set;
}

VcOperands operand_set(const isa::bm1684::Vc& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  require_words(make, {{"res0", i.opt_res0_prec}, {"opd0", i.opt_opd0_prec}, {"opd1", i.opt_opd1_prec}});
  VcOperands set;
  set.a_length = matrix_columns(i, make);
  set.result = make.aligned({Role::kResult0, Access::kWrite, "res0", i.res0_addr, kWordElement},
                            {set.a_length, i.res0_c, 1, i.res0_w});
  set.a = make.aligned({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, kWordElement}, {1, i.opd0_c, 1, i.opd0_w});
  set.b = make.aligned({Role::kOperand1, Access::kRead, "opd1", i.opd1_addr, kWordElement}, {1, i.res0_c, 1, i.res0_w});
  return set;
}

CcOperands operand_set(const isa::bm1684::Cc& i, const isa::ChipSpec& chip) {
  const TensorMaker make(chip, i.kLayout.name);
  CcOperands set;
  set.result = make.compact({Role::kResult0, Access::kWrite, "res0", i.res0_addr, kWordElement}, result_shape(i));
  set.input = make.aligned({Role::kOperand0, Access::kRead, "opd0", i.opd0_addr, kWordElement},
                           {1, i.res0_n, i.opd0_h, i.opd0_w});
  set.kernel = make.aligned({Role::kOperand1, Access::kRead, "opd1", i.opd1_addr, kWordElement},
                            {1, i.res0_c, i.opd1_h, i.opd1_w});
  return set;
}

}  // namespace bmemu::emulator::bm1684
