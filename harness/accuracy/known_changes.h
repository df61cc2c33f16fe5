// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Pairs of programs that differ in one known thing, and the same programs by several compilers: whether predictions
// move the right way, and how much of their errors other compilers can explain.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/page.h"

namespace bmemu::harness {

/// Times of a change from A to B.
struct KnownChange {
  std::string name, chip, type, network, change;
  std::string compiler_a, compiler_b;
  std::string expected;     ///< "slower", "slower_per_frame", "faster", "equal", "unknown"
  double vendor_ratio = 0;  ///< B over A by the vendor's estimate, per run; 0 = none
  double ratio = 0;  ///< B over A by bmemu, per frame for "slower_per_frame", else per run; 0 = a side is dynamic
  bool has_verdict() const { return ratio > 0 && expected != "unknown"; }
  bool is_right() const;  ///< moves as expected; changes of up to 2 per mille are equal, as in the table
};

/// Runs the pairs of a table (columns pair, file_a, file_b, chip, dtype, network, change_class, expected, batch_a,
/// batch_b, compiler_a, compiler_b, vendor_estimate_a_ms, vendor_estimate_b_ms; run_args_a and run_args_b when they are
/// there, `--product NAME`; programs lie beside it) on `chips`, one per family. Errors: E-FILE-OPEN, E-ACCURACY-TABLE,
/// E-CHIP-PRODUCT, those of programs except E-BMODEL-DYNAMIC.
std::vector<KnownChange> known_changes(const std::string& path, const std::vector<isa::ChipSpec>& chips);

/// A published row whose program exists from another compiler too.
struct OtherCompiler {
  std::string name;
  double published_ms = 0, here_ms = 0, other_ms = 0;  ///< the latter two in sample
};

/// Rows of `chip` for which `folder` holds NAME_c*.bmodel.zst where the row's program is NAME.bmodel.zst.
std::vector<OtherCompiler> other_compilers(const CalibratedChip& chip, const std::string& folder);

/// Sections of Markdown; empty for no entries.
std::string known_changes_section(const std::vector<KnownChange>& changes);
std::string other_compilers_section(const std::vector<OtherCompiler>& programs);

}  // namespace bmemu::harness
