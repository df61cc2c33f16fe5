// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Every command of the BM1684X programs that come with an estimate of the vendor's compiler: those of traces/, and
// those of the reference data where it is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "emulator/dispatch/ideal_cost.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"
#include "isa/file_bytes.h"
#include "tests/folders.h"

namespace bmemu::emulator {
namespace {

namespace fs = std::filesystem;

/// The vendor's estimate of one program: cycles by command id (index 0 unused, -1 = no row), and the run time.
struct Estimate {
  std::vector<std::int64_t> tiu, gdma;
  double total_ns = 0;
};

std::int64_t number_after(std::string_view cell, std::string_view key) {
  const auto at = cell.find(key);
  return at == std::string_view::npos ? -1 : std::atoll(cell.data() + at + key.size());
}

void put(std::vector<std::int64_t>& list, std::int64_t id, std::int64_t cycles) {
  if (id <= 0) return;
  if (list.size() <= static_cast<std::size_t>(id)) list.resize(static_cast<std::size_t>(id) + 1, -1);
  list[static_cast<std::size_t>(id)] = cycles;
}

/// A row holds up to two cells `layer|class|s:..|b:..|g:..|e:..|t:..`; transfers are named GDMA_*.
Estimate read_estimate(const std::string& path) {
  const auto bytes = isa::read_file_bytes(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.view.data), bytes.view.size);
  Estimate estimate;
  for (std::size_t at = text.find("|s:"); at != std::string_view::npos; at = text.find("|s:", at + 1)) {
    const auto class_begin = text.rfind('|', at - 1) + 1;
    const auto cell_end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string cell(text.substr(at, cell_end - at));
    if (text.substr(class_begin, 5) == "GDMA_")
      put(estimate.gdma, number_after(cell, "|g:"), number_after(cell, "|t:"));
    else
      put(estimate.tiu, number_after(cell, "|b:"), number_after(cell, "|t:"));
  }
  const auto runtime = text.rfind("runtime: ");
  if (runtime != std::string_view::npos) estimate.total_ns = std::atof(text.data() + runtime + 9) * 1e6;
  return estimate;
}

struct Rate {
  std::int64_t commands = 0, exact = 0, close = 0;
  std::int64_t worst = 0;
};

std::int64_t estimated(const std::vector<std::int64_t>& list, std::size_t id) {
  return id < list.size() ? list[id] : -1;
}

/// Costs of a stream; compares each with its estimate.
std::vector<std::int64_t> costs(const isa::CommandStream& stream, const std::vector<std::int64_t>& estimates,
                                const isa::ChipSpec& chip, std::map<std::string, Rate>& rates) {
  std::vector<std::int64_t> result;
  for (std::size_t i = 0; i < stream.commands.size(); ++i) {
    const auto instruction = stream.decode(isa::Family::kBm1684x, i);
    result.push_back(ideal_cost(instruction, chip).total());
    const std::int64_t truth = estimated(estimates, i + 1);
    if (stream.commands[i].is_end || truth < 0) continue;
    auto& rate = rates[std::string(isa::operation_name(instruction))];
    const std::int64_t error = std::abs(result.back() - truth);
    ++rate.commands;
    rate.exact += error == 0;
    rate.close += double(error) <= std::max(2.0, 0.02 * double(truth));
    rate.worst = std::max(rate.worst, error);
  }
  return result;
}

/// Both engines in order; a command starts when the previous one of its engine and the one it waits for have ended.
std::int64_t replay(const isa::CommandGroup& group, const std::vector<std::int64_t>& tiu,
                    const std::vector<std::int64_t>& gdma) {
  std::vector<std::int64_t> tiu_end{0}, gdma_end{0};
  const auto advance = [](const isa::CommandStream& stream, const std::vector<std::int64_t>& cycles,
                          std::vector<std::int64_t>& own, const std::vector<std::int64_t>& other) {
    bool moved = false;
    while (own.size() <= cycles.size() && stream.commands[own.size() - 1].dependency < other.size()) {
      const auto i = own.size() - 1;
      own.push_back(std::max(own.back(), other[stream.commands[i].dependency]) + cycles[i]);
      moved = true;
    }
    return moved;
  };
  while (advance(group.tiu, tiu, tiu_end, gdma_end) || advance(group.gdma, gdma, gdma_end, tiu_end)) {
  }
  EXPECT_EQ(tiu_end.size(), tiu.size() + 1);
  return std::max(tiu_end.back(), gdma_end.back());
}

std::vector<fs::path> estimates_in(const fs::path& folder) {
  std::vector<fs::path> result;
  if (!fs::is_directory(folder)) return result;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.find("_bm1684x_") != std::string::npos && name.find(".est.txt") != std::string::npos)
      result.push_back(entry.path());
  }
  std::sort(result.begin(), result.end());
  return result;
}

TEST(IdealCostBm1684x, MatchesTheEstimatesOfTheVendorsCompiler) {
  const fs::path reference = tests::reference_dir();
  std::vector<fs::path> files;
  for (const fs::path& folder :
       {fs::path(tests::source_dir()) / "traces", reference / "bmodels", reference / "regressions"})
    for (const auto& file : estimates_in(folder)) files.push_back(file);
  ASSERT_FALSE(files.empty());

  const isa::ChipSpec chip = isa::load_chip("bm1684x");
  std::map<std::string, Rate> rates;
  double worst_total = 0;
  std::string worst_program;
  for (const auto& file : files) {
    std::string model = file.string();
    model.replace(model.find(".est.txt"), 8, ".bmodel");
    const Estimate estimate = read_estimate(file.string());
    const isa::Program program = isa::load_program(isa::BModel::open(model));
    ASSERT_EQ(program.groups.size(), 1U) << file;
    const auto& group = program.groups.front();
    const auto tiu = costs(group.tiu, estimate.tiu, chip, rates);
    const auto gdma = costs(group.gdma, estimate.gdma, chip, rates);
    const double error = std::abs(double(replay(group, tiu, gdma)) / estimate.total_ns - 1);
    EXPECT_LE(error, 0.01) << file;
    if (error >= worst_total) worst_total = error, worst_program = file.filename().string();
  }

  Rate all;
  std::printf("%-26s %9s %9s %9s %7s\n", "operation", "commands", "exact", "within", "worst");
  for (const auto& [name, rate] : rates) {
    std::printf("%-26s %9lld %9lld %9lld %7lld\n", name.c_str(), static_cast<long long>(rate.commands),
                static_cast<long long>(rate.exact), static_cast<long long>(rate.close),
                static_cast<long long>(rate.worst));
    all.commands += rate.commands, all.exact += rate.exact, all.close += rate.close;
    EXPECT_GE(double(rate.close), 0.99 * double(rate.commands)) << name;
  }
  std::printf("%zu programs, %lld commands, %lld exact, %lld within 2%% or 2 cycles; worst program total %.4f%% (%s)\n",
              files.size(), static_cast<long long>(all.commands), static_cast<long long>(all.exact),
              static_cast<long long>(all.close), 100 * worst_total, worst_program.c_str());
  EXPECT_GE(double(all.close), 0.99 * double(all.commands));
}

}  // namespace
}  // namespace bmemu::emulator
