// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/load_side.h"

#include <filesystem>
#include <utility>

#include "harness/measure/network_places.h"

namespace bmemu::harness {

Side side_of_run(Run run, std::shared_ptr<const LoadedProgram> program, const std::string& path,
                 const HostModel& host) {
  Side side;
  side.name = std::filesystem::path(path).filename().string();
  side.program = std::move(program);
  side.host = host;
  side.run = std::move(run);
  return side;
}

Side side_of_program(OpenedProgram opened, const std::string& path, const HostModel& host) {
  const auto program = std::make_shared<const LoadedProgram>(std::move(opened.program));
  Run run = measure({program, opened.chip, host});
  set_network(run, std::move(opened.network));
  return side_of_run(std::move(run), program, path, host);
}

Side side_of_profile(const VendorProfile& profile, const Run* emulated) {
  Side side;
  side.name = profile.name;
  side.evidence = "profile";
  side.run = run_of_profile(profile, emulated);
  return side;
}

}  // namespace bmemu::harness
