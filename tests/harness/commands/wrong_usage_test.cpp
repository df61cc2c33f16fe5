// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a new user does wrong, in one table over all commands: each is one line with an id, exit code 2, and nothing is
// written or changed.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "harness/tensor/npy.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"
#include "tests/harness/test_folder.h"

namespace bmemu::harness {
namespace {

const std::string kTraces = tests::source_dir() + "/traces/";

struct Usage {
  const char* words;  ///< separated by blanks; names of files in the test's folder start with @
  const char* id;
  const char* text = "";  ///< that the message holds
};

constexpr Usage kUsages[] = {
    // words
    {"", "E-USAGE", "subcommand is required"},
    {"rnu @p.bmodel.zst", "E-USAGE-COMMAND", "did you mean run?"},
    {"RUN @p.bmodel.zst", "E-USAGE-COMMAND", "run"},
    {"chips shwo", "E-USAGE-COMMAND", "did you mean show?"},
    {"@p.bmodel.zst", "E-USAGE-COMMAND"},
    {"run", "E-USAGE", "PROGRAM is required"},
    {"disasm", "E-USAGE", "PROGRAM"},
    {"conformance", "E-USAGE", "required"},
    {"calibrate", "E-USAGE", "--data"},
    {"run @p.bmodel.zst --jsno @x", "E-USAGE-OPTION", "did you mean --json?"},
    {"run @p.bmodel.zst --chp bm1684x", "E-USAGE-OPTION", "did you mean --chip?"},
    {"run @p.bmodel.zst -x", "E-USAGE-OPTION"},
    {"disasm @p.bmodel.zst --json @x", "E-USAGE-OPTION"},
    {"run @p.bmodel.zst --json", "E-USAGE", "--json"},
    {"run @p.bmodel.zst @q.bmodel.zst", "E-USAGE", "q.bmodel.zst"},
    {"run @p.bmodel.zst --stage one", "E-USAGE", "--stage"},
    {"run @p.bmodel.zst --hazards maybe", "E-USAGE", "report,error,off"},
    {"run @p.bmodel.zst --tolerance -1 --input @in.npy", "E-USAGE", "-1"},
    {"run @p.bmodel.zst --tolerance nan --input @in.npy", "E-USAGE", "nan"},
    {"run @p.bmodel.zst --input @in.npy --compare @in.npy --tolerance inf", "E-USAGE", "inf"},
    {"compare @p.bmodel.zst @p.bmodel.zst --fail-above inf", "E-COMPARE-LIMIT", "--fail-above"},
    {"compare @p.bmodel.zst @p.bmodel.zst --fail-above nan", "E-COMPARE-LIMIT", "--fail-above"},
    {"compile network:lprnet -o -", "E-RUN-OUTPUTS", "a file"},
    {"compile network:lprnet -o @p.bmodel.zst/x", "E-FILE-WRITE", "not a folder"},
    {"compile @none.onnx -o @x", "E-FILE-OPEN", "No such file"},
    {"compile @m.onnx -o @m.onnx", "E-FILE-OVERWRITE"},
    {"compile network:lprnet --dtype int8 --calibration @text --write-calibration @text -o @x", "E-FILE-OVERWRITE"},
    {"compile network:lprnet", "E-COMPILE-OUTPUT"},
    {"compile network:lprnt -o @x", "E-NETWORK-NAME", "lprnet"},
    {"compare @p.bmodel.zst", "E-USAGE", "B is required"},
    {"compare @p.bmodel.zst @folder", "E-FILE-OPEN", "a folder"},
    {"compare @p.bmodel.zst @p.bmodel.zst --json @p.bmodel.zst", "E-FILE-OVERWRITE"},
    {"compare @p.bmodel.zst @p.bmodel.zst --json @x --html @x", "E-RUN-OUTPUTS"},
    {"compare @p.bmodel.zst @p.bmodel.zst --html /dev/full", "E-FILE-WRITE", "no space left"},
    {"whatif", "E-SWEEP-DESIGN", "nothing to run"},
    {"whatif @p.bmodel.zst", "E-SWEEP-DESIGN"},
    {"whatif @p.bmodel.zst --vary ddr.rate=5", "E-CHIP-KEY", "did you mean ddr.rate_mt_per_s?"},
    {"whatif @p.bmodel.zst --vary ddr.rate_mt_per_s=5..2:3", "E-SWEEP-AXIS", "empty"},
    {"whatif @p.bmodel.zst --vary ddr.rate_mt_per_s=1000 --csv @p.bmodel.zst", "E-FILE-OVERWRITE"},
    {"whatif @p.bmodel.zst --vary ddr.rate_mt_per_s=1000 --out @p.bmodel.zst", "E-FILE-OVERWRITE"},
    {"whatif @p.bmodel.zst --vary ddr.rate_mt_per_s=1000 --out @text", "E-SWEEP-FILE", "not a database"},
    {"whatif @p.bmodel.zst --vary ddr.rate_mt_per_s=1000 --part 3/2", "E-SWEEP-PART"},
    {"whatif @p.bmodel.zst --list @empty", "E-SWEEP-AXIS", "empty"},
    {"whatif @p.bmodel.zst --list @twice.csv", "E-SWEEP-AXIS", "two columns have the same key"},
    {"claims 9.9", "E-CLAIM-ID", "6.4"},
    {"claims 6.4 --json @x --report @x", "E-RUN-OUTPUTS"},
    {"claims 6.4 --programs @folder --markdown @none/x", "E-FILE-WRITE", "does not exist"},
    {"pipeline", "E-USAGE", "CONFIG"},
    {"pipeline @folder", "E-FILE-OPEN", "a folder"},
    {"pipeline @pipe", "E-FILE-OPEN", "not a regular file"},
    {"pipeline @text", "E-PIPELINE-FILE"},
    {"with", "E-WITH-COMMAND", "nothing to run"},
    {"with -- @none", "E-WITH-COMMAND", "No such file"},
    {"with --report @folder -- true", "E-DUMP-FOLDER", "exists already"},
    {"with --devces x -- true", "E-USAGE-OPTION", "did you mean --devices?"},
    {"info @p.bmodel.zst --json /dev/full", "E-FILE-WRITE", "no space left"},
    {"layers @p.bmodel.zst --net other", "E-BMODEL-SELECT"},
    {"layers @p.bmodel.zst --layers @none.json", "E-FILE-OPEN", "No such file"},
    {"run @p.bmodel.zst --output @o.npz", "E-USAGE", "--input"},
    {"run @p.bmodel.zst --uninitialised probe", "E-USAGE", "--input"},
    {"run @p.bmodel.zst --log-level loud", "E-USAGE", "--log-level"},
    {"run network:resnet50 --layers @text", "E-USAGE", "a model needs no layer map"},
    {"run @m.onnx --net resnet", "E-USAGE", "a model is one network"},
    {"whatif @m.onnx --lhs 2 --seed -1 --vary tiu.clock_mhz=500..900", "E-USAGE", "--seed"},
    {"conformance @folder --list-failures -1", "E-USAGE", "--list-failures"},
    {"compile @m.onnx -o @x.bmodel --no-layer-group --search-budget 9", "E-USAGE", "--search-budget"},
    {"run @m.onnx --stage 1", "E-USAGE", "a model has one stage"},
    {"whatif @m.onnx --net x --vary tiu.clock_mhz=500", "E-USAGE", "a model is one network"},
    {"whatif @m.onnx --lhs 1000000000 --vary tiu.clock_mhz=500..900", "E-SWEEP-SIZE", "at most 10000000 points"},
    {"whatif @m.onnx --morris 9000000 --vary tiu.clock_mhz=500..900", "E-SWEEP-SIZE", "--morris"},
    {"compare @m.onnx @m.onnx --layers-a @text", "E-USAGE", "a model needs no layer map"},
    {"compile @m.onnx -o @x.bmodel --dump-to @x", "E-USAGE", "--dump-to requires --dump-after"},
    {"run @p.bmodel.zst --host c++ --host-array uint8-strided", "E-USAGE", "--host opencv.py"},
    {"layers --json @x", "E-USAGE", "PROGRAM"},
    {"layers --net foo", "E-USAGE", "PROGRAM"},
    {"layers --layers @text", "E-USAGE", "PROGRAM"},
    {"layers network:resnet50", "E-USAGE", "bmemu compile"},
    {"info network:resnet50", "E-USAGE", "bmemu compile"},
    {"info @m.onnx", "E-USAGE", "bmemu compile"},
    {"disasm network:resnet50", "E-USAGE", "bmemu compile"},
    {"disasm --reference bm1684 --range 1:3", "E-USAGE", "--range"},
    {"disasm --reference bm1684 --fields", "E-USAGE", "--fields"},
    {"disasm @p.bmodel.zst --reference bm1684", "E-USAGE", "--reference"},
    {"with --devices bm9 -- true", "E-CHIP-NAME", "at --devices"},
    {"with --devices bm1684:SC9 -- true", "E-CHIP-PRODUCT", "at --devices"},
    {"with --devices bm1684, -- true", "E-CHIP-LIST", "at --devices"},
    {"disasm @p.bmodel.zst --engine cpu", "E-USAGE", "tiu"},
    // programs
    {"run @none.bmodel", "E-FILE-OPEN", "No such file"},
    {"info @none.bmodel", "E-FILE-OPEN", "No such file"},
    {"disasm @none.bmodel", "E-FILE-OPEN", "No such file"},
    {"run @empty", "E-BMODEL-TRUNCATED"},
    {"disasm @empty", "E-BMODEL-TRUNCATED"},
    {"run @folder", "E-FILE-OPEN", "a folder"},
    {"run @pipe", "E-FILE-OPEN", "not a regular file"},
    {"info @pipe", "E-FILE-OPEN", "not a regular file"},
    {"disasm @pipe", "E-FILE-OPEN", "not a regular file"},
    {"run @text", "E-BMODEL"},
    {"run @in.npy", "E-BMODEL"},
    {"run @cut.zst", "E-ZSTD-DATA"},
    {"run @p.bmodel.zst --net other", "E-BMODEL-SELECT"},
    {"run @p.bmodel.zst --stage 9", "E-BMODEL-SELECT", "0..0"},
    {"disasm @p.bmodel.zst --group 99", "E-DISASM-GROUP"},
    {"disasm @p.bmodel.zst --range 100000:", "E-DISASM-RANGE", "indexes 0.."},
    {"disasm @p.bmodel.zst --range 3:3", "E-DISASM-RANGE"},
    {"disasm @p.bmodel.zst --range 5", "E-DISASM-RANGE"},
    // chips
    {"run @p.bmodel.zst --chip bm9", "E-CHIP-NAME"},
    {"run @p.bmodel.zst --chip bm1684", "E-CHIP-PROGRAM"},
    {"run @p.bmodel.zst --chip @none.toml", "E-CHIP-FILE"},
    {"run @p.bmodel.zst --chip @bad.toml", "E-CHIP-SYNTAX"},
    {"run @p.bmodel.zst --product SC9", "E-CHIP-PRODUCT"},
    {"run @p.bmodel.zst --set tiu.clokc_mhz=700", "E-CHIP-KEY", "did you mean tiu.clock_mhz?"},
    {"run @p.bmodel.zst --set tiu.clock_mhz", "E-CHIP-SETTING"},
    {"run @p.bmodel.zst --set tiu.clock_mhz=fast", "E-CHIP-TYPE"},
    {"run @p.bmodel.zst --set tiu.clock_mhz=-1", "E-CHIP-RANGE"},
    {"run @p.bmodel.zst --set tiu.lanes=32 --input @in.npy", "E-CHIP-GEOMETRY", "64 lanes"},
    {"run @p.bmodel.zst --set local_memory.banks=8 --input @in.npy", "E-CHIP-GEOMETRY", "16 banks"},
    // arrays
    {"run @p.bmodel.zst --input @none.npy", "E-FILE-OPEN", "No such file"},
    {"run @p.bmodel.zst --input @folder", "E-FILE-OPEN", "a folder"},
    {"run @p.bmodel.zst --input @pipe", "E-FILE-OPEN", "not a regular file"},
    {"run @p.bmodel.zst --input @text", "E-NPY-FORMAT"},
    {"run @p.bmodel.zst --input @empty", "E-NPY-FORMAT"},
    {"run @p.bmodel.zst --input random:x", "E-TENSOR-SEED"},
    {"run @p.bmodel.zst --input @small.npy", "E-TENSOR-SHAPE", "another number of elements"},
    {"run @p.bmodel.zst --input @nhwc.npy", "E-TENSOR-SHAPE", "--input-layout nhwc"},
    {"run @rnet.onnx --input @small.npy", "E-TENSOR-SHAPE", "another number of elements"},
    {"run @p.bmodel.zst --input @in.npy --input-layout nhwc", "E-TENSOR-SHAPE"},
    {"run @p.bmodel.zst --batch 4", "E-USAGE", "this is a program"},
    {"run @p.bmodel.zst --search-budget 4", "E-USAGE", "--search-budget"},
    {"run @p.bmodel.zst --input-shape x=1x3x8x8", "E-USAGE", "--input-shape"},
    {"compile network:resnet18 -o @x.bmodel --input-shape x=1x3x8x8", "E-ONNX-SHAPE", "shapes of their own"},
    {"run @p.bmodel.zst --top -1", "E-USAGE", "--top"},
    {"run @p.bmodel.zst --input @in.npy --tolerance 1", "E-USAGE", "--compare"},
    {"compare @p.bmodel.zst @p.bmodel.zst --dtype fp16", "E-USAGE", "a model on one side"},
    {"whatif @p.bmodel.zst --vary ddr.rate_mt_per_s=1000,2000 --dtype int8", "E-USAGE", "this is a program"},
    {"whatif @p.bmodel.zst --vary ddr.rate_mt_per_s=1000,2000 --jobs 100000000", "E-USAGE", "--jobs"},
    {"whatif @p.bmodel.zst --vary ddr.rate_mt_per_s=1000,2000 --seed 3", "E-USAGE", "--lhs or --morris"},
    {"whatif @p.bmodel.zst --vary ddr.rate_mt_per_s=1000..2000 --lhs 0", "E-USAGE", "--lhs"},
    {"whatif @p.bmodel.zst --vary ddr.rate_mt_per_s=1000..2000 --morris 0", "E-USAGE", "--morris"},
    {"whatif @p.bmodel.zst --vary ddr.rate_mt_per_s=1000,2000 --slurm-args x", "E-USAGE", "--slurm"},
    {"claims 6.4 --quick --programs @none", "E-FILE-OPEN"},
    {"claims 6.4 --quick --programs @text", "E-FILE-OPEN"},
    {"claims 6.4 --quick --stages @none.csv", "E-FILE-OPEN"},
    {"claims 6.4 --quick --stages @text", "E-ACCURACY-TABLE"},
    {"claims 6.4 --quick --times @text", "E-ACCURACY-TABLE"},
    {"claims 6.4 --quick --networks @text", "E-HOST-FILE"},
    {"claims 6.4 --program @p.bmodel.zst --measured nan", "E-USAGE", "no number above 0"},
    {"claims 6.4 --program @p.bmodel.zst --measured 5 --fps 3 --tpu 50", "E-CLAIM-FIGURE"},
    {"run @p.bmodel.zst --input @in.npy --compare @none.npy", "E-FILE-OPEN", "No such file"},
    {"run @p.bmodel.zst --input @in.npy --compare @nothing.npz", "E-COMPARE-NONE"},
    {"run @p.bmodel.zst --input @in.npy --compare @small.npy --json @x.json", "E-TENSOR-SHAPE"},
    {"run @p.bmodel.zst --input @in.npy --dump tiu:99999 --dump-to @d", "E-DUMP-SELECT"},
    {"run @p.bmodel.zst --input @in.npy --dump tiu:1 --dump-to @folder", "E-DUMP-FOLDER"},
    {"run @p.bmodel.zst --input @in.npy --layer-tensors @x.npz", "E-LAYERS-NONE"},
    {"run @p.bmodel.zst --layers @none.json", "E-FILE-OPEN", "No such file"},
    {"run @p.bmodel.zst --layers @text", "E-LAYERS-JSON"},
    {"run @p.bmodel.zst --layers @pipe", "E-FILE-OPEN"},
    // results
    {"run @p.bmodel.zst --json @p.bmodel.zst", "E-FILE-OVERWRITE"},
    {"run @p.bmodel.zst --input @in.npy --output @in.npy", "E-FILE-OVERWRITE"},
    {"run @p.bmodel.zst --json @none/x", "E-FILE-WRITE", "does not exist"},
    {"run @p.bmodel.zst --trace @text/x", "E-FILE-WRITE", "not a folder"},
    {"run @p.bmodel.zst --report @folder", "E-FILE-WRITE", "of a folder"},
    {"run @p.bmodel.zst --commands @pipe", "E-FILE-WRITE", "nobody reads"},
    {"run @p.bmodel.zst --report /dev/full", "E-FILE-WRITE", "no space left"},
    {"run @p.bmodel.zst --json - --commands -", "E-RUN-OUTPUTS"},
    {"run @p.bmodel.zst --input @in.npy --output -", "E-RUN-OUTPUTS"},
    {"run @p.bmodel.zst --json @x --report @x", "E-RUN-OUTPUTS"},
    {"info @p.bmodel.zst --json @p.bmodel.zst", "E-FILE-OVERWRITE"},
    {"info @p.bmodel.zst --json @none/x", "E-FILE-WRITE", "does not exist"},
    // checks and tables
    {"conformance @none", "E-FILE-OPEN"},
    {"conformance @folder", "E-CONFORMANCE-NONE"},
    {"conformance @vectors --op nothing-like-this", "E-CONFORMANCE-NONE"},
    {"conformance @text", "E-VECTOR-FORMAT"},
    {"conformance @vectors --json @none/x", "E-FILE-WRITE"},
    {"calibrate --data @none.csv", "E-FILE-OPEN"},
    {"calibrate --data @pipe", "E-FILE-OPEN"},
    {"calibrate --data @text --page @none/x", "E-FILE-WRITE"},
    {"calibrate --data @text --page @text", "E-FILE-OVERWRITE"},
    {"calibrate --data @text --programs @text", "E-FILE-OPEN", "no folder"},
    {"chips show bm9", "E-CHIP-NAME"},
};

class WrongUsage : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    copy(kTraces + "cnna_bm1684x_int8.bmodel.zst", "p.bmodel.zst");
    copy(kTraces + "cnna_input.npy", "in.npy");
    copy(kTraces + "claims/trained/rnet.onnx", "rnet.onnx");
    std::ofstream(path("empty")).flush();
    std::ofstream(path("text")) << std::string(200, 'x');
    std::ofstream(path("bad.toml")) << "= 3";
    std::ofstream(path("m.onnx")) << "x";
    std::ofstream(path("twice.csv")) << "ddr.rate_mt_per_s,ddr.rate_mt_per_s\n1000,2000\n";
    std::ofstream(path("cut.zst"), std::ios::binary) << read("p.bmodel.zst").substr(0, 1000);
    std::filesystem::create_directory(path("folder"));
    std::filesystem::create_directory(path("vectors"));
    std::filesystem::copy_file(tests::source_dir() + "/tests/data/vectors/bm1684_gdma.vec.zst",
                               path("vectors/a.vec.zst"));
    ASSERT_EQ(mkfifo(path("pipe").c_str(), 0666), 0);
    Array small;
    small.shape = {2};
    small.bytes.resize(8);
    write_arrays(path("small.npy"), {small});
    Array nothing;
    nothing.shape = {0};
    write_arrays(path("nothing.npz"), {nothing});
    Array turned = read_arrays(path("in.npy")).front();
    ASSERT_EQ(turned.shape.size(), 4U);
    turned.shape = {turned.shape[0], turned.shape[2], turned.shape[3], turned.shape[1]};
    ASSERT_NE(turned.shape[3], turned.shape[1]) << "an input with another number of channels than rows";
    write_arrays(path("nhwc.npy"), {turned});
  }

  std::vector<std::string> words(const char* text) const {
    std::vector<std::string> result;
    std::string word;
    for (std::istringstream stream(text); stream >> word;)
      result.push_back(word[0] == '@' ? path(word.substr(1)) : word);
    return result;
  }

  std::vector<std::string> contents() const {
    std::vector<std::string> all;
    for (const auto& name : files())
      all.push_back(name + (std::filesystem::is_regular_file(path(name)) ? "=" + read(name) : ""));
    return all;
  }
};

TEST_F(WrongUsage, IsOneLineWithAnIdAndChangesNothing) {
  const auto before = contents();
  for (const Usage& usage : kUsages) {
    SCOPED_TRACE(usage.words);
    const CliResult result = run(words(usage.words));
    EXPECT_EQ(result.exit_code, 2) << result.out;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err.rfind("bmemu: " + std::string(usage.id), 0), 0U) << result.err;
    EXPECT_NE(result.err.find(usage.text), std::string::npos) << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
  EXPECT_EQ(contents(), before);
}

TEST_F(WrongUsage, AStageThatTakesTheInputIsNamed) {
  const std::string program = tests::reference_dir() + "/zoo/bm1684x_int8_stages_stage1.bmodel.zst";
  const std::string input = tests::reference_dir() + "/zoo/bm1684x_int8_stages_stage1.in.npz";
  if (!std::filesystem::exists(program)) BMEMU_SKIP_WITHOUT_REFERENCE("no reference programs");
  const CliResult result = run({"run", program, "--input", input});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("--stage 1"), std::string::npos) << result.err;
}

TEST_F(WrongUsage, WhatIsTakenAllTheSameIsNoted) {
  Array renamed = read_arrays(path("in.npy")).front();
  renamed.name = "other";
  const std::vector<std::uint64_t> shape = renamed.shape;
  renamed.shape = {renamed.elements()};
  write_arrays(path("other.npz"), {renamed});
  const CliResult result = run({"run", path("p.bmodel.zst"), "--input", path("other.npz"), "--json", "-"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(nlohmann::json::parse(result.out)["notes"].size(), 2U) << "the name and the shape";
  EXPECT_NE(result.err.find("warning: the only array, other"), std::string::npos) << result.err;
  EXPECT_EQ(run({"run", path("p.bmodel.zst"), "--input", path("other.npz"), "--json", "-", "--quiet"}).err, "");
}

TEST_F(WrongUsage, ReferencesOfAnotherNameOrShapeAreNoted) {
  run({"run", path("p.bmodel.zst"), "--input", path("in.npy"), "--output", path("ref.npz")});
  Array reference = read_arrays(path("ref.npz")).front();
  reference.name = "other";
  write_arrays(path("other.npz"), {reference});
  const auto compared = [&](const std::string& file) {
    return run({"run", path("p.bmodel.zst"), "--input", path("in.npy"), "--compare", path(file)});
  };
  EXPECT_EQ(compared("ref.npz").out.find("is taken for"), std::string::npos);
  EXPECT_NE(compared("other.npz").out.find("the only reference, other, is taken for the only output, "),
            std::string::npos);
  reference.shape = {3, reference.elements() / 3};
  write_arrays(path("other.npz"), {reference});
  EXPECT_NE(compared("other.npz").out.find("compared in the order of their elements"), std::string::npos);
}

TEST(Version, NamesProgramBuildAndLibraries) {
  const CliResult result = run({"--version"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* text : {"bmemu ", "git ", "build", "CPU path", "SystemC", "Zstandard", "fmt", "spdlog"})
    EXPECT_NE(result.out.find(text), std::string::npos) << text;
}

}  // namespace
}  // namespace bmemu::harness
