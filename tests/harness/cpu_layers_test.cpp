// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Layers on the host's CPU between sub-networks of the chip: programs from end to end, against the vendor's runtime.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/cpu_layers/cpu_layer.h"
#include "harness/tensor/npy.h"
#include "tests/error_of.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"
#include "tests/harness/test_folder.h"

namespace bmemu::harness {
namespace {

const std::string kData = tests::source_dir() + "/tests/data/cpu_layers/";

/// The arrays "NAME.tensor" of an archive.
std::vector<Array> arrays_of(const std::string& archive, const std::string& name) {
  std::vector<Array> arrays;
  for (Array& array : read_arrays(kData + archive)) {
    if (array.name.rfind(name + ".", 0) != 0) continue;
    array.name.erase(0, name.size() + 1);
    arrays.push_back(std::move(array));
  }
  return arrays;
}

class CpuLayers : public FolderTest, public ::testing::WithParamInterface<const char*> {
 protected:
  CliResult run_case(const std::string& name) const {
    write_arrays(path("in.npz"), arrays_of("inputs.npz", name));
    return run(
        {"run", kData + name + ".bmodel.zst", "--input", path("in.npz"), "--output", path("out.npz"), "--json", "-"});
  }
};

TEST_P(CpuLayers, GiveWhatTheRuntimeGives) {
  const CliResult result = run_case(GetParam());
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["left_out"].size(), 1U) << "its time is not counted";
  EXPECT_TRUE(json["values_end"].is_null());
  const auto outputs = read_arrays(path("out.npz"));
  for (const Array& wanted : arrays_of("outputs.npz", GetParam())) {
    const Array* found = find_array(outputs, wanted.name);
    ASSERT_NE(found, nullptr) << wanted.name;
    ASSERT_LE(wanted.bytes.size(), found->bytes.size());
    EXPECT_TRUE(std::equal(wanted.bytes.begin(), wanted.bytes.end(), found->bytes.begin())) << wanted.name;
    EXPECT_TRUE(std::all_of(found->bytes.begin() + std::ptrdiff_t(wanted.bytes.size()), found->bytes.end(),
                            [](std::uint8_t byte) { return byte == 0; }));
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, CpuLayers,
                         ::testing::Values("topk_end", "topk_mid", "tie_a", "argsort", "gatherel", "gathernd", "nms2",
                                           "nms3", "grid", "grid_bb1", "grid_nz0", "grid_br0", "grid_nr1", "scat"));

class UnknownCpuLayer : public CpuLayers {};

TEST_P(UnknownCpuLayer, EndsTheValues) {
  const CliResult result = run_case(GetParam());
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["values_end"].get<std::string>().rfind("before sub-network 1, on the host's CPU: ", 0), 0U);
}

INSTANTIATE_TEST_SUITE_P(Programs, UnknownCpuLayer, ::testing::Values("roi", "gnd1"));

class LeftOutPart : public FolderTest {};

TEST_F(LeftOutPart, IsNamedByComparisonsAndSweeps) {
  const std::string program = kData + "topk_mid.bmodel.zst";
  const std::string part = "sub-network 1, on the host's CPU: top-k";
  const CliResult compared = run({"compare", program, program, "--set-b", "gdma.clock_mhz=500", "--json",
                                  path("c.json"), "--markdown", path("c.md"), "--html", path("c.html")});
  ASSERT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_NE(compared.out.find("left out of A: " + part), std::string::npos) << compared.out;
  EXPECT_NE(read("c.md").find("left out of B: " + part), std::string::npos);
  const auto json = nlohmann::json::parse(read("c.json"));
  for (const char* side : {"a", "b"}) EXPECT_EQ(json[side]["left_out"][0]["id"], "E-BMODEL-CPU-LAYER");
  EXPECT_NE(read("c.html").find("\"left_out\":[{"), std::string::npos);

  const CliResult swept = run({"whatif", program, "--vary", "gdma.clock_mhz=500,575", "--jobs", "1", "--csv",
                               path("w.csv"), "--report", path("w.html")});
  ASSERT_EQ(swept.exit_code, 0) << swept.err;
  const std::string line = "Left out of topk_mid.bmodel.zst: " + part;
  EXPECT_NE(swept.out.find(line), std::string::npos) << swept.out;
  EXPECT_EQ(read("w.csv").rfind("# " + line, 0), 0U);
  EXPECT_NE(read("w.html").find(line), std::string::npos);
}

TEST(CpuLayer, IsRefusedWithStrict) {
  const CliResult result = run({"run", kData + "gatherel.bmodel.zst", "--strict"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err.rfind("bmemu: E-BMODEL-CPU-LAYER", 0), 0U) << result.err;
}

/// Gather elements of [1, 4] along the last dimension.
struct GatherElements {
  static isa::TensorInfo tensor(isa::DataType type, std::uint64_t width) {
    isa::TensorInfo info;
    info.type = type;
    info.shape = {1, width};
    info.bytes = 4 * width;
    return info;
  }
  static Array array(ArrayType type, std::vector<std::uint8_t> bytes) {
    return {"a", type, {1, bytes.size() / 4}, std::move(bytes)};
  }
  CpuLayerFunction function(const std::vector<std::uint8_t>& parameters) const {
    return cpu_layer_function({29, {parameters.data(), parameters.size()}, 0},
                              {tensor(isa::DataType::kF32, 4), tensor(isa::DataType::kI32, 2)},
                              {tensor(isa::DataType::kF32, 2)});
  }
};

TEST(CpuLayer, WithParametersThatAreNotKnownIsNone) {
  const GatherElements gather;
  EXPECT_TRUE(gather.function({1, 0, 0, 0}));
  EXPECT_FALSE(gather.function({2, 0, 0, 0})) << "no such axis";
  EXPECT_FALSE(gather.function({1, 0, 0})) << "cut";
}

TEST(CpuLayer, AnIndexThatLeavesTheTensorIsAnError) {
  const auto function = GatherElements().function({1, 0, 0, 0});
  std::vector<std::uint8_t> data(16);
  for (std::size_t i = 0; i < 4; ++i) data[4 * i] = static_cast<std::uint8_t>(10 + i);
  std::vector<Array> out = {GatherElements::array(ArrayType::kF32, std::vector<std::uint8_t>(8))};
  const auto indices = [](std::uint8_t a, std::uint8_t b) {
    const std::uint8_t sign = b > 127 ? 0xFF : 0;
    return GatherElements::array(ArrayType::kI32, {a, 0, 0, 0, b, sign, sign, sign});
  };
  const Array source = GatherElements::array(ArrayType::kF32, data);
  function({source, indices(3, 1)}, out);
  EXPECT_EQ(out[0].bytes[0], 13);
  EXPECT_EQ(out[0].bytes[4], 11);
  EXPECT_EQ(error_of([&] { function({source, indices(4, 0)}, out); }), "E-CPU-LAYER-INDEX");
  EXPECT_EQ(error_of([&] { function({source, indices(0, 0xFF)}, out); }), "E-CPU-LAYER-INDEX") << "-1";
}

}  // namespace
}  // namespace bmemu::harness
