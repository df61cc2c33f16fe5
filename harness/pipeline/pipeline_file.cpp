// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Configurations of pipelines in TOML.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "harness/pipeline/pipeline.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr int kMostThreads = 1024, kMostFrames = 10'000'000;

[[noreturn]] void fail(const std::string& place, const std::string& value, const std::string& legal,
                       const std::string& what) {
  throw Error({"E-PIPELINE-FILE", place, value, legal, what});
}

std::string place_of(const std::string& file, const toml::node& node) {
  return fmt::format("{}:{}", file, node.source().begin.line);
}

double real(const std::string& file, const toml::node& node, std::string_view key) {
  const auto value = node.value<double>();
  if (!value) fail(place_of(file, node), std::string(key), "a number", "no number");
  return *value;
}

int whole(const std::string& file, const toml::node& node, std::string_view key) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 0 || *value > kMostFrames)
    fail(place_of(file, node), std::string(key), fmt::format("a whole number, 0..{}", kMostFrames), "no such number");
  return static_cast<int>(*value);
}

PipelineStep parse_step(const std::string& file, const toml::node& node) {
  const auto* table = node.as_table();
  if (table == nullptr) fail(place_of(file, node), "step", "{ on = \"tpu\", ms = 3.5 }", "no table");
  PipelineStep step;
  for (const auto& [key, value] : *table) {
    if (key.str() == "on")
      step.on = value.value_or(std::string());
    else if (key.str() == "ms")
      step.ms = real(file, value, "ms");
    else
      fail(place_of(file, value), std::string(key.str()), "on, ms", "unknown key of a step");
  }
  return step;
}

PipelineStage parse_stage(const std::string& file, const toml::table& table) {
  PipelineStage stage;
  for (const auto& [key, value] : table) {
    const std::string_view name = key.str();
    if (name == "name")
      stage.name = value.value_or(std::string());
    else if (name == "threads")
      stage.threads = whole(file, value, name);
    else if (name == "batch")
      stage.batch = whole(file, value, name);
    else if (name == "steps" && value.is_array())
      for (const auto& step : *value.as_array()) stage.steps.push_back(parse_step(file, step));
    else
      fail(place_of(file, value), std::string(name), "name, threads, batch, steps", "unknown key of a stage");
  }
  return stage;
}

void parse_resources(const std::string& file, const toml::node& node, PipelineConfig& config) {
  const auto* table = node.as_table();
  if (table == nullptr) fail(place_of(file, node), "resources", "a table of counts", "no table");
  for (const auto& [key, value] : *table) config.resources[std::string(key.str())] = whole(file, value, key.str());
}

}  // namespace

void check_pipeline(const PipelineConfig& config, const std::string& place) {
  const auto check = [&](const std::string& key, double value, double low, double high) {
    if (!(value >= low && value <= high))
      fail(place, fmt::format("{} = {:g}", key, value), fmt::format("{:g}..{:g}", low, high), "out of range");
  };
  if (config.stages.empty()) fail(place, "stage", "[[stage]]", "no stage");
  check("frames", config.frames, 10, kMostFrames);
  check("channels", config.channels, 1, 1e4);
  check("channel_fps", config.channel_fps, 0, 1e6);
  check("queue", config.queue, 1, 1e6);
  check("processes", config.processes, 0, kMostThreads);
  for (const auto& stage : config.stages) {
    check(stage.name + ".threads", stage.threads, 1, kMostThreads);
    check(stage.name + ".batch", stage.batch, 1, kMostThreads);
    if (!(stage.ms() > 0)) fail(place, stage.name, "steps that take some time", "a stage that takes none");
    for (const auto& step : stage.steps) {
      check(stage.name + ".ms", step.ms, 0, 1e9);
      const auto resource = config.resources.find(step.on);
      if (step.on != "wait" && (resource == config.resources.end() || resource->second < 1)) {
        std::string names = "wait";
        for (const auto& [name, count] : config.resources)
          if (count > 0) names += ", " + name;
        fail(place, fmt::format("{}: on = \"{}\"", stage.name, step.on), names, "no such resource");
      }
    }
  }
}

PipelineConfig load_pipeline(const std::string& path) {
  std::ifstream stream(path);
  if (!stream) throw Error({"E-FILE-OPEN", path, "cannot be opened", "a pipeline (TOML)", ""});
  std::ostringstream all;
  all << stream.rdbuf();
  PipelineConfig config;
  try {
    const toml::table table = toml::parse(all.str());
    for (const auto& [key, value] : table) {
      const std::string_view name = key.str();
      if (name == "frames")
        config.frames = whole(path, value, name);
      else if (name == "channels")
        config.channels = whole(path, value, name);
      else if (name == "channel_fps")
        config.channel_fps = real(path, value, name);
      else if (name == "queue")
        config.queue = whole(path, value, name);
      else if (name == "processes")
        config.processes = whole(path, value, name);
      else if (name == "resources")
        parse_resources(path, value, config);
      else if (name == "stage" && value.is_array())
        for (const auto& stage : *value.as_array()) {
          if (!stage.is_table()) fail(place_of(path, stage), "stage", "[[stage]]", "no table");
          config.stages.push_back(parse_stage(path, *stage.as_table()));
        }
      else
        fail(place_of(path, value), std::string(name),
             "frames, channels, channel_fps, queue, processes, [resources], [[stage]]", "unknown key");
    }
  } catch (const toml::parse_error& error) {
    fail(fmt::format("{}:{}", path, error.source().begin.line), "", "TOML", std::string(error.description()));
  }
  check_pipeline(config, path);
  return config;
}

}  // namespace bmemu::harness
