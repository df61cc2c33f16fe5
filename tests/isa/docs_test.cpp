// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Pages lead where they say, and docs/silicon.md has the numbers of the chip files.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "isa/chip/chip_file.h"
#include "real_programs.h"
#include "tests/folders.h"

namespace bmemu {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = tests::source_dir();

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What a heading is called in a link: lower case, blanks as dashes, punctuation dropped.
std::string anchor_of(const std::string& heading) {
  std::string result;
  for (const char c : heading) {
    if (c == ' ') result += '-';
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_')
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

bool has_heading(const fs::path& page, const std::string& anchor) {
  std::ifstream file(page);
  for (std::string line; std::getline(file, line);)
    if (line.rfind('#', 0) == 0 && anchor_of(line.substr(line.find(' ') + 1)) == anchor) return true;
  return false;
}

TEST(Docs, LinksOfPagesLeadToFilesAndHeadings) {
  std::vector<std::string> pages = isa::test::files_below(kRoot / "docs", ".md");
  pages.push_back(kRoot / "README.md");
  const std::regex link(R"(\]\(([^)#: ]*)(#([^) ]+))?\))");
  int links = 0;
  for (const fs::path page : pages) {
    const std::string text = text_of(page);
    for (std::sregex_iterator found(text.begin(), text.end(), link), end; found != end; ++found) {
      const fs::path target = (*found)[1].length() == 0 ? page : page.parent_path() / (*found)[1].str();
      ++links;
      EXPECT_TRUE(fs::exists(target)) << page << ": " << found->str();
      EXPECT_TRUE(!(*found)[3].matched || has_heading(target, (*found)[3])) << page << ": " << found->str();
    }
  }
  EXPECT_GT(links, 50);
}

TEST(Docs, PagesNamedInSourcesExist) {
  const std::regex page(R"(\bdocs/[a-z0-9_/-]+\.md)");
  std::set<std::string> named;
  for (const char* folder : {"docs", "emulator", "harness", "isa", "kernels", "memory", "python", "runtime", "scripts"})
    for (const char* suffix : {".cpp", ".h", ".md", ".py", ".sh", ".toml", ".txt"})
      for (const std::string& file : isa::test::files_below(kRoot / folder, suffix)) {
        const std::string text = text_of(file);
        for (std::sregex_iterator found(text.begin(), text.end(), page), end; found != end; ++found) {
          named.insert(found->str());
          EXPECT_TRUE(fs::exists(kRoot / found->str())) << file << ": " << found->str();
        }
      }
  EXPECT_GT(named.size(), 10U);
}

TEST(Docs, SiliconPageHasTheNumbersOfTheChipFiles) {
  const std::string page = text_of(kRoot / "docs/silicon.md");
  const auto cell = [](const isa::ChipSpec& chip, const isa::Parameter& parameter) {
    const isa::Provenance provenance = chip.origins.at(std::string(parameter.key)).provenance;
    return fmt::format("{}, {}", isa::value(parameter, chip), isa::name(provenance));
  };
  const isa::ChipSpec bm1684 = isa::load_chip("bm1684");
  const isa::ChipSpec bm1684x = isa::load_chip("bm1684x");
  for (const isa::Parameter& parameter : isa::chip_parameters()) {
    if (parameter.key.rfind("silicon.", 0) != 0 && parameter.key.rfind("launch.", 0) != 0) continue;
    const auto from = page.find(fmt::format("| `{}` | ", parameter.key));
    ASSERT_NE(from, std::string::npos) << parameter.key;
    const std::string row = page.substr(from, page.find('\n', from) - from);
    for (const isa::ChipSpec* chip : {&bm1684x, &bm1684}) {
      if (parameter.family.value_or(chip->family) != chip->family) continue;
      EXPECT_NE(row.find(cell(*chip, parameter)), std::string::npos) << row << " lacks " << cell(*chip, parameter);
    }
  }
}

}  // namespace
}  // namespace bmemu
