// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu layers`, and the man page, which names every command.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/folders.h"
#include "tests/harness/cli_run.h"
#include "tests/harness/test_folder.h"

namespace bmemu::harness {
namespace {

const std::string kTraces = tests::source_dir() + "/traces/";
const std::string kProgram = "lprnet_bm1684x_int8_1b";

class LayersCommand : public FolderTest {};

TEST_F(LayersCommand, SaysWhichMapIsUsedAndWhatIsInIt) {
  const auto json = nlohmann::json::parse(run({"layers", kTraces + kProgram + ".bmodel.zst", "--json"}).out);
  EXPECT_EQ(json["schema"], "bmemu.layers/1");
  EXPECT_EQ(json["layer_map"], kTraces + kProgram + ".json.zst");
  EXPECT_GT(json["layers"].get<int>(), 50);
  std::uint64_t commands = 0;
  for (const auto& kind : json["kinds"])
    commands += kind["tiu_commands"].get<std::uint64_t>() + kind["gdma_commands"].get<std::uint64_t>();
  EXPECT_EQ(commands, json["commands_with_layer"].get<std::uint64_t>());
  EXPECT_LE(commands, json["commands"].get<std::uint64_t>());
  EXPECT_GT(commands + 10, json["commands"].get<std::uint64_t>()) << "all but end commands and the like";
  const auto text = run({"layers", kTraces + kProgram + ".bmodel.zst"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_NE(text.out.find("tpu.Conv2D"), std::string::npos);
}

TEST_F(LayersCommand, SaysHowToGetAMapWhereThereIsNone) {
  const std::string program = copy(kTraces + kProgram + ".bmodel.zst", "p.bmodel.zst");
  const auto none = run({"layers", program});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_NE(none.out.find("no layer map was found"), std::string::npos) << none.out;
  EXPECT_NE(none.out.find("model_deploy.py"), std::string::npos);
  EXPECT_EQ(run({"layers"}).exit_code, 0);
  EXPECT_NE(none.out.find(run({"layers"}).out), std::string::npos);
  EXPECT_NE(run({"run", program}).out.find("`bmemu layers`"), std::string::npos);
  EXPECT_EQ(run({"layers", program, "--layers", kTraces + kProgram + ".json.zst"}).exit_code, 0);
}

TEST_F(LayersCommand, SaysWhyAMapIsNotUsed) {
  const std::string program = copy(kTraces + kProgram + ".bmodel.zst", "p.bmodel.zst");
  copy(kTraces + "yolov5s_bm1684x_int8_4b.json.zst", "p.json.zst");
  const auto result = run({"layers", program});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out.rfind("not used: ", 0), 0U) << result.out;
  EXPECT_NE(result.out.find("E-LAYERS-RANGE"), std::string::npos) << result.out;
}

TEST(ManPage, NamesEveryCommand) {
  std::ifstream file(tests::source_dir() + "/docs/man/bmemu.1");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string help = run({"--help"}).out;
  std::istringstream lines(help.substr(help.find("Subcommands:")));
  std::string line;
  std::getline(lines, line);
  int commands = 0;
  while (std::getline(lines, line) && line.rfind("  ", 0) == 0) {
    const std::string name = line.substr(2, line.find(' ', 2) - 2);
    EXPECT_TRUE(page.find(".BI \"" + name + " ") != std::string::npos ||
                page.find(".B " + name + "\n") != std::string::npos)
        << name;
    ++commands;
  }
  EXPECT_GT(commands, 10);
}

}  // namespace
}  // namespace bmemu::harness
