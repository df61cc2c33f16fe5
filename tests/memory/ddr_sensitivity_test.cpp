// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Every parameter of the DDR model moves some result; equal runs give equal answers.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "isa/error.h"
#include "memory/ddr.h"
#include "tests/memory/test_chip.h"

namespace bmemu::memory {
namespace {

/// A mix of requests with idle time, conflicts, turnarounds and refreshes.
std::vector<Service> workload(const isa::ChipSpec& chip) {
  const auto ddr = make_ddr_timing(chip);
  std::vector<Service> result;
  Picoseconds now = 0;
  for (int round = 0; round < 3; ++round)
    for (const auto& p : {contiguous(100), contiguous(1 << 20), strided(64, 300, 131072), strided(64, 300, 16384),
                          strided(100, 700, 12544, 32), strided(2048, 64, 4160), contiguous(5000, 1 << 22)})
      for (const Access access : {Access::kRead, Access::kWrite, Access::kWrite}) {
        result.push_back(ddr->when(now, p, access));
        now = result.back().end + (round == 1 ? 1'700'000 : 0);
      }
  return result;
}

bool differ(const std::vector<Service>& a, const std::vector<Service>& b) {
  return !std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Service& x, const Service& y) {
    return x.start == y.start && x.end == y.end && x.by_rule == y.by_rule;
  });
}

TEST(DdrSensitivity, EveryParameterMovesSomeResult) {
  int parameters = 0;
  for (const isa::Parameter& parameter : isa::chip_parameters()) {
    if (parameter.key.substr(0, 4) != "ddr.") continue;
    ++parameters;
    bool moved = false;
    for (const std::int64_t detail : {0, 1}) {
      isa::ChipSpec chip = test_chip();
      chip.ddr.detail = detail;
      const auto before = workload(chip);
      std::vector<double> others = {0.5 * value(parameter, chip), 2 * value(parameter, chip)};
      if (parameter.key == "ddr.detail") others = {static_cast<double>(1 - detail)};
      for (const double other : others) {
        if (other < parameter.minimum || other > parameter.maximum) continue;
        isa::ChipSpec changed = chip;
        set_value(changed, parameter, other);
        moved = moved || differ(before, workload(changed));
      }
    }
    EXPECT_TRUE(moved) << parameter.key << " does nothing";
  }
  EXPECT_GE(parameters, 19);
}

TEST(DdrSensitivity, EqualRequestsGetEqualAnswers) {
  for (const std::int64_t detail : {0, 1}) {
    isa::ChipSpec chip = test_chip();
    chip.ddr.detail = detail;
    EXPECT_FALSE(differ(workload(chip), workload(chip)));
  }
}

TEST(DdrSensitivity, AtBothLevelsRequestsStartInTimeAndPartsAddUp) {
  for (const std::int64_t detail : {0, 1}) {
    isa::ChipSpec chip = test_chip();
    chip.ddr.detail = detail;
    for (const Service& service : workload(chip)) {
      EXPECT_EQ(sum(service), service.end - service.start);
      EXPECT_GT(service.end, service.start);
    }
  }
}

TEST(DdrSensitivity, AnInconsistentChipIsRefused) {
  isa::ChipSpec chip = test_chip();
  chip.ddr.row_bytes = 4100;
  try {
    BankedDdr ddr(chip);
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-CHIP-CONSISTENCY");
  }
}

TEST(DdrMap, NeighbouringGranulesLieInNeighbouringControllersAndRowsInNeighbouringBanks) {
  const DdrMap map(test_chip().ddr);
  EXPECT_EQ(map.period_bytes(), 128U * 1024);
  const DdrPlace first = map.place(isa::kDdrBase);
  EXPECT_EQ(first.controller, 0U);
  EXPECT_EQ(map.place(isa::kDdrBase + 4095).controller, 0U);
  for (unsigned i = 0; i < 8; ++i) EXPECT_EQ(map.place(isa::kDdrBase + i * 4096).controller, i % 4);
  for (unsigned i = 0; i < 16; ++i) {
    const DdrPlace place = map.place(isa::kDdrBase + i * 4 * 4096);
    EXPECT_EQ(place.bank, (first.bank + i) % 8);
    EXPECT_EQ(place.row, first.row + (first.bank + i) / 8);
    EXPECT_EQ(place.burst, first.burst + i * 64);
  }
}

}  // namespace
}  // namespace bmemu::memory
