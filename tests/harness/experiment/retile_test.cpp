// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sweeps whose programs are compiled for each point's chip.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "harness/architectures/architecture.h"
#include "harness/compile/chip_compiler.h"
#include "harness/output/csv_table.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "kernels/compile_inputs.h"
#include "tests/error_of.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"
#include "tests/harness/test_folder.h"

namespace bmemu::harness {
namespace {

ModelOptions lprnet() {
  ModelOptions model;
  model.path = "network:lprnet";
  return model;
}

std::vector<std::uint8_t> commands_of(const LoadedProgram& loaded) {
  std::vector<std::uint8_t> bytes;
  for (const auto& group : loaded.with({}).groups)
    for (const auto* stream : {&group.tiu, &group.gdma})
      bytes.insert(bytes.end(), stream->bytes.data, stream->bytes.data + stream->bytes.size);
  return bytes;
}

TEST(ChipCompiler, AProgramDependsOnTheParametersThatTheCompilerSaysItReadsAlone) {
  const auto& read = kernels::chip_parameters_read();
  for (const char* family : {"bm1684x", "bm1684"}) {
    const isa::ChipSpec chip = isa::load_chip(family);
    const kernels::Graph graph = prepare_model(lprnet(), chip).graph;
    const auto base = commands_of(LoadedProgram(kernels::compile(graph, chip)));
    for (const auto& parameter : isa::chip_parameters()) {
      if (std::find(read.begin(), read.end(), parameter.key) != read.end()) continue;
      isa::ChipSpec changed = chip;
      const double value = isa::value(parameter, chip);
      isa::set_value(changed, parameter, value * 2 <= parameter.maximum && value > 0 ? value * 2 : value / 2);
      EXPECT_TRUE(commands_of(LoadedProgram(kernels::compile(graph, changed))) == base) << parameter.key;
    }
  }
}

TEST(ChipCompiler, ChipsThatLookAlikeShareAProgramAndOthersDoNot) {
  const isa::ChipSpec chip = isa::load_chip("bm1684x");
  const ChipCompiler compiler(lprnet(), chip);
  isa::ChipSpec launched = chip, narrow = chip;
  isa::apply_setting(launched, "launch.overhead_us=500");
  isa::apply_setting(narrow, "local_memory.lane_bytes=65536");
  EXPECT_EQ(compiler.program_for(chip), compiler.program_for(launched));
  EXPECT_NE(compiler.program_for(chip), compiler.program_for(narrow));
  EXPECT_FALSE(commands_of(*compiler.program_for(chip)) == commands_of(*compiler.program_for(narrow)));
  EXPECT_NE(compiler.program_for(chip), compiler.program_for(isa::load_chip("bm1684")));
  ModelOptions apart = lprnet();
  apart.layer_groups = false;
  EXPECT_NE(ChipCompiler(apart, chip).hash(), compiler.hash());
}

TEST(Architectures, EveryOneIsAGraphThatHoldsTogetherAndNamesAreChecked) {
  std::set<std::string_view> names;
  for (const auto& architecture : architectures()) {
    EXPECT_TRUE(names.insert(architecture.name).second) << architecture.name;
    if (architecture.name == "c3d" || architecture.name == "resnet260" || architecture.name == "openpose_coco")
      continue;
    const kernels::Graph graph = architecture.build(2);
    EXPECT_EQ(kernels::first_inconsistency(graph), "") << architecture.name;
    EXPECT_EQ(graph.value(graph.inputs.front()).shape.front(), 2) << architecture.name;
    EXPECT_FALSE(graph.outputs.empty()) << architecture.name;
  }
  EXPECT_EQ(error_of([] { find_architecture("network:resnet51"); }), "E-NETWORK-NAME");
}

class Retile : public FolderTest {
 protected:
  static std::string bytes(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static CliResult sweep(std::vector<std::string> more) {
    std::vector<std::string> words{
        "whatif", "network:lprnet",     "--retile", "--vary", "local_memory.lane_bytes=4096,65536,262144",
        "--vary", "tiu.lanes=32,64,128"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
};

TEST_F(Retile, APointIsTheRunOfTheModelOnThatChip) {
  const auto swept = sweep({"--csv", path("csv"), "--jobs", "1"});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  CsvTable table(path("csv"), "points");
  std::size_t ran = 0, does_not_fit = 0;
  while (table.next()) {
    const auto single = run({"run", "network:lprnet", "--set", "tiu.lanes=" + table.text("tiu.lanes"), "--set",
                             "local_memory.lane_bytes=" + table.text("local_memory.lane_bytes"), "--json", "-"});
    if (table.text("status") == "ok") {
      ++ran;
      EXPECT_NE(single.out.find("\"length_ps\": " + table.text("length_ps")), std::string::npos) << single.err;
    } else {
      ++does_not_fit;
      EXPECT_EQ(table.text("status"), "does not fit");
      EXPECT_NE(table.text("error").find("E-KERNELS-MEMORY"), std::string::npos);
      EXPECT_EQ(single.exit_code, 2);
    }
  }
  EXPECT_EQ(ran, 6U);
  EXPECT_EQ(does_not_fit, 3U);
}

TEST_F(Retile, AnyNumberOfJobsPartsAndResumptionsMakeTheSameBytes) {
  for (const char* jobs : {"1", "3"})
    ASSERT_EQ(sweep({"--jobs", jobs, "--out", path(std::string("jobs") + jobs)}).exit_code, 0);
  for (const char* part : {"1/2", "2/2"})
    ASSERT_EQ(sweep({"--jobs", "1", "--part", part, "--out", path("parts")}).exit_code, 0);
  EXPECT_TRUE(bytes(path("jobs1")) == bytes(path("jobs3")));
  EXPECT_TRUE(bytes(path("jobs1")) == bytes(path("parts")));
  const auto other = sweep({"--jobs", "1", "--out", path("jobs1"), "--dtype", "fp16"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.err.find("E-SWEEP-FINGERPRINT"), std::string::npos) << other.err;
}

TEST_F(Retile, WithoutItAModelIsCompiledOnceForTheChipThatPointsStartFrom) {
  const auto once = run({"whatif", "network:lprnet", "--vary", "tiu.lanes=32,64", "--csv", path("csv"), "--jobs", "1"});
  ASSERT_EQ(once.exit_code, 0) << once.err;
  EXPECT_NE(once.out.find("tiled for the chip"), std::string::npos) << "what programs are tiled for is said";
  const auto program = run({"compile", "network:lprnet", "-o", path("lprnet.bmodel")});
  ASSERT_EQ(program.exit_code, 0) << program.err;
  ASSERT_EQ(run({"whatif", path("lprnet.bmodel"), "--vary", "tiu.lanes=32,64", "--csv", path("csv2"), "--jobs", "1"})
                .exit_code,
            0);
  CsvTable a(path("csv"), "points"), b(path("csv2"), "points");
  while (a.next() && b.next()) EXPECT_EQ(a.text("length_ps"), b.text("length_ps"));
}

TEST_F(Retile, ACompiledProgramCannotBeRetiled) {
  const auto result = run({"whatif", tests::source_dir() + "/traces/lprnet_bm1684x_int8_1b.bmodel.zst", "--retile",
                           "--vary", "tiu.lanes=32,64"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("E-SWEEP-RETILE"), std::string::npos) << result.err;
  EXPECT_NE(run({"whatif", "network:none", "--retile", "--vary", "tiu.lanes=32"}).err.find("E-NETWORK-NAME"),
            std::string::npos);
}

/// The first column of the first row.
std::int64_t ask(const std::string& file, const std::string& query) {
  sqlite3* database = nullptr;
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_prepare_v2(database, query.c_str(), -1, &statement, nullptr), SQLITE_OK) << query;
  const std::int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return value;
}

TEST_F(Retile, RowsOfLayersSumToThePoint) {
  for (const char* jobs : {"1", "2"})
    ASSERT_EQ(sweep({"--layers", "--jobs", jobs, "--out", path(std::string("layers") + jobs)}).exit_code, 0);
  EXPECT_TRUE(bytes(path("layers1")) == bytes(path("layers2")));
  const std::string file = path("layers1");
  EXPECT_GT(ask(file, "SELECT count(DISTINCT name) FROM layer"), 20);
  EXPECT_EQ(ask(file, "SELECT count(DISTINCT point) FROM layer"), 6) << "points that do not fit have none";
  for (const char* column : {"tiu_busy_ps", "gdma_busy_ps", "s2l_bytes", "l2s_bytes", "s2s_bytes"})
    EXPECT_EQ(ask(file, std::string("SELECT count(*) FROM point p WHERE status = 'ok' AND ") + column +
                            " != (SELECT sum(" + column + ") FROM layer WHERE point = p.number)"),
              0)
        << column;
  EXPECT_EQ(ask(file,
                "SELECT count(*) FROM point p WHERE status = 'ok' AND (SELECT sum(critical_ps) FROM layer WHERE point "
                "= p.number) > p.length_ps"),
            0);
  // A sweep that goes on keeps them.
  const std::string before = bytes(file);
  ASSERT_EQ(sweep({"--layers", "--jobs", "1", "--out", file}).exit_code, 0);
  EXPECT_TRUE(bytes(file) == before);
}

}  // namespace
}  // namespace bmemu::harness
