// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/pipeline/pipeline.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <queue>

namespace bmemu::harness {
namespace {

constexpr const char* kWait = "wait";
constexpr double kWarmUp = 0.2;

/// Units of one kind, given out in order of arrival.
struct Resource {
  int free = 0;
  std::deque<std::size_t> waiting;  ///< threads
  double busy_ms = 0;
};

/// Between two stages. Each entry is the time at which the frame entered the first stage.
struct Queue {
  std::deque<double> frames;
  std::deque<std::size_t> readers, writers;  ///< threads that wait
};

struct Thread {
  std::size_t stage = 0;
  std::size_t step = 0;
  std::vector<double> begun;  ///< of the frames at hand
  double taken_at = 0;
};

struct Wakeup {
  double at = 0;
  std::uint64_t order = 0;
  std::size_t thread = 0;
  bool operator>(const Wakeup& other) const { return at != other.at ? at > other.at : order > other.order; }
};

/// A serial program is one stage whose steps are those of all stages.
PipelineConfig as_stages(const PipelineConfig& config) {
  if (config.processes == 0) return config;
  PipelineConfig serial = config;
  PipelineStage all{"program", config.processes, 1, {}};
  for (const auto& stage : config.stages) {
    all.batch = std::max(all.batch, stage.batch);
    all.steps.insert(all.steps.end(), stage.steps.begin(), stage.steps.end());
  }
  serial.stages = {all};
  return serial;
}

class Simulation {
 public:
  explicit Simulation(const PipelineConfig& config) : config_(config), queues_(config.stages.size()) {
    for (const auto& [name, units] : config_.resources) resources_[name].free = units;
    for (std::size_t stage = 0; stage < config_.stages.size(); ++stage)
      for (int i = 0; i < config_.stages[stage].threads; ++i) threads_.push_back({stage, 0, {}, 0});
    busy_ms_.resize(config_.stages.size());
  }

  PipelineResult run() {
    for (std::size_t thread = 0; thread < threads_.size(); ++thread) take(thread);
    while (!wakeups_.empty() && done_ < config_.frames) {
      const Wakeup next = wakeups_.top();
      wakeups_.pop();
      now_ = next.at;
      resume(next.thread);
    }
    return result();
  }

 private:
  const PipelineStage& stage_of(std::size_t thread) const { return config_.stages[threads_[thread].stage]; }
  void wake(std::size_t thread, double at) { wakeups_.push({at, order_++, thread}); }

  /// When the source has the next frame.
  double source_time() const {
    if (config_.channel_fps <= 0) return now_;
    return std::max(now_, 1e3 * static_cast<double>(supplied_) / (config_.channel_fps * config_.channels));
  }

  void take(std::size_t index) {
    Thread& thread = threads_[index];
    const int batch = stage_of(index).batch;
    if (thread.stage == 0) {
      supplied_ += batch;
      const double at = source_time();
      thread.begun.assign(static_cast<std::size_t>(batch), at);
      begin_steps(index, at);
      return;
    }
    Queue& queue = queues_[thread.stage];
    if (queue.frames.size() < static_cast<std::size_t>(batch)) {
      queue.readers.push_back(index);
      return;
    }
    thread.begun.assign(queue.frames.begin(), queue.frames.begin() + batch);
    queue.frames.erase(queue.frames.begin(), queue.frames.begin() + batch);
    begin_steps(index, now_);
    wake_writers(queue);
  }

  void begin_steps(std::size_t index, double at) {
    threads_[index].step = 0;
    threads_[index].taken_at = at;
    state_[index] = State::kAsks;
    wake(index, at);
  }

  void resume(std::size_t index) {
    Thread& thread = threads_[index];
    const auto& stage = stage_of(index);
    if (state_[index] == State::kWorks) {
      release(stage.steps[thread.step].on);
      ++thread.step;
      state_[index] = State::kAsks;
    }
    if (thread.step < stage.steps.size()) {
      ask(index);
    } else {
      busy_ms_[thread.stage] += now_ - thread.taken_at;
      put(index);
    }
  }

  void ask(std::size_t index) {
    const auto& step = stage_of(index).steps[threads_[index].step];
    if (step.on != kWait) {
      Resource& resource = resources_[step.on];
      if (resource.free == 0) {
        resource.waiting.push_back(index);
        return;
      }
      --resource.free;
    }
    work(index);
  }

  void work(std::size_t index) {
    const auto& stage = stage_of(index);
    const auto& step = stage.steps[threads_[index].step];
    const double ms = step.ms * stage.batch;
    if (step.on != kWait) resources_[step.on].busy_ms += ms;
    state_[index] = State::kWorks;
    wake(index, now_ + ms);
  }

  void release(const std::string& name) {
    if (name == kWait) return;
    Resource& resource = resources_[name];
    if (resource.waiting.empty()) {
      ++resource.free;
      return;
    }
    const std::size_t next = resource.waiting.front();
    resource.waiting.pop_front();
    work(next);
  }

  void put(std::size_t index) {
    Thread& thread = threads_[index];
    const std::size_t next = thread.stage + 1;
    if (next == config_.stages.size()) {
      finish(thread);
      take(index);
      return;
    }
    Queue& queue = queues_[next];
    const auto room = static_cast<std::size_t>(std::max(config_.queue, config_.stages[next].batch));
    if (queue.frames.size() + thread.begun.size() > std::max(room, thread.begun.size())) {
      queue.writers.push_back(index);
      return;
    }
    queue.frames.insert(queue.frames.end(), thread.begun.begin(), thread.begun.end());
    wake_readers(queue);
    take(index);
  }

  void finish(const Thread& thread) {
    for (const double begun : thread.begun) {
      ++done_;
      latency_ms_ += now_ - begun;
      if (done_ == static_cast<int>(config_.frames * kWarmUp)) warm_at_ = now_, warm_done_ = done_;
    }
  }

  /// The one that waits longest may try again; it waits on when there are still too few.
  void wake_readers(Queue& queue) {
    for (auto tries = queue.readers.size(); tries > 0; --tries) {
      const std::size_t reader = queue.readers.front();
      if (queue.frames.size() < static_cast<std::size_t>(stage_of(reader).batch)) return;
      queue.readers.pop_front();
      take(reader);
    }
  }

  void wake_writers(Queue& queue) {
    if (queue.writers.empty()) return;
    const std::size_t writer = queue.writers.front();
    queue.writers.pop_front();
    put(writer);
  }

  PipelineResult result() const {
    PipelineResult result;
    const double span = now_ - warm_at_;
    result.fps = span > 0 ? 1e3 * (done_ - warm_done_) / span : 0;
    result.latency_ms = done_ == 0 ? 0 : latency_ms_ / done_;
    double busiest = 0;
    for (const auto& [name, resource] : resources_) {
      if (resource.busy_ms <= 0) continue;
      const double busy = std::min(1.0, resource.busy_ms / (now_ * config_.resources.at(name)));
      result.resources.push_back({name, busy});
      if (busy > busiest) busiest = busy, result.limit = name;
    }
    for (std::size_t i = 0; i < busy_ms_.size(); ++i) {
      const auto& stage = config_.stages[i];
      result.stages.push_back({stage.name, std::min(1.0, busy_ms_[i] / (now_ * stage.threads))});
      if (result.stages.back().busy > busiest + kLimitMargin)
        busiest = result.stages.back().busy, result.limit = stage.name + " threads";
    }
    if (busiest < kLimitBusy) result.limit = "the source";
    return result;
  }

  enum class State : unsigned char { kAsks, kWorks };
  static constexpr double kLimitBusy = 0.9;
  static constexpr double kLimitMargin = 0.02;  ///< threads that wait for a full resource are not what limits

  PipelineConfig config_;
  std::map<std::string, Resource> resources_;
  std::vector<Queue> queues_;  ///< in front of each stage; the first is the source
  std::vector<Thread> threads_;
  std::map<std::size_t, State> state_;
  std::vector<double> busy_ms_;
  std::priority_queue<Wakeup, std::vector<Wakeup>, std::greater<>> wakeups_;
  std::uint64_t order_ = 0;
  std::int64_t supplied_ = 0;
  int done_ = 0, warm_done_ = 0;
  double now_ = 0, warm_at_ = 0, latency_ms_ = 0;
};

}  // namespace

double PipelineStage::ms() const {
  double sum = 0;
  for (const auto& step : steps) sum += step.ms;
  return sum;
}

PipelineResult simulate(const PipelineConfig& config) { return Simulation(as_stages(config)).run(); }

}  // namespace bmemu::harness
