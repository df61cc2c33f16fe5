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

std::size_t count_inside(const CalibratedChip& chip, const Choice& choice) {
  std::size_t inside = 0;
  for (std::size_t i = 0; i < chip.rows.size(); ++i)
    inside += choice(chip.rows[i]) && chip.calibration.rows[i].holds(chip.rows[i].published_ms) ? 1 : 0;
  return inside;
}

std::vector<double> errors(const CalibratedChip& chip, const std::vector<double>& ms, const Choice& choice) {
  std::vector<double> result;
  for (std::size_t i = 0; i < chip.rows.size(); ++i)
    if (choice(chip.rows[i]) && ms[i] > 0) result.push_back(ms[i] / chip.rows[i].published_ms - 1);
  return result;
}

bool is_scored(const PublishedRow& row) { return row.is_scored(); }

}  // namespace bmemu::harness
