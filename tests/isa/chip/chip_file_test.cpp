// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/chip/chip_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "isa/error.h"

namespace bmemu::isa {
namespace {

class ChipFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("chip_file_" + std::to_string(getpid()) + "_" +
               std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  Error error_of(const std::string& chip, const std::string& product = "") {
    try {
      load_chip(chip, product);
    } catch (const Error& e) {
      return e;
    }
    return Error({"no error", "", "", "", ""});
  }

  Error error_of_variant(const std::string& text) {
    return error_of(write("variant.toml", "base = \"bm1684x\"\n" + text));
  }

  std::filesystem::path folder_;
};

constexpr const char* kRest = R"(, provenance = "assumed", source = "test" })";

TEST_F(ChipFile, BuiltInChipsLoadWithTheirDefaultProducts) {
  const ChipSpec old_chip = load_chip("bm1684");
  EXPECT_EQ(old_chip.family, Family::kBm1684);
  EXPECT_EQ(old_chip.product, "SE5-16");
  EXPECT_EQ(old_chip.tiu.clock_mhz, 550);
  EXPECT_EQ(old_chip.gdma.clock_mhz, 575);
  EXPECT_EQ(old_chip.tiu.eu_bytes, 128);
  EXPECT_EQ(old_chip.local_memory.bank_bytes(), 65536);
  EXPECT_EQ(old_chip.ddr.peak_gb_per_s(), 32);
  const ChipSpec chip = load_chip("bm1684x");
  EXPECT_EQ(chip.family, Family::kBm1684x);
  EXPECT_EQ(chip.product, "SE7-32");
  EXPECT_EQ(chip.tiu.clock_mhz, 1000);
  EXPECT_EQ(chip.local_memory.lane_bytes, 262144);
  EXPECT_EQ(chip.local_memory.bank_bytes(), 16384);
  EXPECT_EQ(chip.ddr.peak_gb_per_s(), 64);
}

TEST_F(ChipFile, ATextLoadsLikeTheFileThatHoldsIt) {
  const std::string text = std::string("base = \"bm1684x\"\ntiu.clock_mhz = { value = 750") + kRest + "\n";
  const ChipSpec from_text = load_chip_text(text, "variant.toml");
  const ChipSpec from_file = load_chip(write("variant.toml", text));
  EXPECT_EQ(from_text.tiu.clock_mhz, 750);
  EXPECT_EQ(from_text.name, from_file.name);
  EXPECT_EQ(from_text.product, from_file.product);
  for (const auto& parameter : chip_parameters())
    EXPECT_EQ(value(parameter, from_text), value(parameter, from_file)) << parameter.key;
  EXPECT_THROW(load_chip_text("base = 3", "variant.toml"), Error);
}

TEST_F(ChipFile, EveryParameterHasAnOriginWithSourceAndPlace) {
  for (const auto& name : chip_names()) {
    const ChipSpec chip = load_chip(name);
    EXPECT_EQ(chip.name, name);
    for (const auto& parameter : chip_parameters()) {
      ASSERT_EQ(chip.origins.count(std::string(parameter.key)), 1U) << parameter.key;
      const Origin& origin = chip.origins.at(std::string(parameter.key));
      EXPECT_FALSE(origin.source.empty()) << parameter.key;
      EXPECT_FALSE(origin.set_by.empty()) << parameter.key;
    }
  }
}

TEST_F(ChipFile, EveryProductLoadsAndImpliesItsChip) {
  std::set<std::string> chips;
  std::vector<std::string> defaults;
  for (const auto& product : products()) {
    const ChipSpec chip = load_chip("", product.name);
    EXPECT_EQ(chip.name, product.chip);
    EXPECT_EQ(chip.product, product.name);
    EXPECT_GE(product.chips, 1);
    chips.insert(product.chip);
    if (product.is_default) defaults.push_back(product.chip);
  }
  EXPECT_EQ(defaults, std::vector<std::string>(chips.begin(), chips.end()))
      << "one default for each chip with products";
  EXPECT_EQ(products().front().name, "SE5-16") << "file order";
}

TEST_F(ChipFile, AProductOverridesTheChip) {
  const ChipSpec chip = load_chip("bm1684x", "sc7-hp75");
  EXPECT_EQ(chip.product, "SC7-HP75");
  EXPECT_EQ(chip.tiu.clock_mhz, 750);
  EXPECT_EQ(chip.origins.at("tiu.clock_mhz").set_by, "product SC7-HP75");
  EXPECT_EQ(chip.origins.at("tiu.lanes").set_by, "bm1684x.toml:7");
  EXPECT_EQ(load_chip("", "SE5-8").tiu.clock_mhz, 331.25);
  EXPECT_EQ(load_chip("", "SE5-8").origins.at("tiu.clock_mhz").provenance, Provenance::kAssumed);
}

TEST_F(ChipFile, AVariantWinsOverTheProduct) {
  const auto path = write("big.toml", std::string("base = \"bm1684x\"\n[local_memory]\nlane_bytes = { value = 524288") +
                                          kRest + "\n[tiu]\nclock_mhz = { value = 1200" + kRest);
  const ChipSpec chip = load_chip(path, "SC7-FP150");
  EXPECT_EQ(chip.name, "big");
  EXPECT_EQ(chip.product, "SC7-FP150");
  EXPECT_EQ(chip.local_memory.lane_bytes, 524288);
  EXPECT_EQ(chip.tiu.clock_mhz, 1200);
  EXPECT_EQ(chip.gdma.clock_mhz, 800);
  EXPECT_EQ(chip.origins.at("tiu.clock_mhz").set_by, "big.toml:5");
  EXPECT_EQ(load_chip(path).product, "SE7-32");
}

TEST_F(ChipFile, AVariantOfAVariantTakesThePathFromItsOwnFolder) {
  write("a.toml", std::string("base = \"bm1684\"\ntiu.lanes = { value = 32") + kRest);
  const auto path = write("b.toml", std::string("base = \"a.toml\"\nname = \"half\"\nl2.bytes = { value = 0") + kRest);
  const ChipSpec chip = load_chip(path);
  EXPECT_EQ(chip.name, "half");
  EXPECT_EQ(chip.family, Family::kBm1684);
  EXPECT_EQ(chip.tiu.lanes, 32);
  EXPECT_EQ(chip.l2.bytes, 0);
}

TEST_F(ChipFile, ASettingOverridesOneParameter) {
  ChipSpec chip = load_chip("bm1684x");
  apply_setting(chip, "tiu.clock_mhz=875.5");
  apply_setting(chip, "tiu.lanes=32");
  EXPECT_EQ(chip.tiu.clock_mhz, 875.5);
  EXPECT_EQ(chip.tiu.lanes, 32);
  EXPECT_EQ(chip.origins.at("tiu.clock_mhz").set_by, "--set");
  EXPECT_EQ(chip.origins.at("tiu.clock_mhz").provenance, Provenance::kAssumed);
}

TEST_F(ChipFile, WrongSettingsAreErrorsAndChangeNothing) {
  ChipSpec chip = load_chip("bm1684x");
  const auto id = [&](const std::string& setting) {
    try {
      apply_setting(chip, setting);
    } catch (const Error& e) {
      EXPECT_NE(e.place().find(setting), std::string::npos);
      return e.id();
    }
    return std::string("no error");
  };
  EXPECT_EQ(id("tiu.clock_mhz"), "E-CHIP-SETTING");
  EXPECT_EQ(id("=5"), "E-CHIP-SETTING");
  EXPECT_EQ(id("tiu.clock_mhz="), "E-CHIP-SETTING");
  EXPECT_EQ(id("tiu.clock=5"), "E-CHIP-KEY");
  EXPECT_EQ(id("tiu.clock_mhz=5 GHz"), "E-CHIP-TYPE");
  EXPECT_EQ(id("tiu.clock_mhz=nan"), "E-CHIP-RANGE");
  EXPECT_EQ(id("tiu.clock_mhz=-5"), "E-CHIP-RANGE");
  EXPECT_EQ(id("tiu.lanes=2.5"), "E-CHIP-TYPE");
  EXPECT_EQ(id("tiu.lanes=129"), "E-CHIP-RANGE");
  EXPECT_EQ(chip.tiu.clock_mhz, 1000);
  EXPECT_EQ(chip.tiu.lanes, 64);
}

TEST_F(ChipFile, AnUnknownChipIsAnErrorThatListsTheChips) {
  const Error e = error_of("bm1688");
  EXPECT_EQ(e.id(), "E-CHIP-NAME");
  EXPECT_NE(e.legal().find("bm1684, bm1684x"), std::string::npos);
  EXPECT_EQ(error_of("").id(), "E-CHIP-NAME");
}

TEST_F(ChipFile, AMissingFileIsAnError) { EXPECT_EQ(error_of((folder_ / "none.toml").string()).id(), "E-CHIP-FILE"); }

TEST_F(ChipFile, BrokenTomlIsAnErrorWithItsLine) {
  const Error e = error_of_variant("[tiu\n");
  EXPECT_EQ(e.id(), "E-CHIP-SYNTAX");
  EXPECT_NE(e.place().find("variant.toml line 2"), std::string::npos) << e.what();
}

TEST_F(ChipFile, AnUnknownKeyIsAnErrorThatNamesFileLineAndASimilarKey) {
  const Error e = error_of_variant(std::string("[tiu]\nclock_ghz = { value = 1") + kRest);
  EXPECT_EQ(e.id(), "E-CHIP-KEY");
  EXPECT_NE(e.place().find("variant.toml line 3"), std::string::npos) << e.what();
  EXPECT_EQ(e.value(), "tiu.clock_ghz");
  EXPECT_NE(e.legal().find("tiu.clock_mhz"), std::string::npos) << e.what();
  EXPECT_EQ(error_of_variant("[npu]\n").id(), "E-CHIP-KEY");
}

TEST_F(ChipFile, AMissingKeyIsAnErrorThatNamesIt) {
  const Error e = error_of(write("full.toml", std::string("family = \"bm1684\"\n[tiu]\nlanes = { value = 64") + kRest));
  EXPECT_EQ(e.id(), "E-CHIP-MISSING");
  EXPECT_NE(e.value().find("tiu.clock_mhz"), std::string::npos);
}

TEST_F(ChipFile, ARecordOfAnEarlierVersionTakesWhatCameLaterFromTheBuiltInChip) {
  const std::string text =
      std::string("name = \"old\"\nfamily = \"bm1684\"\n[tiu]\nclock_mhz = { value = 700") + kRest + "\n";
  const ChipSpec record = load_recorded_chip(text, "record.toml");
  EXPECT_EQ(record.name, "old");
  EXPECT_EQ(record.tiu.clock_mhz, 700);
  const ChipSpec now = load_chip("bm1684");
  for (const auto& parameter : chip_parameters())
    if (parameter.key != "tiu.clock_mhz") {
      EXPECT_EQ(value(parameter, record), value(parameter, now)) << parameter.key;
    }
  EXPECT_EQ(record.product, "") << "not that of another clock";
  EXPECT_THROW(load_recorded_chip("name = \"old\"\n", "record.toml"), Error) << "no family";
}

TEST_F(ChipFile, ARecordOfAnEarlierVersionMayStateWhatWasRetired) {
  for (const std::string_view key : retired_parameters()) {
    EXPECT_EQ(find_parameter(key), nullptr) << key;
    const std::string group(key.substr(0, key.find('.'))), field(key.substr(key.find('.') + 1));
    std::string text = "name = \"old\"\nfamily = \"bm1684x\"\n[";
    text.append(group).append("]\n").append(field).append(" = { value = 2").append(kRest);
    EXPECT_EQ(load_recorded_chip(text, "record.toml").tiu.lanes, 64) << key;
    EXPECT_EQ(error_of(write("new.toml", text)).id(), "E-CHIP-KEY") << "in a file of today";
  }
}

TEST_F(ChipFile, ARecordOfTheBuiltInChipHasItsProduct) {
  for (const double clock_mhz : {550.0, 551.0}) {  // BM1684's
    const std::string text =
        "name = \"bm1684\"\nfamily = \"bm1684\"\n[tiu]\nclock_mhz = { value = " + std::to_string(clock_mhz) + kRest +
        "\n";
    EXPECT_EQ(load_recorded_chip(text, "record.toml").product, clock_mhz == 550 ? "SE5-16" : "");
  }
}

TEST_F(ChipFile, AnIncompleteEntryIsAnError) {
  EXPECT_EQ(error_of_variant("[tiu]\nclock_mhz = 1000").id(), "E-CHIP-ENTRY");
  EXPECT_EQ(error_of_variant("[tiu]\nclock_mhz = { value = 1000, source = \"x\" }").value(), "no provenance");
  EXPECT_EQ(error_of_variant("[tiu]\nclock_mhz = { value = 1000, provenance = \"stated\" }").value(), "no source");
  EXPECT_EQ(error_of_variant("[tiu]\nclock_mhz = { provenance = \"stated\", source = \"x\" }").value(), "no value");
  const Error e =
      error_of_variant("[tiu]\nclock_mhz = { value = 1000, provenance = \"stated\", source = \"x\", unit = \"MHz\" }");
  EXPECT_EQ(e.id(), "E-CHIP-ENTRY");
  EXPECT_EQ(e.value(), "unit");
}

TEST_F(ChipFile, AWrongTypeIsAnError) {
  EXPECT_EQ(error_of_variant(std::string("[tiu]\nclock_mhz = { value = \"fast\"") + kRest).id(), "E-CHIP-TYPE");
  EXPECT_EQ(error_of_variant(std::string("[tiu]\nlanes = { value = 63.5") + kRest).id(), "E-CHIP-TYPE");
  EXPECT_EQ(error_of_variant(std::string("[tiu]\nlanes = { value = true") + kRest).id(), "E-CHIP-TYPE");
  EXPECT_EQ(error_of_variant("[tiu]\nlanes = { value = 1, provenance = \"stated\", source = 5 }").id(), "E-CHIP-TYPE");
  EXPECT_EQ(error_of_variant("[tiu]\nlanes = { value = 1, provenance = \"stated\", source = \"\" }").id(),
            "E-CHIP-TYPE");
  EXPECT_EQ(error_of(write("v.toml", "base = 5")).id(), "E-CHIP-TYPE");
}

TEST_F(ChipFile, AValueOutOfRangeIsAnErrorThatNamesTheRange) {
  const Error e = error_of_variant(std::string("[tiu]\nlanes = { value = 129") + kRest);
  EXPECT_EQ(e.id(), "E-CHIP-RANGE");
  EXPECT_NE(e.place().find("key tiu.lanes"), std::string::npos);
  EXPECT_EQ(e.value(), "129");
  EXPECT_EQ(e.legal(), "integer 1..128");
  EXPECT_EQ(error_of_variant(std::string("[tiu]\nclock_mhz = { value = inf") + kRest).id(), "E-CHIP-RANGE");
}

TEST_F(ChipFile, AnUnknownProvenanceIsAnError) {
  const Error e = error_of_variant("[tiu]\nlanes = { value = 1, provenance = \"guessed\", source = \"x\" }");
  EXPECT_EQ(e.id(), "E-CHIP-PROVENANCE");
  EXPECT_EQ(e.legal(), "stated, derived, fitted, assumed");
}

TEST_F(ChipFile, FamilyAndBaseExcludeEachOther) {
  EXPECT_EQ(error_of(write("v.toml", "name = \"x\"")).id(), "E-CHIP-FAMILY");
  EXPECT_EQ(error_of(write("v.toml", "base = \"bm1684\"\nfamily = \"bm1684\"")).id(), "E-CHIP-FAMILY");
  EXPECT_EQ(error_of(write("v.toml", "family = \"bm1688\"")).id(), "E-CHIP-FAMILY");
}

TEST_F(ChipFile, AWrongBaseIsAnError) {
  EXPECT_EQ(error_of(write("v.toml", "base = \"bm1688\"")).id(), "E-CHIP-BASE");
  EXPECT_EQ(error_of(write("circle.toml", "base = \"circle.toml\"")).id(), "E-CHIP-BASE");
}

TEST_F(ChipFile, AProductOfTheOtherChipIsAnError) {
  const Error e = error_of("bm1684", "SE7-32");
  EXPECT_EQ(e.id(), "E-CHIP-PRODUCT");
  EXPECT_NE(e.legal().find("SE5-16"), std::string::npos);
  EXPECT_EQ(error_of("bm1684", "SE9").id(), "E-CHIP-PRODUCT");
  EXPECT_EQ(error_of("", "SE9").id(), "E-CHIP-PRODUCT");
}

TEST_F(ChipFile, BanksMustDivideTheLanesMemory) {
  EXPECT_EQ(error_of_variant(std::string("[local_memory]\nbanks = { value = 7") + kRest).id(), "E-CHIP-CONSISTENCY");
  EXPECT_EQ(error_of_variant(std::string("[local_memory]\nlane_bytes = { value = 4112") + kRest).id(),
            "E-CHIP-CONSISTENCY");
}

TEST_F(ChipFile, ExternalMemoryMustHaveWholeBurstsAndTimeBetweenRefreshes) {
  for (const char* entry : {"row_bytes = { value = 4100", "interleave_bytes = { value = 4100",
                            "t_refi_ns = { value = 316", "t_rfc_ns = { value = 3868"})
    EXPECT_EQ(error_of_variant(std::string("[ddr]\n") + entry + kRest).id(), "E-CHIP-CONSISTENCY") << entry;
}

TEST_F(ChipFile, TheCubeAndTheDmaRatesOfABm1684xCannotBeZero) {
  const char* const ending = " , provenance = \"assumed\", source = \"test\" }\n";
  for (const char* entry : {"[tiu]\ncube_pixels = { value = 0", "[gdma]\ns2l_bytes_per_cycle = { value = 0",
                            "[gdma]\ntensor_rate_ratio = { value = 0"})
    EXPECT_EQ(error_of(write("v.toml", std::string("base = \"bm1684x\"\n") + entry + ending)).id(),
              "E-CHIP-CONSISTENCY")
        << entry;
  EXPECT_NO_THROW(
      load_chip(write("v.toml", std::string("base = \"bm1684\"\n[tiu]\ncube_pixels = { value = 0") + ending)));
}

TEST_F(ChipFile, AProgramForTheOtherFamilyIsAnError) {
  const ChipSpec chip = load_chip("bm1684x");
  EXPECT_NO_THROW(check_family(chip, Family::kBm1684x, "a.bmodel"));
  try {
    check_family(chip, Family::kBm1684, "a.bmodel");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-CHIP-PROGRAM");
    EXPECT_EQ(e.place(), "a.bmodel");
  }
}

}  // namespace
}  // namespace bmemu::isa
