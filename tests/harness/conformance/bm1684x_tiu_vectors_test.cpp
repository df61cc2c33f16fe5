// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Single-command vectors of the BM1684X TIU, byte for byte: all of the reference data, and the selection that comes
// with the project for every chip and engine.
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/conformance/conformance.h"
#include "tests/folders.h"

namespace bmemu::harness {
namespace {

ConformanceReport reference(std::optional<VectorKind> kind) {
  ConformanceOptions options;
  options.path = tests::reference_dir() + "/vectors";
  options.family = isa::Family::kBm1684x;
  options.engine = isa::Engine::kTiu;
  options.kind = kind;
  options.list_failures = 3;
  return run_conformance(options);
}

bool has_reference() { return std::filesystem::exists(tests::reference_dir() + "/vectors"); }

std::string first_failure(const ConformanceReport& report) {
  return report.failures.empty() ? "" : report.failures.front();
}

TEST(Bm1684xTiuVectors, CompiledCommandsAreExact) {
  if (!has_reference()) BMEMU_SKIP_WITHOUT_REFERENCE("no reference vectors in " << tests::reference_dir());
  for (const VectorKind kind : {VectorKind::kReal, VectorKind::kRandom}) {
    const auto report = reference(kind);
    EXPECT_EQ(report.total().records, kind == VectorKind::kReal ? 170U : 284U);
    EXPECT_EQ(report.total().exact, report.total().records) << first_failure(report);
  }
}

/// Refused records: see docs/limits.md.
TEST(Bm1684xTiuVectors, NoCommandGivesOtherBytes) {
  if (!has_reference()) BMEMU_SKIP_WITHOUT_REFERENCE("no reference vectors in " << tests::reference_dir());
  const auto report = reference(std::nullopt);
  const auto total = report.total();
  EXPECT_EQ(total.records, 2014U);
  EXPECT_EQ(total.close + total.different, 0U) << first_failure(report);
  EXPECT_GE(total.exact, 2008U);
}

TEST(Bm1684xTiuVectors, OperandViewsNameEveryWrittenByte) {
  if (!has_reference()) BMEMU_SKIP_WITHOUT_REFERENCE("no reference vectors in " << tests::reference_dir());
  const auto report = reference(std::nullopt);
  for (const auto& row : report.rows) EXPECT_EQ(row.views_short, 0U) << row.operation;
}

TEST(SelectedVectors, OfEveryChipAndEngineAreExact) {
  ConformanceOptions options;
  options.path = tests::source_dir() + "/tests/data/vectors";
  options.list_failures = 3;
  for (const auto cpu : emulator::cpu_paths()) {
    options.host.cpu = cpu;
    const auto report = run_conformance(options);
    EXPECT_GT(report.total().records, 200U);
    EXPECT_EQ(report.total().exact, report.total().records) << name(cpu) << ": " << first_failure(report);
  }
}

}  // namespace
}  // namespace bmemu::harness
