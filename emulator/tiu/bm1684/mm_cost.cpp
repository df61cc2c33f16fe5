// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of matrix multiply: one row of the left matrix after the other; per row of result columns one step of K per
// cycle. A matrix lies in columns of `res0_w`, so a partial row of a lane is lost.
#include "emulator/event/cost_parts.h"
#include "emulator/tiu/bm1684/cost.h"
#include "emulator/tiu/bm1684/row_work.h"

namespace bmemu::emulator {

using namespace bm1684;

CostBreakdown cost(const isa::bm1684::Mm& f, const isa::ChipSpec& chip) {
  const bool fixed_point = is_fixed_point(f.opt_opd0_prec);
  const std::uint64_t left_columns = (std::max<std::uint64_t>(f.opd0_c, 1) - 1) * f.opd0_w + f.opd1_w;
  // Unknown: a transposed left matrix was never seen; assumed to cost what its product costs.
  const bool transposed = f.opt_left_tran != 0;
  const double steps = double(transposed ? f.opd0_n : left_columns);
  const std::uint64_t left_rows = transposed ? left_columns : f.opd0_n;
  const auto work =
      row_work(f, chip, double(left_rows), left_rows, f.res0_w, fixed_point ? port_bytes(chip) : port_words(chip));
  const isa::IdealRowSpec& row = chip.ideal_row;
  const double fill = (fixed_point ? row.matrix_i8_start_cycles : row.matrix_f32_start_cycles) +
                      (f.tsk_opd_num == 3 ? row.operand_cycles : 0) + (f.opt_res_add != 0 ? row.operand_cycles : 0);
  return CostParts()
      .add(Cause::kArray, work.useful_rows * steps)
      .add(Cause::kPadding, (work.rows - work.useful_rows) * steps)
      .add(Cause::kFill, work.rows * fill)
      .breakdown();
}

}  // namespace bmemu::emulator
