// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/host/interface_model.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "isa/error.h"

namespace bmemu::harness {
namespace {

struct CostInfo {
  const char* key;
  const char* part;  ///< the name that sail prints
  double ms_per_unit;
};
constexpr double kMsPerNs = 1e-6;
constexpr std::array<CostInfo, kHostCostCount> kCosts = {{
    {"python_call_ms", "call", 1},
    {"cast_ns", "cast", kMsPerNs},
    {"contiguous_ns", "ascontiguousarray", kMsPerNs},
    {"copy_in_ns", "memcpy_cpu_to_cpu_0", kMsPerNs},
    {"scale_in_ns", "AnyScale_SSE", kMsPerNs},
    {"copy_out_ns", "bm_memcpy_d2s_partial", kMsPerNs},
    {"scale_out_ns", "AnyScale_SSE output", kMsPerNs},
    {"bmcv_call_ms", "call", 1},
    {"create_tensor_ns_per_byte", "create tensors", kMsPerNs},
    {"fetch_ns", "asnumpy", kMsPerNs},
    {"sail_out_ns", "sail output", kMsPerNs},
}};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

[[noreturn]] void fail(const std::string& file, const std::string& key, const std::string& what) {
  throw Error(
      {"E-HOST-FILE", file, key, "every key of `bmemu claims 6.2 --print-host`, with a number from 0 up", what});
}

HostValue parse_value(const toml::table& table, const std::string& file, const char* key) {
  const auto* entry = table[key].as_table();
  if (entry == nullptr) fail(file, key, "a table with value, low, high and source belongs here");
  HostValue value;
  value.key = key;
  for (auto [name, target] : {std::pair{"value", &value.value}, {"low", &value.low}, {"high", &value.high}}) {
    const auto number = (*entry)[name].value<double>();
    if (!number || !(*number >= 0)) fail(file, fmt::format("{}.{}", key, name), "no number from 0 up");
    *target = *number;
  }
  value.source = (*entry)["source"].value_or(std::string());
  return value;
}

}  // namespace

HostInterface interface_of(std::string_view program) {
  const bool is_python = ends_with(program, ".py") || holds(program, "(py)");
  if (is_python && holds(program, "bmcv")) return HostInterface::kBmcvPython;
  if (is_python) return HostInterface::kOpencvPython;
  return holds(program, "sail") ? HostInterface::kSailCpp : HostInterface::kRuntimeCpp;
}

std::string_view name(HostInterface host) {
  switch (host) {
    case HostInterface::kOpencvPython: return "*_opencv.py";
    case HostInterface::kBmcvPython: return "*_bmcv.py";
    case HostInterface::kSailCpp: return "*_sail (C++)";
    case HostInterface::kRuntimeCpp: return "*_bmcv, *_opencv (C++)";
  }
  return "";
}

std::string_view host_text(std::string_view file) {
  for (const auto& text : host_texts())
    if (text.file == file) return text.text;
  check_failed("a file of the host model is compiled in", __FILE__, __LINE__, std::string(file));
}

InterfaceModel load_interface_model(const std::string& path) {
  const std::string file = path.empty() ? "interfaces.toml" : path;
  std::string text;
  if (path.empty()) {
    text = host_text(file);
  } else {
    std::ifstream stream(path);
    if (!stream) throw Error({"E-FILE-OPEN", path, "cannot be opened", "a host model (TOML)", ""});
    std::ostringstream all;
    all << stream.rdbuf();
    text = all.str();
  }
  InterfaceModel model;
  try {
    const toml::table table = toml::parse(text);
    for (const auto& entry : table) {
      const std::string_view key = entry.first.str();
      const bool known = std::any_of(kCosts.begin(), kCosts.end(), [&](const auto& c) { return key == c.key; });
      if (!known) fail(file, std::string(key), "unknown key");
    }
    for (std::size_t i = 0; i < kHostCostCount; ++i) model.values[i] = parse_value(table, file, kCosts[i].key);
  } catch (const toml::parse_error& error) {
    fail(fmt::format("{}:{}", file, error.source().begin.line), "", std::string(error.description()));
  }
  return model;
}

std::string interface_model_toml(const InterfaceModel& model) {
  std::string text =
      "# What the inference interface costs on the CPU of the SoC: ns per element, ms per call. Fitted, all of it:\n"
      "# `bmemu claims 6.2 --fit` makes this file. low, high: over the fits that leave one sample out.\n";
  for (const auto& value : model.values)
    text += fmt::format("{} = {{ value = {:.4g}, low = {:.4g}, high = {:.4g}, source = \"{}\" }}\n", value.key,
                        value.value, value.low, value.high, value.source);
  return text;
}

std::vector<HostPart> host_parts(const HostCall& call, const InterfaceModel& model) {
  std::vector<HostPart> parts;
  const auto add = [&](HostCost cost, double units) {
    const auto& info = kCosts[static_cast<std::size_t>(cost)];
    if (units > 0) parts.push_back({info.part, cost, units, units * model[cost] * info.ms_per_unit});
  };
  const double calls = 1.0 / call.batch;
  const double fetched = call.fetches_output ? call.output_elements : 0;
  switch (call.host) {
    case HostInterface::kOpencvPython:
      add(HostCost::kPythonCall, calls);
      if (call.array == InputArray::kFloat64Strided || call.array == InputArray::kUint8Strided)
        add(HostCost::kCast, call.input_elements);
      if (call.array != InputArray::kFloat32) add(HostCost::kContiguous, call.input_elements);
      add(call.scales_input ? HostCost::kScaleIn : HostCost::kCopyIn, call.input_elements);
      add(call.scales_output ? HostCost::kScaleOut : HostCost::kCopyOut, fetched);
      break;
    case HostInterface::kBmcvPython:
      add(HostCost::kBmcvCall, calls);
      add(HostCost::kCreateTensor, call.output_elements * (call.scales_output ? 1 : 4));
      add(HostCost::kFetch, fetched);
      break;
    case HostInterface::kSailCpp: add(HostCost::kSailOut, fetched); break;
    case HostInterface::kRuntimeCpp: break;
  }
  return parts;
}

double host_ms(const HostCall& call, const InterfaceModel& model) {
  double sum = 0;
  for (const auto& part : host_parts(call, model)) sum += part.ms;
  return sum;
}

}  // namespace bmemu::harness
