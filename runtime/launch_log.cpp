// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/launch_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "isa/bmodel/writer.h"
#include "isa/chip/chip_changes.h"
#include "isa/error.h"
#include "runtime/saved_program.h"

namespace bmemu::runtime {
namespace {

constexpr std::string_view kHeader = "process,device,chip,thread,program,mode,begin_us,time_us,host_ms\n";

[[noreturn]] void failed(const std::string& path, int error) {
  throw Error({"E-FILE-WRITE", path, std::strerror(error), "", "what was launched cannot be saved"});
}

/// The whole text in one call, so that lines of several processes do not mix.
void append(const std::string& path, const std::string& text, int flags) {
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | flags, 0666);
  if (file < 0) failed(path, errno);
  const ssize_t written = write(file, text.data(), text.size());
  const int error = errno;
  close(file);
  if (written != static_cast<ssize_t>(text.size())) failed(path, written < 0 ? error : EIO);
}

/// Under another name first: several processes may save the same network.
void write_file(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  const std::string part = fmt::format("{}.{}.part", path, getpid());
  std::ofstream file(part, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file || std::rename(part.c_str(), path.c_str()) != 0) failed(path, errno);
}

/// A text as a field of a CSV line.
std::string field(const std::string& text) {
  return text.find(',') == std::string::npos ? text : fmt::format("\"{}\"", text);
}

}  // namespace

LaunchLog::LaunchLog(std::string folder) : folder_(std::move(folder)) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) failed(folder_, error.value());
  const std::string table = folder_ + "/" + kTable;
  try {
    append(table, std::string(kHeader), O_EXCL);
  } catch (const Error&) {
    if (!std::filesystem::exists(table)) throw;  // else another process was first
  }
}

void LaunchLog::save(Network& network, const LaunchMessage& message, const memory::ChipMemory& memory,
                     const Allocator& allocator, const isa::ChipSpec& chip) {
  if (network.is_saved) return;
  network.is_saved = true;
  const std::lock_guard lock(mutex_);
  const isa::Program program = saved_program(network, message, memory, allocator, chip);
  const std::vector<std::uint8_t> file = isa::write_bmodel(program);
  const std::string name = program.network + ".bmodel";
  write_file(folder_ + "/" + name, file);
  network.saved_as = name;
}

void LaunchLog::add(const LaunchRecord& record) {
  const std::lock_guard lock(mutex_);
  append(folder_ + "/" + kTable,
         fmt::format("{},{},{},{},{},{},{:.3f},{:.3f},{:.3f}\n", getpid(), record.device,
                     field(isa::chip_title(*record.chip)), record.thread, record.program,
                     record.has_values ? "values" : "time", static_cast<double>(record.begin_ps) / 1e6,
                     static_cast<double>(record.length_ps) / 1e6, record.host_ms),
         0);
}

}  // namespace bmemu::runtime
