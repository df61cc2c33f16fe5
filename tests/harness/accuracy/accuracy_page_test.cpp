// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// docs/accuracy.md says what the chip files and the emulator of today say.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "harness/accuracy/page.h"
#include "isa/chip/chip_file.h"
#include "tests/folders.h"

namespace bmemu::harness {
namespace {

const std::string kRoot = tests::source_dir();
const std::string kReference = tests::reference_dir();

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> result;
  std::istringstream in(line);
  std::string cell;
  std::getline(in, cell, '|');  // before the first bar
  while (std::getline(in, cell, '|')) {
    const auto first = cell.find_first_not_of(' ');
    result.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
  }
  return result;
}

/// What the page says about a chip.
struct Section {
  std::map<std::string, std::string> parameters;
  std::map<std::string, double> in_sample_ms;  ///< by the row's name
};

std::map<std::string, Section> sections() {
  constexpr const char* kInSample = "bmemu ms, in sample";
  std::map<std::string, Section> result;
  std::istringstream page(text_of(kRoot + "/docs/accuracy.md"));
  std::string chip;
  std::size_t column = 0;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("## ", 0) == 0) chip = line.substr(3);
    if (line.rfind('|', 0) != 0) {
      column = 0;
      continue;
    }
    if (chip.rfind("bm1684", 0) != 0) continue;
    const auto row = cells(line);
    if (const auto at = std::find(row.begin(), row.end(), kInSample); at != row.end())
      column = static_cast<std::size_t>(at - row.begin());
    else if (row[0].front() == '`')
      result[chip].parameters[row[0].substr(1, row[0].size() - 2)] = row[1];
    else if (column > 0 && row[0].front() != '-')
      result[chip].in_sample_ms[row[0]] = std::stod(row[column]);
  }
  return result;
}

TEST(AccuracyPage, FittedValuesAreThoseOfTheChipFiles) {
  const auto page = sections();
  for (const auto& product : isa::products()) {  // what has no board has no times
    const std::string& name = product.chip;
    ASSERT_EQ(page.count(name), 1U) << "no section for " << name;
    const isa::ChipSpec chip = isa::load_chip(name);
    std::map<std::string, std::string> expected;
    for (const auto& key : default_fit_keys(chip))
      expected[key] = fmt::format("{:.4g}", isa::value(*isa::find_parameter(key), chip));
    EXPECT_EQ(page.at(name).parameters, expected) << name << ": run bmemu calibrate";
  }
}

/// In-sample times of the page for the programs of `rows` in `folder`. Returns how many there were.
int expect_times_of_today(const std::vector<PublishedRow>& rows, const std::string& folder) {
  const auto page = sections();
  const Predictor predictor(rows, folder);
  std::map<std::string, isa::ChipSpec> chips;
  for (const auto& name : isa::chip_names()) chips.emplace(name, isa::load_chip(name));
  int checked = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& times = page.at(rows[i].chip).in_sample_ms;
    const auto said = times.find(rows[i].name());
    if (said == times.end()) {
      ADD_FAILURE() << "not on the page: " << rows[i].chip << " " << rows[i].name();
      continue;
    }
    // Chip files hold four digits of what the page was made with.
    EXPECT_NEAR(said->second / predictor.time_ms(i, chips.at(rows[i].chip)), 1, 1e-3)
        << rows[i].chip << " " << rows[i].name() << ": run bmemu calibrate";
    ++checked;
  }
  return checked;
}

TEST(AccuracyPage, TimesOfBundledProgramsAreThoseOfToday) {
  std::vector<PublishedRow> rows;
  for (const char* chip : {"bm1684", "bm1684x"})
    for (const auto& [network, batch] : {std::pair("lprnet", 1), std::pair("resnet50", 1), std::pair("yolov5s", 4)}) {
      PublishedRow row;
      row.network = network;
      row.chip = chip;
      row.type = "int8";
      row.batch = batch;
      row.file = fmt::format("{}_{}_int8_{}b.bmodel.zst", network, chip, batch);
      rows.push_back(row);
    }
  EXPECT_EQ(expect_times_of_today(rows, kRoot + "/traces"), 6);
}

TEST(AccuracyPage, TimesOfAllProgramsAreThoseOfToday) {
  const std::string folder = kReference + "/bmodels";
  if (!std::filesystem::exists(folder + "/index.csv")) BMEMU_SKIP_WITHOUT_REFERENCE("no reference programs");
  EXPECT_GT(expect_times_of_today(read_published(folder + "/index.csv"), folder), 90);
}

TEST(AccuracyPage, WasMadeFromTheTableAtHand) {
  const std::string table = kReference + "/bmodels/index.csv";
  if (!std::filesystem::exists(table)) BMEMU_SKIP_WITHOUT_REFERENCE("no reference programs");
  const std::string source = made_from({table, "", ""}, {});
  const std::string data = source.substr(0, source.find(';'));
  EXPECT_NE(text_of(kRoot + "/docs/accuracy.md").find("Made from: " + data + ";"), std::string::npos)
      << data << ": run bmemu calibrate";
}

}  // namespace
}  // namespace bmemu::harness
