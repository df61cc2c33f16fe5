// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The real programs that tests can use: those of traces/, and those of the reference data when it is there.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/folders.h"

namespace bmemu::isa::test {

/// All files below `folder` whose name ends in `suffix`, sorted; empty when there is no such folder.
inline std::vector<std::string> files_below(const std::string& folder, const std::string& suffix) {
  std::vector<std::string> result;
  std::error_code missing;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, missing)) {
    const std::string path = entry.path().string();
    if (path.size() > suffix.size() && path.compare(path.size() - suffix.size(), suffix.size(), suffix) == 0)
      result.push_back(path);
  }
  std::sort(result.begin(), result.end());
  return result;
}

inline std::vector<std::string> trace_programs() {
  return files_below((tests::source_dir() + "/traces"), ".bmodel.zst");
}
inline std::vector<std::string> reference_programs() { return files_below(tests::reference_dir(), ".bmodel.zst"); }

}  // namespace bmemu::isa::test
