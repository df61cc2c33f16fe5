// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A sweep for people and files: a table with findings, CSV, a page.
#pragma once

#include <iosfwd>
#include <string>

#include "harness/experiment/sweep.h"

namespace bmemu::harness {

/// At most `kShownRows` points, then the findings. Lines of at most `width` columns; 0: of any length.
std::string sweep_text(const Sweep& sweep, std::size_t width);
inline constexpr std::size_t kShownRows = 24;

/// One row a point, under a comment for each of sweep_premises(): number, program, axes, the measured columns, status,
/// outside, error.
void write_sweep_csv(const Sweep& sweep, std::ostream& out);

/// One self-contained HTML page: question, findings, tornado, curves, heat map, Pareto front, sensitivities, every
/// point.
void write_sweep_page(const Sweep& sweep, std::ostream& out);

/// The study as a section of a document in Markdown: question, set-up, table, answer, limits.
std::string study_markdown(const Sweep& sweep, const std::string& command);

/// What all figures speak of: "Chip that points start from changed from ...", "Left out of PROGRAM: ..."; empty: the
/// whole programs on the chips as they are.
std::vector<std::string> sweep_premises(const Sweep& sweep);

/// Notes that every output of a sweep carries: its premises, and what the points can't tell.
std::vector<std::string> sweep_limits(const Sweep& sweep);

}  // namespace bmemu::harness
