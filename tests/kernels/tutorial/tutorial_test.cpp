// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The kernel of docs/kernel-tutorial.md computes what the page says, and the page shows this code and these figures.
// BMEMU_UPDATE_TUTORIAL=1 writes both into the page.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "emulator/chip/run.h"
#include "emulator/session/session.h"
#include "isa/chip/chip_file.h"
#include "tests/folders.h"
#include "tests/kernels/tutorial/scaled_residual.h"

namespace bmemu::kernels::tutorial {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Where the lines between two lines that hold `mark` begin and end.
std::pair<std::size_t, std::size_t> span(const std::string& text, const std::string& mark) {
  const std::size_t first = text.find(mark);
  EXPECT_NE(first, std::string::npos) << mark;
  const std::size_t begin = text.find('\n', first) + 1, second = text.find(mark, begin);
  EXPECT_NE(second, std::string::npos) << mark;
  return {begin, text.rfind('\n', second) + 1};
}

std::string between(const std::string& text, const std::string& mark) {
  const auto [begin, end] = span(text, mark);
  return text.substr(begin, end - begin);
}

std::vector<float> numbers(std::size_t count, unsigned seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> distribution(-2, 2);
  std::vector<float> result(count);
  for (float& x : result) x = distribution(engine);
  return result;
}

TEST(Tutorial, TheKernelIsRightToTheBitOnBothChips) {
  const std::int64_t rows = 60, columns = 96;
  const auto x = numbers(rows * columns, 1), y = numbers(rows * columns, 2);
  for (const char* name : {"bm1684", "bm1684x"})
    for (const std::int64_t tiles : {1, 2, 8}) {
      const isa::ChipSpec chip = isa::load_chip(name);
      emulator::Session session(scaled_residual(chip, rows, columns, tiles), chip);
      session.set_input("x", x.data(), x.size() * sizeof(float));
      session.set_input("y", y.data(), y.size() * sizeof(float));
      session.run({}, emulator::HazardCheck::kError);
      EXPECT_EQ(session.uninitialised_count(), 0U);
      std::vector<float> out(x.size());
      const auto bytes = session.output("out");
      ASSERT_EQ(bytes.size(), out.size() * sizeof(float));
      std::memcpy(out.data(), bytes.data(), bytes.size());
      for (std::size_t i = 0; i < out.size(); ++i)
        ASSERT_EQ(out[i], std::max(0.5F * x[i] + y[i], 0.0F)) << name << ", element " << i;
    }
}

/// Busy time of both engines.
class Busy : public emulator::Listener {
 public:
  void on_command(const emulator::CommandEvent& event) override {
    (event.engine == isa::Engine::kTiu ? tiu : gdma) += event.end_ps - event.begin_ps;
  }
  emulator::Picoseconds tiu = 0, gdma = 0;
};

std::string figures() {
  std::string table =
      "| chip | tiles | us inside of commands | TIU busy, us | GDMA busy, us |\n|---|---|---|---|---|\n";
  for (const char* name : {"bm1684", "bm1684x"})
    for (const std::int64_t tiles : {1, 2, 4, 8, 32}) {
      const isa::ChipSpec chip = isa::load_chip(name);
      Busy busy;
      const auto end = emulator::run(scaled_residual(chip, 64, 8192, tiles), chip, {}, {&busy});
      const double inside = double(end.length_ps) / 1e6 - chip.launch.overhead_us;
      table += fmt::format("| {} | {} | {:.1f} | {:.1f} | {:.1f} |\n", name, tiles, inside, double(busy.tiu) / 1e6,
                           double(busy.gdma) / 1e6);
    }
  return table;
}

TEST(Tutorial, ThePageShowsThisCodeAndTheseFigures) {
  const std::string page_path = tests::source_dir() + "/docs/kernel-tutorial.md";
  const std::string code =
      "```cpp\n" +
      between(text_of(tests::source_dir() + "/tests/kernels/tutorial/scaled_residual.cpp"), "// [kernel]") + "```\n";
  std::string page = text_of(page_path);
  if (std::getenv("BMEMU_UPDATE_TUTORIAL") != nullptr) {
    for (const auto& [mark, text] : {std::pair("<!-- kernel -->", code), std::pair("<!-- figures -->", figures())}) {
      const auto [begin, end] = span(page, mark);
      page.replace(begin, end - begin, text);
    }
    std::ofstream(page_path, std::ios::binary) << page;
  }
  EXPECT_EQ(between(page, "<!-- kernel -->"), code);
  EXPECT_EQ(between(page, "<!-- figures -->"), figures());
}

}  // namespace
}  // namespace bmemu::kernels::tutorial
