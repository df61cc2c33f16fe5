// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// docs/chip/memory.md lists the parameters of the memories as they are.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "isa/chip/chip_file.h"
#include "tests/folders.h"

namespace bmemu::memory {
namespace {

bool belongs_to_memory(std::string_view key) {
  for (const std::string_view block : {"local_memory.", "l2.", "static_memory.", "ddr."})
    if (key.substr(0, block.size()) == block) return true;
  return false;
}

std::string row(const isa::Parameter& parameter, const isa::ChipSpec& first, const isa::ChipSpec& second) {
  const auto origin = [&](const isa::ChipSpec& chip) {
    return std::string(isa::name(chip.origins.at(std::string(parameter.key)).provenance));
  };
  const std::string a = origin(first);
  const std::string b = origin(second);
  return fmt::format("| `{}` | {} | {} | {} | {} |", parameter.key, parameter.meaning, isa::value(parameter, first),
                     isa::value(parameter, second), a == b ? a : a + ", " + b);
}

TEST(MemoryPage, ListsEveryParameterWithTheValuesOfBothChips) {
  const isa::ChipSpec first = isa::load_chip("bm1684");
  const isa::ChipSpec second = isa::load_chip("bm1684x");
  std::multiset<std::string> expected;
  for (const isa::Parameter& parameter : isa::chip_parameters())
    if (belongs_to_memory(parameter.key)) expected.insert(row(parameter, first, second));
  std::ifstream page(tests::source_dir() + "/docs/chip/memory.md");
  ASSERT_TRUE(page.is_open());
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("| `", 0) != 0 || line.find('.') > line.find('`', 3)) continue;  // keys have a dot
    const auto found = expected.find(line);
    EXPECT_NE(found, expected.end()) << "docs/chip/memory.md has a row that is not so (any more): " << line;
    if (found != expected.end()) expected.erase(found);
  }
  for (const std::string& line : expected) ADD_FAILURE() << "docs/chip/memory.md lacks: " << line;
}

}  // namespace
}  // namespace bmemu::memory
