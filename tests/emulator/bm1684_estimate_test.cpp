// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The ideal costs of BM1684 against the per-command estimates of the vendor's compiler, where they are at hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
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

struct Estimate {
  std::map<std::uint32_t, std::int64_t> tiu, gdma;  ///< cycles by command id
  std::int64_t total = 0;
};

std::int64_t number_after(const std::string& text, const std::string& key) {
  const auto at = text.find(key);
  return at == std::string::npos ? -1 : std::strtoll(text.c_str() + at + key.size(), nullptr, 10);
}

Estimate read_estimate(const std::string& path) {
  const auto file = isa::read_file_bytes(path);
  const std::string text(reinterpret_cast<const char*>(file.view.data), file.view.size);
  Estimate result;
  result.total = number_after(text, "total_cycle:");
  // One command is one word: NAME|CLASS|s:..|b:..|g:..|e:..|t:..; a GDMA command goes on with |dr:..|sz:..
  std::size_t at = 0;
  while ((at = text.find("|s:", at)) != std::string::npos) {
    const auto end = text.find_first_of(" \r\n", at);
    const std::string cell = text.substr(at, end - at);
    const bool is_gdma = cell.find("|dr:") != std::string::npos;
    const auto id = static_cast<std::uint32_t>(number_after(cell, is_gdma ? "|g:" : "|b:"));
    (is_gdma ? result.gdma : result.tiu)[id] = number_after(cell, "|t:");
    at = end == std::string::npos ? text.size() : end;
  }
  return result;
}

/// End of the last command when each starts once its predecessor and the command it waits for are done.
std::int64_t replay(const isa::CommandGroup& group, const std::vector<std::int64_t>& tiu,
                    const std::vector<std::int64_t>& gdma) {
  std::vector<std::int64_t> tiu_end{0}, gdma_end{0};
  bool advanced = true;
  while (advanced) {
    advanced = false;
    const auto advance = [&](const isa::CommandStream& stream, const auto& cost, auto& ends, const auto& others) {
      while (ends.size() <= stream.commands.size()) {
        const auto& command = stream.commands[ends.size() - 1];
        if (command.dependency >= others.size()) return;
        ends.push_back(std::max(ends.back(), others[command.dependency]) + cost[ends.size() - 1]);
        advanced = true;
      }
    };
    advance(group.tiu, tiu, tiu_end, gdma_end);
    advance(group.gdma, gdma, gdma_end, tiu_end);
  }
  EXPECT_EQ(tiu_end.size(), group.tiu.commands.size() + 1);
  EXPECT_EQ(gdma_end.size(), group.gdma.commands.size() + 1);
  return std::max(tiu_end.back(), gdma_end.back());
}

struct Count {
  int commands = 0, exact = 0, near = 0;
};

TEST(Bm1684Estimates, EveryCommandAndEveryTotalMatchTheVendorCompiler) {
  std::vector<std::string> programs;
  for (const auto& folder : {tests::source_dir() + "/tests/data/estimates_bm1684", tests::reference_dir()}) {
    std::error_code missing;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, missing)) {
      const auto path = entry.path().string();
      static const std::string kSuffix = ".bmodel.zst";
      if (path.size() <= kSuffix.size() || path.substr(path.size() - kSuffix.size()) != kSuffix) continue;
      const auto stem = path.substr(0, path.size() - kSuffix.size());
      if (std::filesystem::exists(stem + ".est.txt.zst")) programs.push_back(stem);
    }
  }
  std::sort(programs.begin(), programs.end());
  const auto chip = isa::load_chip("bm1684");
  std::map<std::string, Count> kinds;
  Count all;
  int programs_seen = 0;
  for (const auto& stem : programs) {
    const auto model = isa::BModel::open(stem + ".bmodel.zst");
    if (model.family() != isa::Family::kBm1684) continue;
    SCOPED_TRACE(std::filesystem::path(stem).filename().string());
    const auto estimate = read_estimate(stem + ".est.txt.zst");
    const auto program = isa::load_program(model);
    ASSERT_EQ(program.groups.size(), 1u);
    const auto& group = program.groups.front();
    ASSERT_GT(estimate.total, 0);
    std::vector<std::int64_t> cycles[2];
    for (const auto* stream : {&group.tiu, &group.gdma}) {
      const bool is_tiu = stream == &group.tiu;
      for (std::size_t index = 0; index < stream->commands.size(); ++index) {
        const auto instruction = stream->decode(isa::Family::kBm1684, index);
        const auto ours = ideal_cost(instruction, chip).total();
        cycles[is_tiu ? 0 : 1].push_back(ours);
        const auto& theirs = is_tiu ? estimate.tiu : estimate.gdma;
        const auto found = theirs.find(static_cast<std::uint32_t>(index + 1));
        ASSERT_NE(found, theirs.end());
        const auto off = std::abs(ours - found->second);
        const bool near = double(off) <= std::max(2.0, 0.03 * double(found->second));
        for (auto* count : {&kinds[std::string(isa::operation_name(instruction))], &all}) {
          ++count->commands;
          count->exact += off == 0 ? 1 : 0;
          count->near += near ? 1 : 0;
        }
      }
    }
    const auto ends = replay(group, cycles[0], cycles[1]);
    EXPECT_NEAR(double(ends), double(estimate.total), 0.001 * double(estimate.total));
    ++programs_seen;
  }
  ASSERT_GE(programs_seen, 4);
  std::printf("%-32s %9s %9s %9s\n", "operation", "commands", "exact", "near");
  for (const auto& [kind, count] : kinds) {
    std::printf("%-32s %9d %9d %9d\n", kind.c_str(), count.commands, count.exact, count.near);
    EXPECT_GE(count.near, 0.99 * count.commands) << kind;
  }
  std::printf("%-32s %9d %9d %9d in %d programs\n", "all", all.commands, all.exact, all.near, programs_seen);
  EXPECT_GE(all.exact, 0.999 * all.commands);
}

}  // namespace
}  // namespace bmemu::emulator
