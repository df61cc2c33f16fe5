// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/load_side.h"

#include <filesystem>
#include <utility>

namespace bmemu::harness {

Side side_of_program(OpenedProgram opened, const std::string& path, const HostModel& host) {
  Side side;
  side.name = std::filesystem::path(path).filename().string();
  side.program = std::make_shared<const LoadedProgram>(std::move(opened.program));
  side.host = host;
  side.run = measure({side.program, opened.chip, host});
  side.run.network = std::move(opened.network);
  return side;
}

Side side_of_profile(const VendorProfile& profile, const Run* emulated) {
  Side side;
  side.name = profile.name;
  side.evidence = "profile";
  side.run = run_of_profile(profile, emulated);
  return side;
}

}  // namespace bmemu::harness
