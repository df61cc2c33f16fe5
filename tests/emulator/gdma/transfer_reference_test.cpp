// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Bytes and direction of every DMA command of real programs against the vendor's per-command estimates.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/dispatch/transfer.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"
#include "isa/file_bytes.h"
#include "tests/folders.h"

namespace bmemu::emulator {
namespace {

namespace fs = std::filesystem;

struct Estimate {
  int direction = 0;
  std::uint64_t bytes = 0;
};

std::uint64_t number_after(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  return at == std::string_view::npos ? 0 : std::stoull(std::string(text.substr(at + key.size(), 20)));
}

/// By command id.
std::map<std::uint32_t, Estimate> read_estimates(const std::string& path) {
  const isa::FileBytes file = isa::read_file_bytes(path);
  const std::string_view text(reinterpret_cast<const char*>(file.view.data), file.view.size);
  std::map<std::uint32_t, Estimate> estimates;
  for (std::size_t at = text.find("|dr:"); at != std::string_view::npos; at = text.find("|dr:", at + 1)) {
    const std::size_t id = text.rfind("|g:", at);
    estimates[static_cast<std::uint32_t>(number_after(text.substr(id), "|g:"))] = {
        static_cast<int>(number_after(text.substr(at), "|dr:")), number_after(text.substr(at), "|sz:")};
  }
  return estimates;
}

int code(Direction direction) {
  switch (direction) {
    case Direction::kS2L: return 0;
    case Direction::kL2S: return 1;
    case Direction::kS2S: return 2;
    case Direction::kL2L: return 3;
    case Direction::kNone: break;
  }
  return -1;
}

/// Every NAME.bmodel.zst of a folder that has a NAME.est.txt.zst.
std::vector<std::string> programs_with_estimates(const fs::path& folder) {
  std::vector<std::string> stems;
  if (!fs::exists(folder)) return stems;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().string();
    const std::size_t end = name.rfind(".bmodel.zst");
    if (end != std::string::npos && fs::exists(name.substr(0, end) + ".est.txt.zst"))
      stems.push_back(name.substr(0, end));
  }
  std::sort(stems.begin(), stems.end());
  return stems;
}

void check(const fs::path& folder) {
  const auto stems = programs_with_estimates(folder);
  if (stems.empty()) BMEMU_SKIP_WITHOUT_REFERENCE("no programs with estimates in " << folder);
  for (const std::string& stem : stems) {
    const isa::BModel model = isa::BModel::open(stem + ".bmodel.zst");
    const isa::Program program = isa::load_program(model);
    const isa::ChipSpec chip = isa::load_chip(std::string(isa::name(program.family)));
    const auto estimates = read_estimates(stem + ".est.txt.zst");
    std::size_t compared = 0;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < program.groups.front().gdma.commands.size(); ++i) {
      const auto& stream = program.groups.front().gdma;
      if (stream.commands[i].is_end) continue;
      const isa::Instruction instruction = stream.decode(program.family, i);
      const Transfer moved = transfer(instruction, chip);
      const auto estimate = estimates.find(stream.commands[i].id);
      if (estimate == estimates.end()) continue;
      ++compared;
      if (moved.bytes == estimate->second.bytes && code(moved.direction) == estimate->second.direction) continue;
      if (++wrong <= 2)
        ADD_FAILURE() << stem << " " << stream.place(i).text() << ": " << moved.bytes << " bytes, direction "
                      << code(moved.direction) << "; the vendor counts " << estimate->second.bytes << ", direction "
                      << estimate->second.direction << "\n"
                      << isa::disassemble(instruction);
    }
    EXPECT_EQ(compared, estimates.size()) << stem;
    EXPECT_EQ(wrong, 0U) << stem << ": of " << compared;
  }
}

TEST(TransferReference, EveryCommandOfTheReferenceProgramsMovesWhatTheVendorCounts) {
  check(fs::path(tests::reference_dir()) / "bmodels");
}

TEST(TransferReference, EveryCommandOfTheBm1684ProgramsMovesWhatTheVendorCounts) {
  check(fs::path(tests::reference_dir()) / "estimates_bm1684");
}

TEST(TransferReference, EveryCommandOfTheRegressionPairsMovesWhatTheVendorCounts) {
  check(fs::path(tests::reference_dir()) / "regressions");
}

/// Fields of a CSV line; quotes protect commas.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

TEST(TransferReference, BytesOfTheRegressionPairsAddUpToTheVendorsSummary) {
  const fs::path folder = fs::path(tests::reference_dir()) / "regressions";
  std::ifstream index(folder / "index.csv");
  if (!index) BMEMU_SKIP_WITHOUT_REFERENCE("no " << folder / "index.csv");
  std::string line;
  std::getline(index, line);
  const std::vector<std::string> header = fields_of(line);
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  };
  std::size_t checked = 0;
  while (std::getline(index, line)) {
    const std::vector<std::string> row = fields_of(line);
    for (const std::string side : {"a", "b"}) {
      if (row.at(column("run_mode_" + side)) != "TPU_STATIC") continue;
      const fs::path file = folder / row.at(column("file_" + side));
      const isa::Program program = isa::load_program(isa::BModel::open(file.string()));
      const isa::ChipSpec chip = isa::load_chip(std::string(isa::name(program.family)));
      std::uint64_t bytes = 0;
      for (const auto& group : program.groups)
        for (std::size_t i = 0; i < group.gdma.commands.size(); ++i)
          bytes += transfer(group.gdma.decode(program.family, i), chip).bytes;
      EXPECT_EQ(std::to_string(bytes), row.at(column("gdma_bytes_" + side))) << file;
      ++checked;
    }
  }
  EXPECT_GT(checked, 30U);
}

}  // namespace
}  // namespace bmemu::emulator
