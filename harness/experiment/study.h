// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A study: a sweep with its question, in a data file (harness/studies/*.toml).
#pragma once

#include <string>
#include <vector>

#include "harness/experiment/sweep.h"

namespace bmemu::harness {

/// Programs are relative to the folder that the file names, which is relative to the file; network:NAME is built in.
struct Study {
  StudyText text;
  std::vector<std::string> programs;
  std::vector<std::string> axes;  ///< as `--vary` takes them
  bool retile = false;            ///< what is varied is what programs are tiled for: models, compiled for each point
  kernels::Precision precision = kernels::Precision::kF32;  ///< of models
};

/// Keys: title, question, setup, limits (list of texts), folder, programs (list), vary (list), retile, dtype.
/// Errors: E-FILE-OPEN, E-STUDY-FILE (no TOML, an unknown key, one that is missing or of another kind; with the line).
Study load_study(const std::string& path);

}  // namespace bmemu::harness
