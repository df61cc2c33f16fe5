// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operands of instructions that move data between lanes or pick elements by index.
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/views.h"
#include "isa/layout/address_map.h"

namespace bmemu::emulator::bm1684x {
namespace {

constexpr auto kRead = memory::Access::kRead;
constexpr auto kWrite = memory::Access::kWrite;

/// A row in static memory.
OperandView static_row(DataType format, std::uint64_t address, const Shape& shape, const isa::ChipSpec& chip) {
  OperandView view;
  view.role = Role::kOperand0;
  view.space = isa::Space::kStatic;
  view.format = format;
  view.address = address;
  view.shape = shape;
  const std::int64_t element = bits(format) / 8;
  view.stride = {0, element, 0, element};
  const std::uint64_t bytes = std::uint64_t{shape[1]} * shape[3] * bits(format) / 8;
  const std::uint64_t size = static_cast<std::uint64_t>(chip.static_memory.bytes);
  const std::uint64_t base = isa::static_base(chip);
  if (address < base || address - base > size || bytes > size - (address - base))
    throw Error({"E-OPERAND-RANGE", "operand 0", std::to_string(address), "addresses of static memory",
                 "the table lies outside static memory"});
  return view;
}

}  // namespace

TransBcOperands operand_set(const isa::bm1684x::TransBc& transbc, const isa::ChipSpec& chip) {
  using Op = isa::bm1684x::TransBc::Op;
  const DataType format = format_of(transbc.res0_prec, 0);
  const auto n = transbc.res0_n, c = transbc.res0_c, h = transbc.res0_h, w = transbc.res0_w;
  const ViewMaker result(chip, Role::kResult0, kWrite, format, transbc.res0_addr);
  const ViewMaker input(chip, Role::kOperand0, kRead, format, transbc.opd0_addr);
  switch (transbc.operation()) {
    case Op::kCwTranspose: return {result.line_aligned(shape_of(n, c, h, w)), input.aligned(shape_of(n, w, h, c))};
    case Op::kWcTranspose: return {result.aligned(shape_of(n, c, h, w)), input.aligned(shape_of(n, w, h, c))};
    case Op::kLaneCopy: return {result.aligned(shape_of(n, c, h, w)), input.aligned(shape_of(n, c, h, w))};
    case Op::kLaneBroadcast: return {result.aligned(shape_of(n, c, h, w)), input.aligned(shape_of(n, 1, h, w))};
    case Op::kStaticBroadcast:
      return {result.aligned(shape_of(1, c, 1, w)), static_row(format, transbc.opd0_addr, shape_of(1, 1, 1, w), chip)};
    case Op::kStaticDistribute:
      return {result.compact(shape_of(1, c, 1, 1)), static_row(format, transbc.opd0_addr, shape_of(1, c, 1, 1), chip)};
    default: throw unknown_function(transbc);
  }
}

SgOperands operand_set(const isa::bm1684x::Sg& sg, const isa::ChipSpec& chip) {
  using Op = isa::bm1684x::Sg::Op;
  const Op op = sg.operation();
  const DataType data = format_of(sg.res0_prec, 0);
  const DataType index_format = format_of(sg.opd1_prec, 0);
  const auto n = sg.res0_n, c = sg.res0_c;
  const ViewMaker result(chip, Role::kResult0, kWrite, data, sg.res0_addr);
  const ViewMaker input(chip, Role::kOperand0, kRead, data, sg.opd0_addr);
  const ViewMaker index(chip, Role::kOperand1, kRead, index_format, sg.opd1_addr);
  const ViewMaker pairs(chip, Role::kOperand1, kRead, DataType::kU32, sg.opd1_addr);
  // In row-broadcast mode every channel of a lane reads the same row.
  const auto source = [&](std::uint64_t batches) {
    const auto shape = shape_of(batches, c, sg.opd0_h, sg.opd0_w);
    return sg.opd0_str == StrideMode::kRowBroadcast ? input.strided(shape, {0, 0, std::int64_t{shape[3]}, 1})
                                                    : input.aligned(shape);
  };
  const auto count = [&] {
    return ViewMaker(chip, Role::kResult1, kWrite, DataType::kU16, sg.res1_addr).compact(shape_of(n, c, 1, 1));
  };
  const auto whole = shape_of(n, c, sg.res0_h, sg.res0_w);
  SgOperands set;
  set.rows_of_lanes = op <= Op::kListScatter2;
  switch (op) {
    case Op::kListGather:
    case Op::kListScatter:
      set.result = result.aligned(whole);
      set.input = source(n);
      set.index = index.compact(shape_of(1, sg.opd1_c, 1, 1));
      return set;
    case Op::kListGather2:
    case Op::kListScatter2:
      set.result = result.aligned(whole);
      set.input = source(n);
      set.index = pairs.compact(shape_of(1, sg.opd1_c, 1, 1));
      return set;
    case Op::kListGatherRectangle:
      // Observed: a row of results for every place of the window, whatever res0_h says.
      set.result = result.line_aligned(shape_of(n, c, (sg.opd3_addr >> 16) * (sg.opd3_addr & 0xFFFFU), sg.res0_w));
      set.input = source(n);
      set.index =
          ViewMaker(chip, Role::kOperand1, kRead, DataType::kU16, sg.opd1_addr).compact(shape_of(1, sg.opd1_c, 1, 4));
      return set;
    case Op::kGather:
    case Op::kScatter:
    case Op::kGatherHazard:
    case Op::kScatterHazard:
      set.result = result.aligned(whole);
      set.input = source(1);
      set.index = index.aligned(shape_of(n, c, 1, sg.opd1_w));
      return set;
    case Op::kMaskSelect:
    case Op::kMaskSelectHazard:
      set.result = result.aligned(whole);
      set.count = count();
      set.input = source(1);
      set.index = index.aligned(shape_of(n, c, 1, sg.opd1_w));
      return set;
    case Op::kNonzero:
    case Op::kNonzeroHazard: {
      set.result = result.aligned(whole);
      set.count = count();
      const ViewMaker maker(chip, Role::kOperand0, kRead, format_of(sg.opd0_prec, 0), sg.opd0_addr);
      set.input = maker.aligned(shape_of(n, c, sg.opd0_h, sg.opd0_w));
      return set;
    }
    case Op::kGatherFourTables: throw unknown_function(sg, Refusal::kFourTables);
    default: throw unknown_function(sg);
  }
}

SglOperands operand_set(const isa::bm1684x::Sgl& sgl, const isa::ChipSpec& chip) {
  const DataType data = format_of(sgl.res0_prec, 0);
  const std::uint64_t lines = sgl.operation() == isa::bm1684x::Sgl::Op::kGatherLine ? sgl.res0_h : sgl.opd0_h;
  SglOperands set;
  set.result = ViewMaker(chip, Role::kResult0, kWrite, data, sgl.res0_addr)
                   .line_aligned(shape_of(sgl.res0_n, sgl.res0_c, sgl.res0_h, sgl.res0_w));
  const ViewMaker input(chip, Role::kOperand0, kRead, data, sgl.opd0_addr);
  const auto lines_of_input = shape_of(1, sgl.res0_c, sgl.opd0_h, sgl.res0_w);
  set.input = sgl.opd0_str == StrideMode::kRowBroadcast ? input.row_broadcast(lines_of_input)
                                                        : input.line_aligned(lines_of_input);
  set.index = ViewMaker(chip, Role::kOperand1, kRead, format_of(sgl.opd1_prec, 0), sgl.opd1_addr)
                  .aligned(shape_of(sgl.res0_n, sgl.res0_c, lines, 1));
  return set;
}

}  // namespace bmemu::emulator::bm1684x
