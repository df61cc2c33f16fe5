// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cut and bit-flipped programs through the command line: one line that says what is wrong and exit code 2, or, when the
// damage happens to leave a legal program, its result.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "isa/bmodel/bmodel.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

using Bytes = std::vector<std::uint8_t>;

class DamagedProgram : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = "damaged_" + std::to_string(getpid()) + "_" + info->name();
    std::replace(name.begin(), name.end(), '/', '_');
    folder_ = std::filesystem::path(::testing::TempDir()) / name;
    std::filesystem::create_directories(folder_);
    const auto model = isa::BModel::open(tests::source_dir() + "/traces/" + GetParam() + ".bmodel.zst");
    whole_.assign(model.bytes().data, model.bytes().data + model.bytes().size);
    const auto program = isa::load_program(model);
    for (const auto* stream : {&program.groups[0].tiu, &program.groups[0].gdma})
      streams_.emplace_back(static_cast<std::size_t>(stream->bytes.data - model.bytes().data), stream->bytes.size);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return (folder_ / "damaged.bmodel").string(); }

  /// What `bmemu SUBCOMMAND` makes of the bytes.
  CliResult result_of(const char* subcommand, const Bytes& bytes) const {
    std::ofstream(path(), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return run({subcommand, path()});
  }

  /// A listing may have begun when the damage is met; nothing else is printed then.
  static void expect_refused(const std::string& subcommand, const CliResult& result) {
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_TRUE(result.out.empty() || subcommand == "disasm") << result.out;
    EXPECT_EQ(result.err.rfind("bmemu: E-", 0), 0U) << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_EQ(result.err.back(), '\n');
  }

  /// Flips bits, one at a time, that `choose` picks. Returns how many of the damaged files were refused.
  template <class Choose>
  int refused_flips(const char* subcommand, int trials, Choose choose) {
    int refused = 0;
    for (int trial = 0; trial < trials; ++trial) {
      const std::size_t bit = choose();
      SCOPED_TRACE(::testing::Message() << subcommand << " bit " << bit % 8 << " of byte " << bit / 8);
      Bytes bytes = whole_;
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      const CliResult result = result_of(subcommand, bytes);
      if (result.exit_code == 0) {
        EXPECT_NE(result.out, "");
        continue;
      }
      expect_refused(subcommand, result);
      ++refused;
    }
    return refused;
  }

  std::filesystem::path folder_;
  Bytes whole_;
  std::vector<std::pair<std::size_t, std::size_t>> streams_;  ///< start and size of each command stream in the file
  std::mt19937_64 random_{5};
};

TEST_P(DamagedProgram, IsRefusedWhenItIsCutAnywhere) {
  for (int i = 0; i < 40; ++i) {
    const std::size_t size = i < 10 ? static_cast<std::size_t>(i) * 9 : random_() % whole_.size();
    SCOPED_TRACE(size);
    const Bytes bytes(whole_.begin(), whole_.begin() + static_cast<std::ptrdiff_t>(size));
    for (const char* subcommand : {"disasm", "run"}) {
      const CliResult result = result_of(subcommand, bytes);
      expect_refused(subcommand, result);
      EXPECT_NE(result.err.find(path()), std::string::npos) << "the file is not named: " << result.err;
    }
  }
}

TEST_P(DamagedProgram, IsRefusedOrReadWhenABitOfItsDescriptionIsFlipped) {
  std::uint32_t description_bytes = 0;
  std::memcpy(&description_bytes, whole_.data() + 8, sizeof description_bytes);
  const std::size_t bits = 8 * (64 + std::size_t{description_bytes});
  const auto choose = [&] { return random_() % bits; };
  EXPECT_GT(refused_flips("disasm", 100, choose), 0);
  EXPECT_GT(refused_flips("run", 50, choose), 0);
}

TEST_P(DamagedProgram, IsRefusedOrRunWhenABitOfACommandIsFlipped) {
  const auto choose = [&] {
    const auto& [start, size] = streams_[random_() % streams_.size()];
    return 8 * start + random_() % (8 * size);
  };
  EXPECT_GT(refused_flips("disasm", 100, choose), 0);
  EXPECT_GT(refused_flips("run", 150, choose), 0);
}

INSTANTIATE_TEST_SUITE_P(Traces, DamagedProgram, ::testing::Values("lenet_bm1684_int8", "cnna_bm1684_int8"));
INSTANTIATE_TEST_SUITE_P(TracesOfBm1684x, DamagedProgram, ::testing::Values("lenet_bm1684x_int8"));

}  // namespace
}  // namespace bmemu::harness
