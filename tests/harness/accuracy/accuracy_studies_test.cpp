// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Ranks, baselines, ratios and known changes: what the accuracy page compares predictions with.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness/accuracy/columns.h"
#include "harness/accuracy/known_changes.h"
#include "harness/accuracy/ratios.h"
#include "harness/output/csv_table.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "kernels/command_list.h"
#include "tests/folders.h"

namespace bmemu::harness {
namespace {

TEST(RankCorrelation, ByHand) {
  EXPECT_DOUBLE_EQ(rank_correlation({1, 20, 300}, {5, 6, 7}), 1);
  EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 3}, {9, 8, 1}), -1);
  EXPECT_DOUBLE_EQ(rank_correlation({1, 2, 3, 4}, {1, 3, 2, 4}), 0.8);
  EXPECT_NEAR(rank_correlation({1, 1, 2}, {1, 2, 3}), 0.8660254, 1e-7);  // the first two share rank 0.5
  EXPECT_EQ(rank_correlation({1, 1}, {1, 2}), 0);
}

TEST(Baselines, PeaksAreTheStatedOnes) {
  const auto tops = [](const char* chip, const char* type) {
    const isa::ChipSpec spec = isa::load_chip(chip);
    return 2 * peak_macs_per_cycle(type, spec) * spec.tiu.clock_mhz / 1e6;
  };
  EXPECT_NEAR(tops("bm1684", "int8"), 17.6, 0.5);
  EXPECT_NEAR(tops("bm1684", "fp32"), 2.2, 0.1);
  EXPECT_NEAR(tops("bm1684x", "int8"), 32, 1);
  EXPECT_NEAR(tops("bm1684x", "fp16"), 16, 0.5);
  EXPECT_NEAR(tops("bm1684x", "fp32"), 2, 0.1);
}

TEST(Baselines, WorkOfAHandMadeProgram) {
  isa::bm1684x::Conv conv;
  conv.cmd_short = 1;
  conv.opd0_prec = 2;
  conv.res0_n = 1;
  conv.res0_c = 64;
  conv.res0_h = conv.res0_w = 32;
  conv.opd0_c = 16;
  conv.opd1_h = conv.opd1_w = 3;
  isa::bm1684x::Sfu exponent;
  exponent.cmd_short = 1;
  exponent.tsk_eu_typ = 17;
  exponent.res0_n = 2;
  exponent.res0_c = exponent.res0_h = exponent.res0_w = 10;
  isa::bm1684x::DmaTensor load;
  load.nchw_copy = 1;
  load.src_data_format = 2;
  load.src_nsize = load.src_csize = load.src_hsize = load.dst_nsize = load.dst_csize = load.dst_hsize = 1;
  load.src_wsize = load.dst_wsize = 100;
  load.src_start_addr_h8 = 1;
  load.dst_start_addr_l32 = 0x08000000;
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(isa::bm1684x::TiuInstruction(conv));
  list.add(isa::bm1684x::TiuInstruction(exponent));
  list.add(isa::bm1684x::GdmaInstruction(load));
  const isa::ChipSpec chip = isa::load_chip("bm1684x");
  const ProgramWork work = work_of(list.finish("hand-made"), chip);
  EXPECT_DOUBLE_EQ(work.peak_ms, 64 * 32 * 32 * 16 * 9 / 1024.0 / 1e6);
  EXPECT_DOUBLE_EQ(work.elements, 2000);
  EXPECT_DOUBLE_EQ(work.table_results, 2000);
  EXPECT_DOUBLE_EQ(work.dma_bytes, 400);
  EXPECT_DOUBLE_EQ(roofline_ms(work, chip), work.peak_ms);
  EXPECT_DOUBLE_EQ(roofline_ms({0, 64e6, 0, 0}, chip), 1);
}

TEST(Baselines, WorkOfReferenceProgramsIsThatOfTheirNetworks) {
  const std::string folder = tests::reference_dir() + "/bmodels/";
  if (!std::filesystem::exists(folder + "index.csv")) BMEMU_SKIP_WITHOUT_REFERENCE("no reference programs");
  CsvTable table(folder + "index.csv", "a table of programs");
  int checked = 0;
  while (table.next()) {
    const double images = table.number("gflops_per_image") * table.number("batch");
    // Attention multiplies in 16 bits even here: its work is no multiple of one peak.
    if (table.text("dtype") != "fp32" || images == 0 ||
        matrix_share(isa::load_program(isa::BModel::open(folder + table.text("file")))) > kTransformerShare)
      continue;
    const isa::ChipSpec chip = isa::load_chip(table.text("chip"));
    const ProgramWork work = work_of(isa::load_program(isa::BModel::open(folder + table.text("file"))), chip);
    const double gflop = 2 * work.peak_ms * peak_macs_per_cycle("fp32", chip) * chip.tiu.clock_mhz / 1e6;
    EXPECT_NEAR(gflop / images, 1, 0.1) << table.text("file");
    ++checked;
  }
  EXPECT_GT(checked, 25);
}

PublishedRow row_of(const std::string& network, const std::string& chip, const std::string& type, int batch,
                    double ms) {
  PublishedRow row;
  row.network = network;
  row.chip = chip;
  row.type = type;
  row.batch = batch;
  row.published_ms = ms;
  return row;
}

TEST(Baselines, TheLinearModelFindsTimesThatAreLinearAndDoesNotSeeTheNetworkItself) {
  std::vector<PublishedRow> rows;
  std::vector<ProgramWork> work;
  for (int i = 0; i < 9; ++i) {
    work.push_back({1.0 + i % 3, 1e6 * (1 + i * i % 5), 2e6 * (i % 4), 0});
    const double ms = 2 * work.back().peak_ms + 3 * work.back().dma_bytes / 1e6 + 0.5 + work.back().elements / 1e6;
    rows.push_back(row_of("n" + std::to_string(i), "bm1684x", "fp32", 1, ms));
  }
  const auto fitted = linear_model_ms(rows, work);
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_NEAR(fitted[i], rows[i].published_ms, 1e-9);
  rows[0].published_ms *= 10;  // moves the other rows, not its own
  const auto changed = linear_model_ms(rows, work);
  EXPECT_NEAR(changed[0], fitted[0], 1e-9);
  EXPECT_GT(std::abs(changed[1] - fitted[1]), 1e-3);
  rows.resize(4);
  work.resize(4);
  EXPECT_EQ(linear_model_ms(rows, work)[0], 0) << "three rows cannot give four numbers";
}

CalibratedChip chip_of(const std::string& name, const std::vector<PublishedRow>& rows,
                       const std::vector<double>& held_out) {
  CalibratedChip chip;
  chip.rows = rows;
  chip.calibration.chip = isa::load_chip(name);
  for (const double ms : held_out) {
    chip.calibration.rows.emplace_back();
    chip.calibration.rows.back().in_sample_ms = chip.calibration.rows.back().held_out_ms = ms;
  }
  chip.work.assign(rows.size(), {1, 1, 100, 0});
  return chip;
}

TEST(Ratios, OfChipsAndOfBatches) {
  const auto newer =
      chip_of("bm1684x", {row_of("a", "bm1684x", "fp32", 1, 6), row_of("b", "bm1684x", "fp32", 1, 9.8)}, {11, 9});
  auto older = chip_of("bm1684",
                       {row_of("a", "bm1684", "fp32", 1, 10), row_of("b", "bm1684", "fp32", 1, 10),
                        row_of("a", "bm1684", "int8", 1, 4), row_of("a", "bm1684", "int8", 4, 5)},
                       {10, 10, 4, 6});
  const auto chips = chip_ratios({newer, older});
  ASSERT_EQ(chips.size(), 2U);
  EXPECT_DOUBLE_EQ(chips[0].published, 0.6);
  EXPECT_DOUBLE_EQ(chips[0].predicted, 1.1);
  EXPECT_TRUE(chips[0].counts);
  EXPECT_FALSE(chips[1].counts) << "published 0.98 is a tie";
  EXPECT_NE(ratio_section({newer, older}).find("0 of 1 networks"), std::string::npos);
  const auto batches = batch_ratios({newer, older});
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_DOUBLE_EQ(batches[0].published, 1.25);
  EXPECT_DOUBLE_EQ(batches[0].predicted, 1.5);
  EXPECT_TRUE(batches[0].counts);
  older.work[3].table_results = 50;
  EXPECT_FALSE(batch_ratios({newer, older})[0].counts) << "half of the elements come from tables";
}

TEST(KnownChanges, AVerdictNeedsAnExpectationAndTwoTimes) {
  KnownChange change;
  change.expected = "slower";
  EXPECT_FALSE(change.has_verdict());
  change.ratio = 1.001;
  EXPECT_TRUE(change.has_verdict());
  EXPECT_FALSE(change.is_right());
  change.ratio = 1.01;
  EXPECT_TRUE(change.is_right());
  change.expected = "faster";
  EXPECT_FALSE(change.is_right());
  change.expected = "equal";
  EXPECT_FALSE(change.is_right());
  change.ratio = 0.999;
  EXPECT_TRUE(change.is_right());
}

TEST(KnownChanges, ReadsATableAndRunsItsPrograms) {
  const auto folder = std::filesystem::temp_directory_path() / ("bmemu_pairs_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  for (const char* name : {"lenet_bm1684x_int8.bmodel.zst", "cnna_bm1684x_int8.bmodel.zst"})
    std::filesystem::copy_file(tests::source_dir() + "/traces/" + name, folder / name);
  const std::string path = (folder / "pairs.csv").string();
  std::ofstream(path) << "pair,file_a,file_b,chip,dtype,network,change_class,expected,batch_a,batch_b,compiler_a,"
                         "compiler_b,vendor_estimate_a_ms,vendor_estimate_b_ms,run_args_b\n"
                         "p1,lenet_bm1684x_int8.bmodel.zst,cnna_bm1684x_int8.bmodel.zst,bm1684x,int8,x,network,"
                         "slower_per_frame,4,1,1,2,2,3,\n"
                         "p2,lenet_bm1684x_int8.bmodel.zst,lenet_bm1684x_int8.bmodel.zst,bm1684x,int8,x,product,"
                         "slower,1,1,1,1,2,2,--product SC7-HP75\n";
  isa::ChipSpec chip = isa::load_chip("bm1684x");
  chip.launch.overhead_us = 0;
  const auto changes = known_changes(path, {chip});
  std::ofstream(path, std::ios::app) << "p3,lenet_bm1684x_int8.bmodel.zst,lenet_bm1684x_int8.bmodel.zst,bm1684x,int8,"
                                        "x,product,slower,1,1,1,1,2,2,--weather bad\n";
  EXPECT_THROW(known_changes(path, {chip}), Error);
  std::filesystem::remove_all(folder);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_GT(changes[1].ratio, 1.1) << "three quarters of the clock, and no launch there either";
  EXPECT_LT(changes[1].ratio, 1.34);
  EXPECT_DOUBLE_EQ(changes[0].vendor_ratio, 1.5);
  EXPECT_GT(changes[0].ratio, 2) << "about as long, for a quarter of the images";
  EXPECT_NE(known_changes_section(changes).find("2 of 2"), std::string::npos);
}

TEST(KnownChanges, PredictionsMoveAsExpectedInTheReferencePairs) {
  const std::string table = tests::reference_dir() + "/regressions/index.csv";
  if (!std::filesystem::exists(table)) BMEMU_SKIP_WITHOUT_REFERENCE("no reference pairs");
  int verdicts = 0, unseen = 0;
  for (const auto& change : known_changes(table, {isa::load_chip("bm1684"), isa::load_chip("bm1684x")})) {
    if (!change.has_verdict()) continue;
    ++verdicts;
    if (change.is_right()) continue;
    ++unseen;
    EXPECT_NEAR(change.ratio, 1, 0.002) << "the wrong way: " << change.name << " " << change.change;
  }
  EXPECT_GE(verdicts, 18);
  EXPECT_LE(unseen, 1) << "one more addition in a program of 0.8 ms is below what can be told apart";
}

}  // namespace
}  // namespace bmemu::harness
