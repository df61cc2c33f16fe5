// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/columns.h"

namespace bmemu::harness {

Columns columns(const CalibratedChip& chip) {
  Columns c;
  for (std::size_t i = 0; i < chip.rows.size(); ++i) {
    c.held_out.push_back(chip.calibration.rows[i].held_out_ms);
    c.in_sample.push_back(chip.calibration.rows[i].in_sample_ms);
    c.vendor.push_back(chip.rows[i].estimate_ms);
    c.roofline.push_back(chip.work.empty() ? 0 : roofline_ms(chip.work[i], chip.calibration.chip));
  }
  c.linear = chip.work.empty() ? std::vector<double>(chip.rows.size(), 0) : linear_model_ms(chip.rows, chip.work);
  return c;
}

bool is_distrusted(const PublishedRow& row) { return row.weight < 1 || row.other_compiler || row.is_outpaced(); }

}  // namespace bmemu::harness
