// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Real compiled programs run to their end: no error, no deadlock, and no hazard but those that the compiler did leave
// in.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "emulator/check/hazard.h"
#include "emulator/chip/run.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "kernels/io_copies.h"
#include "tests/folders.h"

namespace bmemu::emulator {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> programs_below(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!fs::exists(folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().string().find(".bmodel") != std::string::npos) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

/// Runs every program of a folder. Returns the number that ran; those refused as dynamic are counted apart.
struct Outcome {
  int ran = 0;
  int refused_dynamic = 0;
  std::vector<std::string> with_hazards;  ///< file names
};

struct HazardCount : Listener {
  int count = 0;
  void on_hazard(const Hazard&) override { ++count; }
};

Outcome run_all(const fs::path& folder) {
  Outcome outcome;
  for (const fs::path& path : programs_below(folder)) {
    SCOPED_TRACE(path.filename().string());
    try {
      const isa::Program program = kernels::with_io_copies(isa::load_program(isa::BModel::open(path.string())));
      const isa::ChipSpec chip = isa::load_chip(std::string(isa::name(program.family)));
      HazardCount hazards;
      const RunEnd end = run(program, chip, {}, {&hazards});
      if (hazards.count > 0) outcome.with_hazards.push_back(path.filename().string());
      EXPECT_GT(end.length_ps, 0);
      EXPECT_GT(end.ideal_ps, 0);
      ++outcome.ran;
    } catch (const Error& error) {
      if (error.id() == "E-BMODEL-DYNAMIC")
        ++outcome.refused_dynamic;
      else
        ADD_FAILURE() << error.what();
    }
  }
  return outcome;
}

TEST(Programs, BundledTracesRunToTheirEnd) {
  const Outcome outcome = run_all(fs::path(tests::source_dir()) / "traces");
  EXPECT_GE(outcome.ran, 4);
  EXPECT_TRUE(outcome.with_hazards.empty());
}

/// Programs in which the compiler left a wait out, confirmed by reading their commands:
/// - yolov4 int8 4b: the second plane of a 16-bit intermediate reaches into the place of weights that are loaded
/// meanwhile;
/// - yolov7 int8 1b: table look-ups wait for the command before the one that loads their table.
const std::vector<std::string> kKnownRaces = {"yolov4_bm1684_int8_4b.bmodel.zst", "yolov7_bm1684_int8_1b.bmodel.zst"};

class ReferencePrograms : public testing::TestWithParam<const char*> {};

TEST_P(ReferencePrograms, RunToTheirEnd) {
  const fs::path folder = fs::path(tests::reference_dir()) / GetParam();
  if (!fs::exists(folder)) BMEMU_SKIP_WITHOUT_REFERENCE("no reference programs in " << GetParam());
  const Outcome outcome = run_all(folder);
  EXPECT_GT(outcome.ran, 0);
  for (const std::string& file : outcome.with_hazards)
    EXPECT_NE(std::find(kKnownRaces.begin(), kKnownRaces.end(), file), kKnownRaces.end()) << file;
  std::printf("%s: %d ran, %d refused as dynamic\n", GetParam(), outcome.ran, outcome.refused_dynamic);
}

INSTANTIATE_TEST_SUITE_P(Folders, ReferencePrograms,
                         testing::Values("bmodels", "regressions", "golden", "estimates_bm1684"));

}  // namespace
}  // namespace bmemu::emulator
