// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/experiment/cluster.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <thread>

#include "harness/output/words.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kSecondsOfAPart = 60;
constexpr int kTries = 4;  ///< the first and three more
constexpr double kPatience = 10, kPatienceSeconds = 30;

struct Answer {
  std::string text;
  int status = 0;
};

Answer shell(const std::string& command) {
  Answer answer;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen((command + " 2>&1").c_str(), "r"), [](FILE*) { return 0; });
  if (pipe == nullptr) return {"no shell", -1};
  char buffer[4096];
  for (std::size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe.get())) > 0;) answer.text.append(buffer, got);
  answer.status = pclose(pipe.get());
  while (!answer.text.empty() && answer.text.back() == '\n') answer.text.pop_back();
  return answer;
}

[[noreturn]] void fail(const std::string& place, const std::string& found, const std::string& what) {
  throw Error({"E-SWEEP-CLUSTER", place, found, "a Slurm that runs the parts (sbatch, squeue, scancel)", what});
}

std::string tail(const fs::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  const std::string all = text.str();
  return all.size() <= 400 ? all : all.substr(all.size() - 400);
}

/// The parts of one sweep in a folder.
class Parts {
 public:
  Parts(Sweep& sweep, SweepStore& store, const ClusterOptions& options, double seconds_per_point)
      : sweep_(sweep), store_(store), options_(options), identity_(sweep.identity()), folder_(options.folder) {
    fs::create_directories(folder_);
    const std::size_t open = sweep.size() - sweep.finished();
    count_ = std::max<std::size_t>(1, std::size_t(std::ceil(double(open) * seconds_per_point / kSecondsOfAPart)));
    count_ = std::min(count_, std::max<std::size_t>(open, 1));
    expected_seconds_ = seconds_per_point * double(open) / double(count_);
    const fs::path identity = folder_ / "sweep";  // a folder of an earlier, interrupted call goes on with its parts
    const std::string fingerprint = identity_.fingerprint;
    std::string known;
    std::size_t parts = 0;
    if (std::ifstream(identity) >> known >> parts && known == fingerprint)
      count_ = parts;
    else {
      fs::remove_all(folder_);
      fs::create_directories(folder_);
      std::ofstream(identity) << fingerprint << ' ' << count_ << '\n';
    }
    for (std::size_t part = 0; part < count_; ++part) waiting_.insert(part);
    seed();
    write_script();
  }

  bool is_done() const { return waiting_.empty(); }

  /// Takes over parts that have finished.
  void collect() {
    for (auto part = waiting_.begin(); part != waiting_.end();) {
      if (!fs::exists(done_file(*part))) {
        ++part;
        continue;
      }
      const SweepStore from(part_file(*part).string(), identity_);
      take(from);
      part = waiting_.erase(part);
    }
  }

  void submit(const std::function<void(const std::string&)>& note) {
    std::vector<std::size_t> lost;
    for (const auto part : waiting_)
      if (running_.count(part) == 0) lost.push_back(part);
    if (lost.empty()) return;
    for (const auto part : lost) {
      if (++tries_[part] > kTries)
        fail(fmt::format("part {} of {}", part + 1, count_), tail(folder_ / fmt::format("{}.log", part + 1)),
             fmt::format("the part did not finish in {} tries", kTries));
      if (tries_[part] > 1) note(fmt::format("part {} of {} is submitted again", part + 1, count_));
    }
    std::vector<std::size_t> ids;
    ids.reserve(lost.size());
    for (const auto part : lost) ids.push_back(part + 1);
    const auto answer = shell(fmt::format("sbatch --parsable --no-requeue --array={} --output={} {} {}",
                                          fmt::join(ids, ","), shell_word((folder_ / "%a.log").string()),
                                          options_.arguments, shell_word(script().string())));
    if (answer.status != 0) fail("sbatch", answer.text, "the job array was not accepted");
    const std::string job = answer.text.substr(answer.text.rfind('\n') + 1);
    for (const auto part : lost) running_[part] = {job.substr(0, job.find(';')), Clock::now(), {}};
  }

  /// Parts that no task works on any more, or works on for too long, are free to be submitted again.
  void watch() {
    std::map<std::string, std::map<std::size_t, std::string>> states;
    for (const auto& [part, task] : running_) states[task.job];
    for (auto& [job, tasks] : states) {
      const auto answer = shell(fmt::format("squeue -h -r -j {} -o '%K %T'", shell_word(job)));
      std::istringstream lines(answer.text);
      std::size_t id = 0;
      for (std::string state; lines >> id >> state;) tasks[id - 1] = state;
    }
    for (auto task = running_.begin(); task != running_.end();) {
      const auto& [part, what] = *task;
      const auto found = states[what.job].find(part);
      const bool is_known = found != states[what.job].end();
      const bool is_alive = is_known && (found->second == "PENDING" || found->second == "RUNNING" ||
                                         found->second == "COMPLETING" || found->second == "CONFIGURING");
      if (is_alive && found->second == "RUNNING" && !what.running_since) task->second.running_since = Clock::now();
      const bool is_late = is_alive && what.running_since &&
                           std::chrono::duration<double>(Clock::now() - *what.running_since).count() >
                               kPatienceSeconds + kPatience * expected_seconds_;
      const bool is_new = std::chrono::duration<double>(Clock::now() - what.submitted).count() < 3;
      if (is_late) shell(fmt::format("scancel {}_{}", what.job, part + 1));
      if (waiting_.count(part) == 0 || is_late || (!is_alive && !is_new && !fs::exists(done_file(part))))
        task = running_.erase(task);
      else
        ++task;
    }
  }

  void cancel() {
    std::set<std::string> jobs;
    for (const auto& [part, task] : running_) jobs.insert(task.job);
    for (const auto& job : jobs) shell("scancel " + shell_word(job));
  }

  void remove() { fs::remove_all(folder_); }

 private:
  struct Task {
    std::string job;
    Clock::time_point submitted;
    std::optional<Clock::time_point> running_since;
  };

  fs::path part_file(std::size_t part) const { return folder_ / fmt::format("{}.sqlite", part + 1); }
  fs::path done_file(std::size_t part) const { return folder_ / fmt::format("{}.done", part + 1); }
  fs::path script() const { return folder_ / "part.sh"; }

  /// What is known already goes into the parts, so that it does not run again.
  void seed() {
    for (const auto part : waiting_) {
      if (fs::exists(part_file(part))) continue;
      SweepStore into(part_file(part).string(), identity_);
      std::vector<const SweepRow*> rows;
      std::vector<PointResult> results;
      for (std::size_t row = part; row < sweep_.size(); row += count_)
        if (sweep_.is_finished(row)) {
          rows.push_back(&sweep_.rows()[row]);
          results.push_back(sweep_.results()[row]);
        }
      if (!rows.empty()) into.add(rows, results);
    }
  }

  void take(const SweepStore& from) {
    std::vector<const SweepRow*> rows;
    std::vector<PointResult> results;
    for (auto& [number, result] : from.finished()) {
      if (sweep_.is_finished(number - 1)) continue;
      sweep_.set_result(number - 1, result);
      rows.push_back(&sweep_.rows()[number - 1]);
      results.push_back(std::move(result));
    }
    if (!rows.empty()) store_.add(rows, results);
  }

  void write_script() const {
    std::string command;
    for (const auto& word : options_.whatif) command += shell_word(word) + " ";
    std::ofstream(script()) << "#!/bin/sh\n# One part of a sweep; made by bmemu whatif --slurm.\nset -eu\n"
                            << command << "--jobs 1 --part \"$SLURM_ARRAY_TASK_ID/" << count_ << "\" --out "
                            << shell_word(folder_.string()) << "/\"$SLURM_ARRAY_TASK_ID\".sqlite >/dev/null\n"
                            << "touch " << shell_word(folder_.string()) << "/\"$SLURM_ARRAY_TASK_ID\".done\n";
  }

  Sweep& sweep_;
  SweepStore& store_;
  const ClusterOptions& options_;
  SweepIdentity identity_;
  fs::path folder_;
  std::size_t count_ = 1;
  double expected_seconds_ = 0;
  std::set<std::size_t> waiting_;
  std::map<std::size_t, Task> running_;
  std::map<std::size_t, int> tries_;
};

}  // namespace

void run_on_cluster(Sweep& sweep, SweepStore& store, const ClusterOptions& options, double seconds_per_point,
                    const std::function<void(std::size_t, std::size_t)>& progress,
                    const std::function<void(const std::string&)>& note) {
  if (shell("command -v sbatch squeue scancel").status != 0)
    fail("--slurm", "no sbatch, squeue or scancel in the path", "there is no Slurm here");
  if (sweep.finished() == sweep.size()) return;
  Parts parts(sweep, store, options, seconds_per_point);
  try {
    parts.collect();
    while (!parts.is_done()) {
      parts.submit(note);
      std::this_thread::sleep_for(std::chrono::milliseconds(options.poll_ms));
      parts.watch();
      parts.collect();
      if (progress && sweep.finished() > 0) progress(sweep.finished(), sweep.size());
    }
  } catch (...) {
    parts.cancel();
    throw;
  }
  parts.remove();
}

}  // namespace bmemu::harness
