// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Results destroy nothing, appear whole or not at all, and a write that fails is never success.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <functional>
#include <sstream>
#include <thread>

#include "harness/commands/command.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"
#include "tests/harness/process.h"
#include "tests/harness/test_folder.h"

namespace bmemu::harness {
namespace {

namespace fs = std::filesystem;
const std::string kTraces = tests::source_dir() + "/traces/";
const std::string kProgram = kTraces + "lenet_bm1684x_int8.bmodel.zst";
const std::string kInput = kTraces + "lenet_input.npy";
const std::string kReference = kTraces + "lenet_bm1684x_int8_output0.npy";

class Files : public FolderTest {
 protected:
  /// The id of the error, after which every file is what it was before.
  std::string refused(const std::vector<std::string>& arguments) {
    const auto before = contents();
    const CliResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.out;
    EXPECT_EQ(contents(), before);
    const auto first = result.err.find("E-");
    return first == std::string::npos ? result.err : result.err.substr(first, result.err.find(':', first) - first);
  }
  std::vector<std::string> contents() const {
    std::vector<std::string> all;
    for (const auto& name : files()) all.push_back(name + "=" + read(name));
    return all;
  }
};

TEST_F(Files, NoResultReplacesAFileThatIsRead) {
  const std::string program = copy(kProgram, "p.bmodel.zst");
  const std::string input = copy(kInput, "in.npy");
  const std::string reference = copy(kReference, "ref.npy");
  std::ofstream(path("base.toml")) << "base = \"bm1684x\"\n";
  std::ofstream(path("chip.toml")) << "base = \"base.toml\"\n";
  std::ofstream(path("map.json")) << "[]";
  const std::vector<std::string> all{"run",     program,  "--input",         input,      "--compare",
                                     reference, "--chip", path("chip.toml"), "--layers", path("map.json")};
  for (const char* name : {"p.bmodel.zst", "in.npy", "ref.npy", "chip.toml", "base.toml", "map.json"}) {
    fs::create_symlink(name, path("link"));
    fs::create_symlink(path("link"), path("link2"));
    fs::create_hard_link(path(name), path("hard"));
    const auto refused_with = [&](const std::string& option, const std::string& target) {
      auto arguments = all;
      arguments.insert(arguments.end(), {option, target});
      EXPECT_EQ(refused(arguments), "E-FILE-OVERWRITE") << option << " " << target;
    };
    for (const char* option : {"--json", "--commands", "--trace", "--report", "--output", "--layer-tensors"})
      refused_with(option, path(name));
    for (const auto& target : {path("link"), path("link2"), path("hard"), path("./" + std::string(name))})
      refused_with("--json", target);
    for (const char* link : {"link", "link2", "hard"}) fs::remove(path(link));
  }
}

TEST_F(Files, NoResultReplacesALayerMapThatWasFoundByItself) {
  const std::string program = copy(kTraces + "lprnet_bm1684x_int8_1b.bmodel.zst", "p.bmodel.zst");
  for (const char* ending : {".json", ".loc.json", ".json.zst", ".loc.json.zst"})
    if (fs::exists(kTraces + "lprnet_bm1684x_int8_1b" + ending))
      copy(kTraces + "lprnet_bm1684x_int8_1b" + ending, "p" + std::string(ending));
  ASSERT_EQ(files().size(), 2U);
  const std::string map = path(files()[0] == "p.bmodel.zst" ? files()[1] : files()[0]);
  EXPECT_EQ(refused({"run", program, "--json", map}), "E-FILE-OVERWRITE");
}

TEST_F(Files, NoResultReplacesAFileOfAFolderThatIsRead) {
  fs::create_directory(path("vectors"));
  for (const auto& entry : fs::directory_iterator(tests::source_dir() + "/tests/data/vectors"))
    if (entry.path().extension() == ".zst") fs::copy_file(entry.path(), path("vectors") / entry.path().filename());
  const std::string first = fs::directory_iterator(path("vectors"))->path().string();
  const auto size = fs::file_size(first);
  EXPECT_EQ(run({"conformance", path("vectors"), "--json", first}).exit_code, 2);
  EXPECT_EQ(fs::file_size(first), size);
}

TEST_F(Files, TwoResultsNeverGoToOnePlace) {
  fs::create_symlink("x", path("link"));
  EXPECT_EQ(refused({"run", kProgram, "--json", path("x"), "--report", path("./x")}), "E-RUN-OUTPUTS");
  EXPECT_EQ(refused({"run", kProgram, "--json", path("x"), "--report", path("link")}), "E-RUN-OUTPUTS");
  EXPECT_EQ(run_shell("$BMEMU run " + kProgram + " --json " + path("x") + " > " + path("x")).exit_code, 2);
  EXPECT_EQ(run({"run", kProgram, "--json", "/dev/null", "--report", "/dev/null"}).exit_code, 0);
  struct stat info {};
  ASSERT_EQ(stat("/dev/null", &info), 0);
  EXPECT_TRUE(S_ISCHR(info.st_mode)) << "a device is written, not replaced";
}

TEST_F(Files, AResultThroughALinkReplacesWhatTheLinkNames) {
  std::ofstream(path("real.json")) << "old";
  fs::create_symlink("real.json", path("link"));
  ASSERT_EQ(run({"run", kProgram, "--json", path("link")}).exit_code, 0);
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(read("real.json")[0], '{');
}

TEST_F(Files, EachReasonOfAFailedWriteHasItsText) {
  std::ofstream(path("file")) << "x";
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0666), 0);
  const std::pair<std::string, const char*> cases[] = {
      {path("none/x"), "does not exist"}, {folder_.string(), "of a folder"}, {path("file/x"), "not a folder"},
      {path("pipe"), "nobody reads"},     {"/dev/full", "no space left"},    {path(std::string(300, 'x')), "too long"},
      {"/proc/x", "E-FILE-WRITE"},
  };
  for (const auto& [target, text] : cases) {
    const CliResult result = run({"run", kProgram, "--json", target});
    EXPECT_EQ(result.exit_code, 2) << target;
    EXPECT_NE(result.err.find("E-FILE-WRITE"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  }
}

TEST_F(Files, WhatItsOwnerProtectedIsKept) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser may write everywhere: no test of permissions";
  std::ofstream(path("mine")) << "x";
  fs::permissions(path("mine"), fs::perms::owner_read);
  EXPECT_NE(run({"run", kProgram, "--json", path("mine")}).err.find("no permission"), std::string::npos);
}

TEST_F(Files, WhenOneResultFailsNoneAppears) {
  EXPECT_EQ(refused({"run", kProgram, "--json", path("a.json"), "--input", kInput, "--output", path("o.npz"), "--dump",
                     "tiu:1", "--dump-to", path("dump"), "--report", "/dev/full"}),
            "E-FILE-WRITE");
}

TEST_F(Files, AFailedStandardOutputIsNeverSuccess) {
  for (const auto& command :
       std::vector<std::string>{"chips", "chips show bm1684", "disasm " + kProgram, "run " + kProgram,
                                "run " + kProgram + " --json -", "--help", "run --help", "disasm --reference bm1684",
                                "conformance " + tests::source_dir() + "/tests/data/vectors --engine gdma"}) {
    for (const char* where : {" >/dev/full", " >&-"}) {
      const ProcessResult result = run_shell("$BMEMU " + command + where);
      EXPECT_EQ(result.exit_code, 2) << command << where;
      EXPECT_NE(result.err.find("standard output"), std::string::npos) << result.err;
    }
  }
}

TEST_F(Files, AReaderThatLeftIsAFailedWrite) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  close(ends[0]);
  const pid_t child = start({"run", kProgram}, ends[1]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 2) << status;
  close(ends[1]);
}

TEST_F(Files, PartFilesOfDeadProcessesAreSwept) {
  const pid_t dead = fork();
  if (dead == 0) _exit(0);
  waitpid(dead, nullptr, 0);
  std::ofstream(path("r.json.part" + std::to_string(dead))) << "x";
  std::ofstream(path("r.json.part" + std::to_string(getppid()))) << "x";
  std::ofstream(path("r.json.partial")) << "x";
  ASSERT_EQ(run({"run", kProgram, "--json", path("r.json")}).exit_code, 0);
  EXPECT_EQ(files(), (std::vector<std::string>{"r.json", "r.json.part" + std::to_string(getppid()), "r.json.partial"}));
}

TEST_F(Files, AnInterruptedRunLeavesNothing) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    // A reader that takes nothing: the run waits in the middle of its report, with all else unfinished.
    ASSERT_EQ(mkfifo(path("pipe").c_str(), 0666), 0);
    const int reader = open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
    const pid_t child =
        start({"run", kTraces + "resnet50_bm1684x_int8_1b.bmodel.zst", "--json", path("r.json"), "--report",
               path("pipe"), "--input", "random:1", "--dump", "tiu:1-20", "--dump-to", path("dump")});
    int waiting = 0;  // bytes of the report
    for (int i = 0; i < 3000 && waiting == 0; ++i) {
      ioctl(reader, FIONREAD, &waiting);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ASSERT_TRUE(fs::exists(path("r.json.part" + std::to_string(child))));
    kill(child, number);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == number) << status;
    EXPECT_EQ(files(), std::vector<std::string>{"pipe"});
    close(reader);
    fs::remove(path("pipe"));
  }
}

TEST_F(Files, TooLittleMemoryIsAnError) {
  for (const char* limit : {"60000", "100000"}) {
    const ProcessResult result = run_shell("ulimit -v " + std::string(limit) + "; $BMEMU run " + kTraces +
                                           "resnet50_bm1684x_int8_1b.bmodel.zst --input random:1 --json " + path("x"));
    EXPECT_EQ(result.exit_code, 2) << limit;
    EXPECT_NE(result.err.find("E-HOST-MEMORY"), std::string::npos) << result.err;
    EXPECT_TRUE(files().empty());
  }
}

TEST_F(Files, AFileBeyondTheLimitOfItsSizeIsAnErrorAndLeavesNothing) {
  const std::string program = kTraces + "resnet50_bm1684x_int8_1b.bmodel.zst";
  for (const std::string& words :
       {"run " + program + " --trace ", "run " + program + " --save ", "disasm " + program + " > "}) {
    const bool is_redirected = words.back() == ' ' && words[words.size() - 2] == '>';
    const ProcessResult result = run_shell("ulimit -f 8; $BMEMU " + words + path("x"));
    EXPECT_EQ(result.exit_code, 2) << words;
    EXPECT_NE(result.err.find("E-FILE-WRITE: the file would be larger than allowed"), std::string::npos) << result.err;
    if (is_redirected) fs::remove(path("x"));
    EXPECT_TRUE(files().empty());
  }
}

TEST_F(Files, SeveralOutputsForOneArrayFileAreRefusedBeforeTheRun) {
  const std::string program = kTraces + "yolov5s_bm1684x_int8_4b.bmodel.zst";
  const CliResult result = run({"run", program, "--input", path("none.npz"), "--output", path("o.npy")});
  EXPECT_NE(result.err.find("E-FILE-OPEN"), std::string::npos) << result.err;
  EXPECT_EQ(refused({"run", program, "--input", "random:1", "--output", path("o.npy"), "--report", path("r.html")}),
            "E-TENSOR-COUNT");
}

/// Whatever command is added: its options for files are among those that are checked.
TEST(FileOptions, AreAllDeclared) {
  std::ostringstream out;
  Console console{out, out};
  CLI::App app;
  add_commands(app, console);
  int seen = 0;
  const std::function<void(const CLI::App&)> walk = [&](const CLI::App& command) {
    for (const CLI::Option* option : command.get_options()) {
      const std::string type = option->get_type_name();
      const bool names_file = type.find("FILE") != std::string::npos || type.find("DIR") != std::string::npos ||
                              type.find(".np") != std::string::npos || option->get_name() == "--chip";
      if (!names_file || command.get_name() == "show") continue;
      ++seen;
      EXPECT_TRUE(console.files.is_declared(option->get_name())) << command.get_name() << " " << option->get_name();
    }
    for (const CLI::App* sub : command.get_subcommands({})) walk(*sub);
  };
  walk(app);
  EXPECT_GT(seen, 15);
}

}  // namespace
}  // namespace bmemu::harness
