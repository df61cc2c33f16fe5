// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/operands.h"

#include <gtest/gtest.h>

#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "isa/layout/address_map.h"

namespace bmemu::emulator {
namespace {

using memory::Access;

const isa::ChipSpec& bm1684() {
  static const isa::ChipSpec kChip = isa::load_chip("bm1684");
  return kChip;
}

constexpr std::uint64_t kLane = 0x80000;

/// The view with this role and access; fails when there is not exactly one.
OperandView only(const std::vector<OperandView>& views, Role role, Access access) {
  OperandView found;
  int count = 0;
  for (const auto& view : views)
    if (view.role == role && view.access == access) found = view, ++count;
  EXPECT_EQ(count, 1);
  return found;
}

/// An int8 convolution of a 7x7 kernel as compilers emit it.
isa::bm1684::Conv int8_conv() {
  isa::bm1684::Conv i;
  i.tsk_opd_num = 3;
  i.opt_opd2_prec = 3;
  i.opt_opd0_sign = i.opt_opd1_sign = i.opt_opd2_sign = 1;
  i.short_opd0_str = i.short_opd1_str = 3;
  i.short_opd2_str = 1;
  i.res0_n = 1, i.res0_c = 65, i.res0_h = 5, i.res0_w = 7;
  i.opd0_c = 3, i.opd0_h = 11, i.opd0_w = 13;
  i.opd0_n_str = i.opd0_c_str = 160, i.opd0_h_str = 13, i.opd0_w_str = 1;
  i.opd1_h = 7, i.opd1_w = 7, i.opd1_c_str = 49, i.opd1_h_str = 7, i.opd1_w_str = 1;
  i.res0_addr = 0x08010000, i.opd0_addr = 0x08000000, i.opd1_addr = 0x08020000, i.opd2_addr = 0x08030000;
  return i;
}

TEST(Bm1684Operands, PackedConvolutionIsSeenAsWords) {
  const auto views = operands(int8_conv(), bm1684());
  ASSERT_EQ(views.size(), 4U);
  const auto result = only(views, Role::kResult0, Access::kWrite);
  EXPECT_EQ(result.packed, 4);
  EXPECT_EQ(result.format, isa::DataType::kI8);
  EXPECT_EQ(result.shape, (std::array<std::uint32_t, 4>{1, 65, 5, 7}));
  EXPECT_EQ(result.stride, (std::array<std::int64_t, 4>{2 * 64 * 4, 64 * 4, 7 * 4, 4}));
  EXPECT_EQ(result.address, 0x10000U);
  const auto kernel = only(views, Role::kOperand1, Access::kRead);
  EXPECT_EQ(kernel.shape, (std::array<std::uint32_t, 4>{7, 65, 7, 4})) << "three input channels fill one block of four";
  EXPECT_EQ(kernel.stride, (std::array<std::int64_t, 4>{28, 196, 4, 1}));
  const auto bias = only(views, Role::kOperand2, Access::kRead);
  EXPECT_EQ(bias.format, isa::DataType::kI16);
  EXPECT_EQ(bias.stride[1], 2);
}

TEST(Bm1684Operands, FourBatchesShareAPlaneOfWords) {
  auto i = int8_conv();
  i.res0_n = 5;
  const auto views = operands(i, bm1684());
  EXPECT_EQ(only(views, Role::kResult0, Access::kWrite).shape[0], 2U);
  EXPECT_EQ(only(views, Role::kOperand0, Access::kRead).shape[0], 2U);
}

TEST(Bm1684Operands, ReluMakesFixedPointResultsUnsigned) {
  auto i = int8_conv();
  i.opt_relu = 1;
  EXPECT_EQ(only(operands(i, bm1684()), Role::kResult0, Access::kWrite).format, isa::DataType::kU8);
}

TEST(Bm1684Operands, ConstantsAreNoOperands) {
  auto i = int8_conv();
  i.opt_opd1_const = 1;
  i.tsk_opd_num = 2;
  EXPECT_EQ(operands(i, bm1684()).size(), 2U);
}

TEST(Bm1684Operands, AnAccumulatedResultIsReadToo) {
  auto i = int8_conv();
  i.opt_res_add = 1;
  const auto views = operands(i, bm1684());
  const auto old = only(views, Role::kResult0, Access::kRead);
  EXPECT_EQ(old.address, only(views, Role::kResult0, Access::kWrite).address);
}

TEST(Bm1684Operands, AddressesWithoutTheBaseMeanTheSame) {
  auto i = int8_conv();
  const auto with = only(operands(i, bm1684()), Role::kOperand1, Access::kRead).address;
  i.opd1_addr -= isa::kLocalBase;
  EXPECT_EQ(only(operands(i, bm1684()), Role::kOperand1, Access::kRead).address, with);
}

TEST(Bm1684Operands, APartialLastColumnIsItsOwnView) {
  isa::bm1684::Mm i;
  i.opt_res0_prec = i.opt_opd0_prec = i.opt_opd1_prec = 2;
  i.opd0_n = 3, i.opd0_c = 3, i.opd0_w = 32, i.opd1_w = 6;
  i.res0_c = 2, i.res0_w = 40;
  i.opd0_addr = 0x08000000 + 63 * kLane, i.opd1_addr = 0x08000400, i.res0_addr = 0x08008000;
  const auto views = operands(i, bm1684());
  ASSERT_EQ(views.size(), 4U);
  EXPECT_EQ(views[1].shape, (std::array<std::uint32_t, 4>{3, 2, 1, 32}));
  EXPECT_EQ(views[2].shape, (std::array<std::uint32_t, 4>{3, 1, 1, 6}));
  EXPECT_EQ(views[2].address, 1 * kLane + 128) << "column group 2 wrapped around the lanes";
  EXPECT_EQ(views[2].stride[0], 2 * 128) << "rows keep the distance of the whole matrix";
  EXPECT_EQ(views[3].shape[0], 70U) << "the right matrix has as many rows as the left one has columns";
}

TEST(Bm1684Operands, StrideZeroCountsBytesOnce) {
  isa::bm1684::Ar i;
  i.tsk_eu_typ = 2;
  i.opt_res0_prec = i.opt_opd0_prec = i.opt_opd1_prec = 2;
  i.res0_n = 2, i.res0_c = 100, i.res0_h = 3, i.res0_w = 4;
  i.short_opd1_str = 3;
  i.opd0_addr = 0x08000000, i.opd1_addr = 0x08010000, i.res0_addr = 0x08020000;
  auto b = only(operands(i, bm1684()), Role::kOperand1, Access::kRead);
  EXPECT_EQ(b.shape, (std::array<std::uint32_t, 4>{1, 64, 1, 1}));
  i.opd1_c_str = 1;
  b = only(operands(i, bm1684()), Role::kOperand1, Access::kRead);
  EXPECT_EQ(b.shape, (std::array<std::uint32_t, 4>{1, 100, 1, 1}));
}

TEST(Bm1684Operands, EightBitMacAccumulatesOntoSixteenBits) {
  isa::bm1684::Ar i;
  i.tsk_eu_typ = 1;
  i.opt_opd1_const = 1;
  i.res0_n = 4, i.res0_c = 2, i.res0_h = 3, i.res0_w = 4;
  i.opd0_addr = 0x08000000, i.res0_addr = 0x08020000;
  const auto views = operands(i, bm1684());
  EXPECT_EQ(only(views, Role::kResult0, Access::kRead).shape[0], 2U);
  EXPECT_EQ(only(views, Role::kResult0, Access::kRead).packed, 2);
  EXPECT_EQ(only(views, Role::kResult0, Access::kWrite).shape[0], 1U);
}

TEST(Bm1684Operands, TablesLieInL2) {
  isa::bm1684::MdSfu taylor;
  taylor.tsk_eu_typ = 13;
  taylor.opt_res0_prec = taylor.opt_opd0_prec = 2;
  taylor.opd1_n = 12;
  taylor.opd1_addr = 0x300C00;
  taylor.res0_n = taylor.res0_c = taylor.res0_h = taylor.res0_w = 1;
  auto table = only(operands(taylor, bm1684()), Role::kOperand1, Access::kRead);
  EXPECT_EQ(table.space, isa::Space::kL2);
  EXPECT_EQ(table.address, isa::kL2Base + 0x300C00);
  EXPECT_EQ(table.shape[3], 12U);

  isa::bm1684::Lut lut;
  lut.opt_res0_prec = lut.opt_opd0_prec = 2;
  lut.opd1_h = 8;
  lut.opd1_addr = 0x300400;
  lut.res0_n = lut.res0_c = lut.res0_h = lut.res0_w = 1;
  table = only(operands(lut, bm1684()), Role::kOperand1, Access::kRead);
  EXPECT_EQ(table.shape[3], 256U);
}

TEST(Bm1684Operands, ClassesOfWordsRefuseNarrowPrecisions) {
  const auto refused = [](const auto& instruction) {
    try {
      operands(instruction, bm1684());
    } catch (const Error& error) {
      EXPECT_EQ(error.id(), "E-OPERAND-FORMAT");
      return error.place();
    }
    return std::string("accepted");
  };
  const auto with = [](auto instruction, std::uint64_t res0, std::uint64_t opd0, std::uint64_t opd1) {
    instruction.res0_n = instruction.res0_c = instruction.res0_h = instruction.res0_w = 1;
    instruction.opd0_n = instruction.opd0_c = instruction.opd0_h = instruction.opd0_w = 1;
    instruction.opd1_n = instruction.opd1_c = instruction.opd1_h = instruction.opd1_w = 1;
    instruction.opt_res0_prec = res0;
    instruction.opt_opd0_prec = opd0;
    instruction.opt_opd1_prec = opd1;
    instruction.opt_opd2_const = 1;
    return instruction;
  };
  EXPECT_EQ(refused(with(isa::bm1684::MdScalar{}, 2, 2, 2)), "accepted");
  EXPECT_EQ(refused(with(isa::bm1684::MdScalar{}, 0, 2, 2)), "md_scalar_op res0");
  EXPECT_EQ(refused(with(isa::bm1684::MdScalar{}, 2, 2, 3)), "md_scalar_op opd1");
  auto constant = with(isa::bm1684::MdScalar{}, 2, 2, 3);
  constant.opt_opd1_const = 1;
  EXPECT_EQ(refused(constant), "accepted");
  EXPECT_EQ(refused(with(isa::bm1684::MdLinear{}, 2, 1, 2)), "md_linear_op opd0");
  EXPECT_EQ(refused(with(isa::bm1684::MdCmp{}, 3, 2, 2)), "md_cmp_op res0");
  EXPECT_EQ(refused(with(isa::bm1684::MdSfu{}, 4, 2, 0)), "accepted");
  EXPECT_EQ(refused(with(isa::bm1684::MdSfu{}, 2, 0, 2)), "md_sfu_op opd0");
  EXPECT_EQ(refused(with(isa::bm1684::Lut{}, 2, 5, 2)), "lut_op opd0");
  EXPECT_EQ(refused(with(isa::bm1684::Vc{}, 2, 2, 0)), "vc_op opd1");
}

TEST(Bm1684Operands, TheLastChannelOfAMatrixIsNotWiderThanTheOthers) {
  const auto refused = [](auto instruction) {
    instruction.res0_n = instruction.res0_c = instruction.res0_h = instruction.res0_w = 1;
    instruction.opd0_n = instruction.opd0_c = 1;
    instruction.opd0_w = 3;
    instruction.opd1_w = 4;
    instruction.opt_res0_prec = instruction.opt_opd0_prec = instruction.opt_opd1_prec = 2;
    try {
      operands(instruction, bm1684());
    } catch (const Error& error) {
      EXPECT_EQ(error.id(), "E-OPERAND-RANGE");
      return error.value();
    }
    return std::string("accepted");
  };
  EXPECT_EQ(refused(isa::bm1684::Vc{}), "4 columns in the last channel");
  EXPECT_EQ(refused(isa::bm1684::Mm{}), "4 columns in the last channel");
}

TEST(Bm1684Operands, ImpossibleOperandsAreNamed) {
  auto far = int8_conv();
  far.res0_addr = 0x0a000000;
  EXPECT_THROW(
      try { operands(far, bm1684()); } catch (const Error& e) {
        EXPECT_EQ(e.id(), "E-OPERAND-RANGE");
        EXPECT_NE(e.place().find("res0"), std::string::npos);
        throw;
      },
      Error);
  auto over = int8_conv();
  over.opd0_addr = 0x0807ff00;
  EXPECT_THROW(
      try { operands(over, bm1684()); } catch (const Error& e) {
        EXPECT_EQ(e.id(), "E-OPERAND-RANGE");
        throw;
      },
      Error);
  auto half = int8_conv();
  half.opt_opd0_prec = 1;
  EXPECT_THROW(
      try { operands(half, bm1684()); } catch (const Error& e) {
        EXPECT_EQ(e.id(), "E-OPERAND-FORMAT");
        throw;
      },
      Error);
  EXPECT_THROW(
      try { operands(isa::bm1684::Lma{}, bm1684()); } catch (const Error& e) {
        EXPECT_EQ(e.id(), "E-FUNCTION-UNKNOWN");
        throw;
      },
      Error);
}

}  // namespace
}  // namespace bmemu::emulator
