// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/page.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/harness/fake_run.h"

namespace bmemu::harness {
namespace {

std::string page_of(FakeRun& run) {
  Measurement measurement;
  run.tell(measurement.listeners());
  std::ostringstream out;
  write_page(measurement.run(), out);
  return out.str();
}

TEST(Page, HoldsItsDataAndNeedsNothingFromTheNetwork) {
  FakeRun run;
  const std::string page = page_of(run);
  for (const char* forbidden : {"http://", "https://", "src=", "@import", "/*DATA*/", "/*STYLE*/", "/*SCRIPT*/"})
    EXPECT_EQ(page.find(forbidden), std::string::npos) << forbidden;
  const std::string mark = "const data = ";
  const auto at = page.find(mark) + mark.size();
  const auto data = nlohmann::json::parse(page.substr(at, page.find(";\n", at) - at));
  EXPECT_EQ(data["result"]["schema"], "bmemu.run/1");
  EXPECT_EQ(data["gdma"]["begin"], nlohmann::json({10, 30, 50}));
  EXPECT_EQ(data["gdma"]["duration"], nlohmann::json({30, 20, 30}));
  EXPECT_EQ(data["gdma"]["critical"], nlohmann::json({1, 0, 1}));
  EXPECT_EQ(data["gdma"]["layer"], nlohmann::json({0, 1, -1}));
  EXPECT_EQ(data["tiu"]["begin"], nlohmann::json({40, 30}));
  EXPECT_EQ(data["layer_spans"][1], nlohmann::json({40, 90}));
  EXPECT_EQ(data["tiu"]["waited_for"], nlohmann::json({1, 0}));
  EXPECT_EQ(data["gdma"]["waited_for"], nlohmann::json({0, 0, 2}));
  EXPECT_EQ(data["causes"].size(), emulator::kCauseCount);
  for (const char* engine : {"tiu", "gdma"})
    for (const auto& stack : data[engine]["stack"]) EXPECT_LT(stack.get<std::size_t>(), data["stacks"].size());
}

TEST(Page, ALoadIsCountedWithTheLayerThatReadsIt) {
  FakeRun run;
  Measurement measurement;
  run.tell(measurement.listeners());
  harness::Run measured = measurement.take();
  auto& layers = measured.result.layers;
  layers[0].kind = "tpu.Load";
  const NetworkTensor loaded{"loaded", {1, 8}, "si8"};
  NetworkOperator load, reader;
  load.name = layers[0].name;
  load.kind = "Load";
  load.operands = {{"weight", {1, 8}, "si8"}};
  load.results = {loaded};
  reader.name = layers[1].name;
  reader.kind = short_kind(layers[1].kind);
  reader.operands = {loaded};
  reader.results = {{"out", {1, 4}, "si8"}};
  measured.network.operators = {load, reader};
  std::ostringstream out;
  write_page(measured, out);
  const std::string page = out.str();
  const auto at = page.find("const data = ") + 13;
  const auto data = nlohmann::json::parse(page.substr(at, page.find(";\n", at) - at));
  EXPECT_EQ(data["served_layer"][0], 1);
  EXPECT_EQ(data["served_layer"][1], 1);
  EXPECT_EQ(data["served_active_ns"][0], 0);
  EXPECT_EQ(data["served_active_ns"][1], 80);  // 10..90
  EXPECT_EQ(data["layer_shapes"][1], "si8[1x8] -> si8[1x4]");
}

TEST(Page, ANameCannotEndTheScript) {
  FakeRun run;
  run.program().layers.names[0] = "</script><b>";
  const std::string page = page_of(run);
  const auto at = page.find("const data = ");
  EXPECT_EQ(page.substr(at, page.find(";\n", at) - at).find("</script>"), std::string::npos);
}

}  // namespace
}  // namespace bmemu::harness
