// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/experiment/study.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "harness/architectures/architecture.h"
#include "harness/experiment/analysis.h"
#include "harness/experiment/sweep_output.h"
#include "harness/output/words.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKeys[] = {"title",    "question", "setup",  "limits", "folder",
                                      "programs", "vary",     "retile", "dtype"};

[[noreturn]] void fail(const std::string& path, std::uint32_t line, std::string found, std::string what) {
  throw Error(
      {"E-STUDY-FILE", fmt::format("{} line {}", path, line), std::move(found),
       "title, question, setup, folder (texts), limits, programs, vary (lists of texts), retile (true or false), dtype "
       "(fp32, fp16, bf16, int8)",
       std::move(what)});
}

std::string text_of(const toml::table& table, std::string_view key, const std::string& path) {
  const auto* node = table.get(key);
  if (node == nullptr) fail(path, 1, fmt::format("no {}", key), "a key is missing");
  if (!node->is_string()) fail(path, node->source().begin.line, std::string(key), "a text is needed here");
  return node->as_string()->get();
}

std::vector<std::string> list_of(const toml::table& table, std::string_view key, const std::string& path) {
  std::vector<std::string> list;
  const auto* node = table.get(key);
  if (node == nullptr) return list;
  if (!node->is_array()) fail(path, node->source().begin.line, std::string(key), "a list of texts is needed here");
  for (const auto& item : *node->as_array()) {
    if (!item.is_string()) fail(path, item.source().begin.line, std::string(key), "a list of texts is needed here");
    list.push_back(item.as_string()->get());
  }
  return list;
}

kernels::Precision precision_of(const std::string& word, const std::string& path) {
  using kernels::Precision;
  for (const auto precision : {Precision::kF32, Precision::kF16, Precision::kBf16, Precision::kI8})
    if (word == kernels::name(precision)) return precision;
  fail(path, 1, word, "no such dtype");
}

std::string stem(const std::string& name) { return name.substr(0, name.find(".bmodel")); }

}  // namespace

Study load_study(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Error({"E-FILE-OPEN", path, "cannot be opened", "a study (.toml)", ""});
  toml::table table;
  try {
    table = toml::parse(file, path);
  } catch (const toml::parse_error& e) {
    fail(path, e.source().begin.line, std::string(e.description()), "the file is no TOML");
  }
  for (const auto& [key, node] : table)
    if (std::find(std::begin(kKeys), std::end(kKeys), key.str()) == std::end(kKeys))
      fail(path, node.source().begin.line, std::string(key.str()), "unknown key");
  Study study;
  study.text = {text_of(table, "title", path), text_of(table, "question", path), text_of(table, "setup", path),
                list_of(table, "limits", path)};
  const fs::path folder = fs::path(path).parent_path() / text_of(table, "folder", path);
  for (const auto& program : list_of(table, "programs", path))
    study.programs.push_back(is_architecture(program) ? program : (folder / program).lexically_normal().string());
  study.axes = list_of(table, "vary", path);
  if (study.programs.empty() || study.axes.empty())
    fail(path, 1, "no programs or nothing to vary", "a study needs both");
  study.retile = table["retile"].value_or(false);
  if (table.contains("dtype")) study.precision = precision_of(text_of(table, "dtype", path), path);
  return study;
}

std::string study_markdown(const Sweep& sweep, const std::string& command) {
  const auto& request = sweep.request();
  std::string text = fmt::format("## {}\n\n{}\n\n*Set-up.* {}\n\n```sh\n{}\n```\n\n|", request.study.title,
                                 request.study.question, request.study.setup, command);
  for (const auto& key : request.design.keys) text += fmt::format(" {} |", key);
  for (const auto& program : request.programs) text += fmt::format(" {} |", stem(program.name));
  text += "\n|";
  for (std::size_t i = 0; i < request.design.keys.size() + request.programs.size(); ++i) text += "---|";
  const std::size_t points = request.design.points.size();
  for (std::size_t point = 0; point < points; ++point) {
    text += "\n|";
    for (const auto& setting : request.design.points[point]) text += fmt::format(" {} |", setting);
    for (std::size_t program = 0; program < request.programs.size(); ++program) {
      const auto& result = sweep.results()[program * points + point];
      text += result.error.empty() ? fmt::format(" {:.3f} |", result.numbers.per_image_ms())
                                   : fmt::format(" {} |", status_of(result));
    }
  }
  text += "\n\nMilliseconds for each image, emulated.\n\n*Answer.*";
  for (const auto& line : findings(sweep)) text += " " + line;
  text += "\n\n*Limits.*";
  for (const auto& line : sweep_limits(sweep)) text += " " + line;
  return folded_markdown(text + "\n");
}

}  // namespace bmemu::harness
