// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/launches/command_run.h"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>

#include "harness/launches/install_folder.h"
#include "harness/launches/process.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr const char* kLibrary = "libbmlib.so.0";
constexpr const char* kModelRuntime = "bmrt/libbmrt.so.1.0";  ///< in the same folder

/// `first`, and what stood there before.
std::string before(const std::string& first, const std::string& rest) {
  return rest.empty() ? first : first + ":" + rest;
}

/// This program's variables and the new ones, as "NAME=VALUE".
std::vector<std::string> environment(const std::vector<std::string>& libraries,
                                     const std::vector<std::pair<std::string, std::string>>& variables) {
  std::map<std::string, std::string> all;
  for (const std::string& text : own_environment()) {
    const std::size_t sign = text.find('=');
    if (sign != std::string::npos) all[text.substr(0, sign)] = text.substr(sign + 1);
  }
  for (const auto& [name, value] : variables) all[name] = value;
  for (const std::string& library : libraries) {
    all["LD_PRELOAD"] = before(library, all["LD_PRELOAD"]);
    all["LD_LIBRARY_PATH"] = before(std::filesystem::path(library).parent_path().string(), all["LD_LIBRARY_PATH"]);
  }
  std::vector<std::string> result;
  result.reserve(all.size());
  for (const auto& [name, value] : all) result.push_back(fmt::format("{}={}", name, value));
  return result;
}

/// The terminal sends its signals to both: while the command runs they are its own matter.
class IgnoredSignals {
 public:
  IgnoredSignals() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &ignore, &before_[i]);
  }
  ~IgnoredSignals() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  }
  IgnoredSignals(const IgnoredSignals&) = delete;
  IgnoredSignals& operator=(const IgnoredSignals&) = delete;

 private:
  static constexpr std::array kSignals{SIGINT, SIGQUIT};
  std::array<struct sigaction, kSignals.size()> before_{};
};

}  // namespace

std::vector<std::string> find_runtime_libraries(bool with_bmrt) {
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const std::array folders{program / "lib", program / kInstalledLibraries};
  for (const auto& folder : folders) {
    if (!std::filesystem::exists(folder / kLibrary)) continue;
    std::vector<std::string> found{std::filesystem::canonical(folder / kLibrary).string()};
    if (!with_bmrt) return found;
    if (!std::filesystem::exists(folder / kModelRuntime)) break;
    found.push_back(std::filesystem::canonical(folder / kModelRuntime).string());
    return found;
  }
  throw Error({"E-WITH-LIBRARY", program.string(), with_bmrt ? kModelRuntime : kLibrary,
               fmt::format("in {} or {}", folders[0].string(), folders[1].string()),
               "the runtime library is not beside this program"});
}

std::string sail_folder(const std::string& bmlib) {
  const std::filesystem::path folder = std::filesystem::path(bmlib).parent_path();
  const std::filesystem::path installed = folder / "python";
  return std::filesystem::exists(installed) ? installed.string() : (folder.parent_path() / "python").string();
}

int run_with_libraries(const std::vector<std::string>& words, const std::vector<std::string>& libraries,
                       const std::vector<std::pair<std::string, std::string>>& variables) {
  const IgnoredSignals ignored;
  try {
    return wait_for_process(start_process(words, environment(libraries, variables)));
  } catch (const std::system_error& error) {
    throw Error({"E-WITH-COMMAND", words.front(), std::strerror(error.code().value()), "a program",
                 "the command cannot be started"});
  }
}

}  // namespace bmemu::harness
