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
  write_page(measurement.result(), measurement.log(), out);
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
