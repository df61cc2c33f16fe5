// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/experiment/pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>

#include "isa/error.h"

namespace bmemu::harness {
namespace {

bool write_all(int file, const void* data, std::size_t size) {
  const auto* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = ::write(file, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool read_all(int file, void* data, std::size_t size) {
  auto* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t got = ::read(file, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_text(int file, const std::string& text) {
  const std::uint32_t size = static_cast<std::uint32_t>(text.size());
  return write_all(file, &size, sizeof size) && write_all(file, text.data(), text.size());
}

bool read_text(int file, std::string& text) {
  std::uint32_t size = 0;
  if (!read_all(file, &size, sizeof size)) return false;
  text.resize(size);
  return read_all(file, text.data(), size);
}

/// The numbers of a layer as they are handed over, without its texts.
struct LayerRecord {
  std::int64_t active_ps, critical_ps;
  std::array<std::int64_t, 2> busy_ps, cycles;
  std::array<std::uint64_t, 4> bytes;
};

bool write_result(int file, const PointResult& result) {
  if (!write_all(file, &result.numbers, sizeof result.numbers) || !write_text(file, result.outside) ||
      !write_text(file, result.error))
    return false;
  const std::uint64_t layers = result.layers.size();
  if (!write_all(file, &layers, sizeof layers)) return false;
  for (const auto& layer : result.layers) {
    const LayerRecord record{layer.active_ps, layer.critical_ps, layer.busy_ps, layer.cycles, layer.bytes};
    if (!write_all(file, &record, sizeof record) || !write_text(file, layer.name) || !write_text(file, layer.kind))
      return false;
  }
  return true;
}

bool read_result(int file, PointResult& result) {
  std::uint64_t layers = 0;
  if (!read_all(file, &result.numbers, sizeof result.numbers) || !read_text(file, result.outside) ||
      !read_text(file, result.error) || !read_all(file, &layers, sizeof layers))
    return false;
  for (std::uint64_t i = 0; i < layers; ++i) {
    LayerRecord record{};
    LayerNumbers layer;
    if (!read_all(file, &record, sizeof record) || !read_text(file, layer.name) || !read_text(file, layer.kind))
      return false;
    layer.active_ps = record.active_ps;
    layer.critical_ps = record.critical_ps;
    layer.busy_ps = record.busy_ps;
    layer.cycles = record.cycles;
    layer.bytes = record.bytes;
    result.layers.push_back(std::move(layer));
  }
  return true;
}

/// A worker: reads a count and numbers, answers with a result for each, until its input ends.
[[noreturn]] void work(int requests, int answers, const PointTask& task) {
  std::uint64_t number = 0;
  while (read_all(requests, &number, sizeof number)) {
    if (!write_result(answers, task(number))) break;
  }
  _exit(0);  // the parent owns everything that destructors would flush
}

/// A request to a worker that has just died must not end this process.
class IgnoreBrokenPipes {
 public:
  IgnoreBrokenPipes() { sigaction(SIGPIPE, &ignore_, &before_); }
  ~IgnoreBrokenPipes() { sigaction(SIGPIPE, &before_, nullptr); }
  IgnoreBrokenPipes(const IgnoreBrokenPipes&) = delete;
  IgnoreBrokenPipes& operator=(const IgnoreBrokenPipes&) = delete;

 private:
  struct sigaction ignore_ = [] {
    struct sigaction action = {};
    action.sa_handler = SIG_IGN;
    return action;
  }();
  struct sigaction before_ = {};
};

class Worker {
 public:
  Worker(const PointTask& task, const std::vector<std::unique_ptr<Worker>>& others) {
    int request[2], answer[2];
    if (pipe2(request, O_CLOEXEC) != 0 || pipe2(answer, O_CLOEXEC) != 0) fail();
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ < 0) fail();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // no orphans after kill -9
      if (getppid() != parent) _exit(0);
      for (const auto& other : others)
        if (other) other->close_pipes();
      ::close(request[1]);
      ::close(answer[0]);
      work(request[0], answer[1], task);
    }
    ::close(request[0]);
    ::close(answer[1]);
    requests_ = request[1];
    answers_ = answer[0];
  }
  ~Worker() {
    close_pipes();
    if (pid_ < 0) return;
    if (is_busy()) kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  bool is_busy() const { return results_.size() < numbers_.size(); }
  int answers() const { return answers_; }
  const std::vector<std::uint64_t>& numbers() const { return numbers_; }
  const std::vector<PointResult>& results() const { return results_; }

  void give(std::vector<std::uint64_t> numbers) {
    numbers_ = std::move(numbers);
    results_.clear();
    // A chunk is shorter than a pipe's buffer: this never blocks.
    write_all(requests_, numbers_.data(), numbers_.size() * sizeof numbers_.front());
  }
  /// One more result. False when the worker died.
  bool take() {
    PointResult result;
    if (!read_result(answers_, result)) return false;
    results_.push_back(std::move(result));
    return true;
  }
  std::string how_it_ended() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFSIGNALED(status) ? fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)))
                               : fmt::format("exit code {}", WEXITSTATUS(status));
  }

 private:
  [[noreturn]] static void fail() {
    throw Error({"E-SWEEP-WORKER", "--jobs", std::strerror(errno), "a process that can be started",
                 "no worker process can be started"});
  }
  void close_pipes() {
    for (int* file : {&requests_, &answers_}) {
      if (*file >= 0) ::close(*file);
      *file = -1;
    }
  }

  pid_t pid_ = -1;
  int requests_ = -1, answers_ = -1;
  std::vector<std::uint64_t> numbers_;
  std::vector<PointResult> results_;
};

}  // namespace

void run_points(const std::vector<std::uint64_t>& numbers, const PoolOptions& options, const PointTask& task,
                const ChunkDone& done) {
  constexpr std::uint64_t kLargestChunk = 4096;  // numbers of eight bytes in a pipe of 64 KiB
  std::size_t next = 0;
  const auto chunk = [&] {
    const std::size_t size =
        std::min<std::size_t>(std::clamp<std::uint64_t>(options.chunk, 1, kLargestChunk), numbers.size() - next);
    std::vector<std::uint64_t> part(numbers.begin() + std::ptrdiff_t(next),
                                    numbers.begin() + std::ptrdiff_t(next + size));
    next += size;
    return part;
  };
  const IgnoreBrokenPipes ignore;
  std::vector<std::unique_ptr<Worker>> workers;
  while (workers.size() < std::max(options.jobs, 1U) && next < numbers.size()) {
    workers.push_back(std::make_unique<Worker>(task, workers));
    workers.back()->give(chunk());
  }
  while (std::any_of(workers.begin(), workers.end(), [](const auto& w) { return w->is_busy(); })) {
    std::vector<pollfd> waits;
    waits.reserve(workers.size());
    for (const auto& worker : workers) waits.push_back({worker->is_busy() ? worker->answers() : -1, POLLIN, 0});
    if (poll(waits.data(), waits.size(), -1) < 0) continue;  // interrupted
    for (std::size_t i = 0; i < workers.size(); ++i) {
      if (waits[i].revents == 0) continue;
      auto& worker = workers[i];
      if (!worker->take()) {
        // The point that it was at fails; the points behind it go to a new worker.
        auto finished = worker->numbers();
        auto results = worker->results();
        std::vector<std::uint64_t> left(finished.begin() + std::ptrdiff_t(results.size()) + 1, finished.end());
        finished.resize(results.size() + 1);
        PointResult failed;
        failed.error = Error({"E-SWEEP-WORKER", fmt::format("point {}", finished.back()), worker->how_it_ended(),
                              "a worker that answers", "a worker process ended before its time"})
                           .what();
        results.push_back(std::move(failed));
        done(finished, results);
        worker.reset();
        worker = std::make_unique<Worker>(task, workers);
        if (left.empty() && next < numbers.size()) left = chunk();
        if (!left.empty()) worker->give(std::move(left));
        continue;
      }
      if (worker->is_busy()) continue;
      done(worker->numbers(), worker->results());
      if (next < numbers.size()) worker->give(chunk());
    }
  }
}

}  // namespace bmemu::harness
