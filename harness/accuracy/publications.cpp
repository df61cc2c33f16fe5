// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/publications.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "harness/output/csv_table.h"

namespace bmemu::harness {
namespace {

struct Publication {
  std::string sample, model, chip, type;
  int batch = 1;
  double ms = 0;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

/// "sample/ResNet" of "sample/ResNet/cpp/README.md".
std::string sample_of(const std::string& path) {
  const auto first = path.find('/');
  return first == std::string::npos ? path : path.substr(0, path.find('/', first + 1));
}

/// The path in "sophgo/sophon-demo sample/ResNet/README.md @c7c94bb0f664".
std::string path_in(const std::string& source) {
  const auto space = source.find(' ');
  if (space == std::string::npos) return source;
  return source.substr(space + 1, source.find(' ', space + 1) - space - 1);
}

std::vector<Publication> read(const std::string& path) {
  CsvTable table(path, "a table of publications (CSV)");
  std::vector<Publication> publications;
  while (table.next()) {
    if (table.text("metric") != "bmrt_test_ms") continue;
    Publication p;
    p.sample = sample_of(table.text("path"));
    p.model = table.text("model");
    p.chip = lower(table.text("chip"));
    p.type = lower(table.text("dtype"));
    p.batch = std::max(1, static_cast<int>(table.number("batch")));
    p.ms = table.number("value_ms") * p.batch;
    if (p.ms > 0) publications.push_back(std::move(p));
  }
  return publications;
}

}  // namespace

void find_fastest(const std::string& path, std::vector<PublishedRow>& rows) {
  const auto publications = read(path);
  for (auto& row : rows) {
    const std::string sample = sample_of(path_in(row.source));
    const auto fits = [&](const Publication& p) {
      return p.sample == sample && p.chip == row.chip && p.type == row.type && p.batch == row.batch;
    };
    std::set<std::string> models;
    for (const auto& p : publications)
      if (fits(p) && std::abs(p.ms - row.published_ms) < 1e-6 * row.published_ms) models.insert(p.model);
    for (const auto& p : publications)
      if (fits(p) && models.count(p.model) > 0) row.fastest_ms = std::min(row.fastest_ms, p.ms);
  }
}

}  // namespace bmemu::harness
