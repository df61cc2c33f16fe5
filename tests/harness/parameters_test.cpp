// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// No parameter of a chip without effect: each moves a figure of a bundled or hand-made program, or is a limit that is
// kept, or is refused on chips whose model has no such term.
#include <gtest/gtest.h>

#include <cmath>

#include "emulator/chip/run.h"
#include "harness/measure/interval.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "isa/layout/address_map.h"
#include "kernels/command_list.h"
#include "kernels/io_copies.h"
#include "memory/chip_memory.h"
#include "tests/error_of.h"
#include "tests/isa/real_programs.h"

namespace bmemu::harness {
namespace {

using isa::Family;
using isa::Influence;

constexpr std::uint64_t kF16 = 1, kF32 = 2, kI16 = 3;
constexpr std::uint64_t kLocal = 0x08000000, kLocalHalf = 0x08010000, kL2 = 0x10000000;

isa::Program program_of(Family family, const std::vector<isa::Instruction>& commands) {
  kernels::CommandList list(family);
  for (const auto& command : commands) list.add(command);
  return list.finish("hand-made");
}

// BM1684X

template <class T>
T tiu_command(std::uint64_t precision) {
  T f;
  f.res0_n = f.opd0_n = 1;
  f.res0_c = f.opd0_c = 64;
  f.res0_h = f.res0_w = f.opd0_h = f.opd0_w = 24;
  f.res0_prec = f.opd0_prec = f.opd1_prec = f.opd2_prec = precision;
  f.res0_addr = 0x20000;
  return f;
}

isa::Program convolution_bm1684x(std::uint64_t precision) {
  auto conv = tiu_command<isa::bm1684x::Conv>(precision);
  conv.opd1_h = conv.opd1_w = 3;
  conv.res_op_x_str = conv.res_op_y_str = 1;
  return program_of(Family::kBm1684x, {isa::bm1684x::TiuInstruction(conv)});
}

isa::Program float_commands_bm1684x() {
  auto matrix = tiu_command<isa::bm1684x::Mm>(kF32);
  matrix.tsk_eu_typ = 1;
  matrix.opd0_w = 32;
  matrix.opd1_w = 8;
  auto root = tiu_command<isa::bm1684x::Sfu>(kF32);
  root.tsk_eu_typ = 17;
  return program_of(Family::kBm1684x, {isa::bm1684x::TiuInstruction(matrix), isa::bm1684x::TiuInstruction(root)});
}

template <class T>
T transfer_bm1684x(std::uint64_t from, std::uint64_t to) {
  T f;
  f.stride_enable = 1;
  f.set_source(from);
  f.set_destination(to);
  f.src_data_format = kF32;
  return f;
}

/// 64 channels of `w` elements, `gap` elements apart at the source.
isa::Instruction copy_bm1684x(std::uint64_t from, std::uint64_t to, std::uint64_t w, std::uint64_t gap) {
  auto f = transfer_bm1684x<isa::bm1684x::DmaTensor>(from, to);
  f.nchw_copy = 1;
  f.src_nsize = f.dst_nsize = 1;
  f.src_csize = f.dst_csize = 64;
  f.src_hsize = f.dst_hsize = 1;
  f.src_wsize = f.dst_wsize = w;
  f.src_nstride = 64 * gap;
  f.dst_nstride = 64 * w;
  f.src_cstride = f.src_hstride = gap;
  f.dst_cstride = f.dst_hstride = w;
  f.src_wstride = f.dst_wstride = 1;
  return isa::bm1684x::GdmaInstruction(f);
}

constexpr std::uint64_t kDdr = 0x100000000, kFar = 0x108000000;

isa::Program transfers_bm1684x() {
  auto gather = transfer_bm1684x<isa::bm1684x::DmaGather>(kDdr, kFar);
  gather.src_csize = gather.index_csize = gather.dst_csize = 16;
  gather.src_hsize = 64;
  gather.src_wsize = gather.dst_wsize = 128;
  gather.index_hsize = gather.dst_hsize = 16;
  gather.src_cstride = 64 * 128;
  gather.dst_cstride = 16 * 128;
  gather.src_hstride = gather.dst_hstride = 128;
  gather.index_cstride = 16;
  gather.index_hstride = 1;
  gather.set_index(isa::kDdrBase + 0x4000000);
  auto matrix = transfer_bm1684x<isa::bm1684x::DmaMatrix>(kDdr, kLocal);
  matrix.cmd_special_function = 1;
  matrix.src_hsize = 128;
  matrix.src_wsize = matrix.src_hstride = 64;
  matrix.dst_nsize = 64;
  matrix.dst_csize = 1;
  matrix.dst_wsize = 128;
  matrix.dst_nstride = matrix.dst_cstride = 128;
  std::vector<isa::Instruction> commands{isa::bm1684x::GdmaInstruction(gather), isa::bm1684x::GdmaInstruction(matrix),
                                         copy_bm1684x(kLocal, kLocalHalf, 64, 64), copy_bm1684x(kL2, kLocal, 64, 64),
                                         copy_bm1684x(kLocal, kDdr, 64, 64)};
  // Single bursts of 64 rows: one bank after the other, and all in one bank; then straight back.
  for (const std::uint64_t gap : {5 * 4096U / 4U, 4 * 8 * 4096U / 4U}) {
    commands.push_back(copy_bm1684x(kDdr, kFar, 16, gap));
    commands.push_back(copy_bm1684x(kFar, kDdr, 16, gap));
    commands.push_back(copy_bm1684x(kLocal, kDdr, 16, 16));
    commands.push_back(copy_bm1684x(kDdr, kLocal, 16, gap));
  }
  return program_of(Family::kBm1684x, commands);
}

// BM1684

isa::Program convolution_bm1684(std::uint64_t precision) {
  isa::bm1684::Conv f;
  f.res0_n = f.opd0_n = 1;
  f.res0_c = f.opd0_c = 64;
  f.res0_h = f.res0_w = f.opd0_h = f.opd0_w = 24;
  f.opt_opd0_prec = f.opt_opd1_prec = f.opt_res0_prec = precision;
  f.opd1_h = f.opd1_w = 3;
  f.res_op_x_str = f.res_op_y_str = 1;
  f.res0_addr = kLocal;
  f.tsk_opd_num = 3;
  return program_of(Family::kBm1684, {isa::bm1684::TiuInstruction(f)});
}

/// `T` on a tensor of 64 channels of 24 x 24, of one precision; `eu_op` is what the execution units do.
template <class T>
isa::Instruction rows_bm1684(isa::bm1684::EuOp eu_op, std::uint64_t precision, std::uint64_t result_precision,
                             std::uint64_t operands = 2, std::uint64_t channels = 64) {
  T f;
  f.res0_n = f.opd0_n = f.opd1_n = 1;
  f.res0_c = f.opd0_c = f.opd1_c = channels;
  f.res0_h = f.res0_w = f.opd0_h = f.opd0_w = 24;
  f.opd1_h = f.opd1_w = 2;
  f.res_op_x_str = f.res_op_y_str = 1;
  f.opt_opd0_prec = f.opt_opd1_prec = precision;
  f.opt_res0_prec = result_precision;
  f.res0_addr = kLocal;
  f.tsk_opd_num = operands;
  f.tsk_eu_typ = static_cast<std::uint64_t>(eu_op);
  return isa::bm1684::TiuInstruction(f);
}

isa::Program rates_bm1684() {
  using isa::bm1684::EuOp;
  namespace b = isa::bm1684;
  constexpr std::uint64_t kI8 = 0;
  std::vector<isa::Instruction> commands;
  for (const EuOp op : {EuOp::kAdd, EuOp::kMac, EuOp::kMin, EuOp::kMul, EuOp::kDivide, EuOp::kCopy})
    for (const std::uint64_t precision : {kF32, kI16, kI8})
      commands.push_back(rows_bm1684<b::Ar>(op, precision, precision));
  commands.push_back(rows_bm1684<b::Ar>(EuOp::kAdd, kI16, kI8));
  commands.push_back(rows_bm1684<b::Lut>(EuOp::kMul, kI8, kI8));
  commands.push_back(rows_bm1684<b::MdScalar>(EuOp::kAdd, kF32, kF32));
  commands.push_back(rows_bm1684<b::MdLinear>(EuOp::kMac, kF32, kF32));
  for (const EuOp op : {EuOp::kTaylor, EuOp::kRsqrt, EuOp::kFloatToInt})
    commands.push_back(rows_bm1684<b::MdSfu>(op, kF32, kF32));
  for (const EuOp op : {EuOp::kCompare, EuOp::kSelect}) commands.push_back(rows_bm1684<b::MdCmp>(op, kF32, kF32));
  for (const std::uint64_t precision : {kF32, kI8}) {
    commands.push_back(rows_bm1684<b::PorD>(EuOp::kMac, precision, precision));
    commands.push_back(rows_bm1684<b::Mm>(EuOp::kMac, precision, precision, 3));
    commands.push_back(rows_bm1684<b::Conv>(EuOp::kMac, precision, precision, 3, 3));
  }
  return program_of(Family::kBm1684, commands);
}

isa::Instruction copy_bm1684(std::uint64_t direction, std::uint64_t from, std::uint64_t to, std::uint64_t w,
                             std::uint64_t gap, std::uint64_t step = 1) {
  isa::bm1684::Dma f;
  f.direction = direction;
  f.stride_enable = 1;
  f.set_source(from);
  f.set_destination(to);
  f.src_nsize = f.dst_nsize = 1;
  f.src_csize = f.dst_csize = 64;
  f.src_hsize = f.dst_hsize = 1;
  f.src_wsize = f.dst_wsize = w;
  f.src_wstride = step;
  f.dst_wstride = 1;
  f.src_hstride = f.src_cstride = gap;
  f.dst_hstride = f.dst_cstride = w;
  f.src_nstride = 64 * gap;
  f.dst_nstride = 64 * w;
  return isa::bm1684::GdmaInstruction(f);
}

isa::Program transfers_bm1684() {
  constexpr std::uint64_t kLoad = 0, kStore = 1, kGlobal = 2, kInside = 3;
  auto fill = std::get<isa::bm1684::Dma>(std::get<isa::bm1684::GdmaInstruction>(copy_bm1684(kLoad, 0, kLocal, 64, 64)));
  fill.special_func = 4;
  std::vector<isa::Instruction> commands{
      isa::bm1684::GdmaInstruction(fill), copy_bm1684(kInside, kLocal, kLocalHalf, 64, 64),
      copy_bm1684(kLoad, kL2, kLocal, 64, 64), copy_bm1684(kLoad, kDdr, kLocal, 64, 1 << 16, 4),
      copy_bm1684(kStore, kLocal, kDdr, 64, 64)};
  for (const std::uint64_t gap : {3 * 4096U / 4U, 2 * 8 * 4096U / 4U}) {
    commands.push_back(copy_bm1684(kGlobal, kDdr, kFar, 16, gap));
    commands.push_back(copy_bm1684(kGlobal, kFar, kDdr, 16, gap));
    commands.push_back(copy_bm1684(kStore, kLocal, kDdr, 16, 16));
    commands.push_back(copy_bm1684(kLoad, kDdr, kLocal, 16, gap));
  }
  return program_of(Family::kBm1684, commands);
}

std::vector<isa::Program> programs(Family family) {
  std::vector<isa::Program> result =
      family == Family::kBm1684 ? std::vector<isa::Program>{convolution_bm1684(kF32), convolution_bm1684(kI16),
                                                            rates_bm1684(), transfers_bm1684()}
                                : std::vector<isa::Program>{convolution_bm1684x(kF32), convolution_bm1684x(kF16),
                                                            float_commands_bm1684x(), transfers_bm1684x()};
  for (const auto& path : isa::test::trace_programs()) {
    auto program = kernels::with_io_copies(isa::load_program(isa::BModel::open(path)));
    if (program.family == family) result.push_back(std::move(program));
  }
  return result;
}

/// What a run reports about time.
std::vector<double> figures(const isa::Program& program, const isa::ChipSpec& chip) {
  emulator::RunOptions options;
  options.hazards = emulator::HazardCheck::kOff;
  IntervalFinder finder;
  const emulator::RunEnd end = emulator::run(program, chip, options, {&finder});
  const TimeInterval& interval = finder.interval();
  return {double(end.length_ps), double(end.ideal_ps), interval.low_ms, interval.high_ms,
          double(interval.outside.size())};
}

/// The parameter of `chip` at other values that are legal by themselves and with the others.
std::vector<isa::ChipSpec> neighbours(const isa::ChipSpec& chip, const isa::Parameter& parameter) {
  const double now = isa::value(parameter, chip);
  std::vector<isa::ChipSpec> result;
  for (const double other : {2 * now, now / 2, now + 1, now - 1, parameter.minimum, parameter.maximum}) {
    if (other == now || other < parameter.minimum || other > parameter.maximum) continue;
    if (parameter.is_integer && other != std::floor(other)) continue;
    if (parameter.key == "ddr.detail" && other == double(isa::DdrDetail::kExternal)) continue;  // needs a model
    isa::ChipSpec changed = chip;
    isa::set_value(changed, parameter, other);
    try {
      isa::check_chip(changed);
      result.push_back(changed);
    } catch (const Error&) {  // does not fit the other parameters
    }
  }
  return result;
}

/// Chips on which a parameter that is idle otherwise has work to do.
std::vector<isa::ChipSpec> settings(Family family) {
  std::vector<isa::ChipSpec> result(3, isa::load_chip(std::string(isa::name(family))));
  isa::apply_setting(result[1], "ddr.detail=0");
  isa::apply_setting(result[2], "queue.fetch_ns=1000");
  return result;
}

bool moves_something(const isa::Parameter& parameter, const std::vector<isa::Program>& programs,
                     const std::vector<isa::ChipSpec>& chips,
                     const std::vector<std::vector<std::vector<double>>>& before) {
  for (std::size_t s = 0; s < chips.size(); ++s)
    for (const auto& changed : neighbours(chips[s], parameter))
      for (std::size_t p = 0; p < programs.size(); ++p) try {
          if (figures(programs[p], changed) != before[s][p]) return true;
        } catch (const Error&) {  // a program that does not fit a smaller chip says nothing about time
        }
  return false;
}

void expect_influence(Family family) {
  const auto all = programs(family);
  const auto chips = settings(family);
  std::vector<std::vector<std::vector<double>>> before;
  for (const auto& chip : chips) {
    before.emplace_back();
    for (const auto& program : all) before.back().push_back(figures(program, chip));
  }
  for (const auto& parameter : isa::chip_parameters()) {
    const Influence influence = parameter.influence_on(family);
    if (influence == Influence::kNone)
      EXPECT_TRUE(neighbours(chips[0], parameter).empty()) << parameter.key << " may be set to no effect";
    else
      EXPECT_EQ(moves_something(parameter, all, chips, before), influence == Influence::kFigures) << parameter.key;
  }
}

TEST(Parameters, EachOfBm1684MovesAFigureOrIsALimitOrIsRefused) { expect_influence(Family::kBm1684); }
TEST(Parameters, EachOfBm1684xMovesAFigureOrIsALimitOrIsRefused) { expect_influence(Family::kBm1684x); }

TEST(Parameters, ATermOfTheOtherChipIsRefusedByName) {
  isa::ChipSpec chip = isa::load_chip("bm1684");
  isa::apply_setting(chip, "silicon.cube_ratio=3");
  try {
    isa::check_chip(chip);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "E-CHIP-NO-EFFECT");
    EXPECT_NE(error.place().find("silicon.cube_ratio"), std::string::npos);
  }
}

TEST(Parameters, LimitsAreKept) {
  isa::ChipSpec chip = isa::load_chip("bm1684x");
  const auto load = program_of(Family::kBm1684x, {copy_bm1684x(kL2 + 0x100000, kLocal, 64, 64)});
  const auto run = [&](const isa::Program& program) { emulator::run(program, chip, {}, {}); };
  EXPECT_EQ(error_of([&] { run(load); }), "no error");
  isa::apply_setting(chip, "l2.bytes=1048576");
  EXPECT_EQ(error_of([&] { run(load); }), "E-MEMORY-RANGE");

  const auto table = program_of(Family::kBm1684x, {copy_bm1684x(kDdr, 0x09008000, 64, 64)});
  EXPECT_EQ(error_of([&] { run(table); }), "no error");
  isa::apply_setting(chip, "static_memory.bytes=32768");
  EXPECT_EQ(error_of([&] { run(table); }), "E-MEMORY-RANGE");

  isa::ChipSpec other = isa::load_chip("bm1684");
  isa::apply_setting(other, "local_memory.banks=3");
  EXPECT_EQ(error_of([&] { isa::check_chip(other); }), "E-CHIP-CONSISTENCY");
}

}  // namespace
}  // namespace bmemu::harness
