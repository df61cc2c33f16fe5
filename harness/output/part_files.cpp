// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/part_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "harness/output/write_failure.h"

namespace bmemu::harness {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = ".part";

/// What an interrupt must remove. A signal handler can only reach what belongs to the process, may lock nothing and may
/// allocate nothing: hence slots of plain pointers.
struct Slot {
  std::atomic<const char*> path{nullptr};
  std::atomic<pid_t> owner{0};
};
std::array<Slot, 256> slots;

void add_slot(const char* path) {
  for (Slot& slot : slots) {
    if (slot.path != nullptr) continue;
    slot.owner = getpid();
    const char* free = nullptr;
    if (slot.path.compare_exchange_strong(free, path)) return;
  }
}

void remove_slot(const char* path) {
  for (Slot& slot : slots) {
    const char* expected = path;
    if (slot.path.compare_exchange_strong(expected, nullptr)) return;
  }
}

/// Whether the process lives, as far as this computer can tell.
bool is_running(std::string_view digits) {
  pid_t process = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), process);
  const bool is_number = code == std::errc() && process > 0 && (end == digits.data() + digits.size() || *end == '.');
  if (!is_number) return true;  // no name of ours
  return kill(process, 0) == 0 || errno != ESRCH;
}

/// A process of another computer that shares the folder has another list of processes, but holds the lock.
bool is_locked(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return true;
  const bool locked = flock(descriptor, LOCK_EX | LOCK_NB) != 0;
  ::close(descriptor);
  return locked;
}

void sweep(const std::string& target) {
  const fs::path path(target);
  const std::string start = path.filename().string() + std::string(kMark);
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code code;
  std::vector<std::string> dead;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
    const std::string name = entry->path().filename().string();
    if (name.compare(0, start.size(), start) != 0) continue;
    if (!is_running(std::string_view(name).substr(start.size())) && !is_locked(entry->path().string()))
      dead.push_back(entry->path().string());
  }
  for (const auto& name : dead) fs::remove_all(name, code);
}

/// `target`.part<pid>. Where computers or containers share a folder, another process may have this one's number.
std::string free_name(const std::string& target) {
  std::string name = target + std::string(kMark) + std::to_string(getpid());
  const std::string first = name;
  std::error_code code;
  for (int i = 1; i < 100 && fs::exists(name, code) && is_locked(name); ++i) name = first + "." + std::to_string(i);
  fs::remove_all(name, code);
  return name;
}

/// The files of a folder and the folder, by system calls alone: opendir allocates.
void remove_folder(const char* path) {
  const int folder = ::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  alignas(dirent64) char bytes[2048];
  for (long size = 0; (size = syscall(SYS_getdents64, folder, bytes, sizeof bytes)) > 0;)
    for (long at = 0; at < size;) {
      const auto* entry = reinterpret_cast<const dirent64*>(bytes + at);
      unlinkat(folder, entry->d_name, 0);
      at += entry->d_reclen;
    }
  ::close(folder);
  rmdir(path);
}

/// Runs on whatever stack the simulation is using.
void on_interrupt(int number) {
  for (const Slot& slot : slots) {
    const char* path = slot.path;
    if (path == nullptr || slot.owner != getpid()) continue;
    if (unlink(path) != 0) remove_folder(path);
  }
  signal(number, SIG_DFL);
  raise(number);
}

}  // namespace

PartFile::PartFile(const std::string& target, Kind kind) : path_((sweep(target), free_name(target))), owner_(getpid()) {
  const bool is_folder = kind == Kind::kFolder;
  add_slot(path_.c_str());
  if (is_folder && mkdir(path_.c_str(), 0777) != 0)
    descriptor_ = -1;
  else
    descriptor_ = is_folder ? ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                            : ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    const int code = errno;
    remove_slot(path_.c_str());
    write_failed(target, code);
  }
  flock(descriptor_, LOCK_EX | LOCK_NB);  // a file system without locks does without
}

PartFile::~PartFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  remove_slot(path_.c_str());
  if (path_.empty() || owner_ != getpid()) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void PartFile::keep(const std::string& target) {
  if (::rename(path_.c_str(), target.c_str()) != 0) write_failed(target, errno);
  remove_slot(path_.c_str());
  path_.clear();
}

void remove_part_files_on_interrupt() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);  // nohup stays in force
  }
}

}  // namespace bmemu::harness
