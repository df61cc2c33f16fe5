// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The measured columns of a sweep, once for SQLite, CSV and text: a new one is a line in columns.cpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/experiment/point.h"

namespace bmemu::harness {

struct ResultColumn {
  std::string name;         ///< ends in the unit: "time_ms", "tiu_fill_ps", "s2l_bytes"
  bool is_integer = false;  ///< exact in a double: below 2^53
  std::function<std::optional<double>(const PointNumbers&)> read;  ///< none: not known for this point
  std::function<void(PointNumbers&, double)> restore;              ///< empty for columns that follow from others
};

const std::vector<ResultColumn>& result_columns();

/// Status, outside, error: texts behind the measured columns.
inline constexpr std::size_t kTextColumns = 3;

}  // namespace bmemu::harness
