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

/// The date in a note: "... first=0b11f54c@2024-03-15; ...".
std::string date_in(const std::string& note) {
  const auto first = note.find("first=");
  const auto at = first == std::string::npos ? first : note.find('@', first);
  return at == std::string::npos ? "" : note.substr(at + 1, 10);
}

/// Times are per image, unless their note begins otherwise.
bool is_per_run(const std::string& note) { return note.rfind("per bmodel run", 0) == 0; }

std::vector<PublishedTime> read(const std::string& path) {
  CsvTable table(path, "a table of publications (CSV)");
  std::vector<PublishedTime> publications;
  while (table.next()) {
    if (table.text("metric") != "bmrt_test_ms") continue;
    PublishedTime p;
    p.sample = sample_of(table.text("path"));
    p.model = table.text("model");
    p.shape = table.optional("input_shape");
    p.chip = lower(table.text("chip"));
    p.type = lower(table.text("dtype"));
    p.compiler = table.optional("compiler");
    p.date = date_in(table.optional("note"));
    p.is_mixed = table.optional("note").find("mixed") != std::string::npos;
    p.batch = std::max(1, static_cast<int>(table.number("batch")));
    p.ms = table.number("value_ms") * (is_per_run(table.optional("note")) ? 1 : p.batch);
    if (p.ms > 0) publications.push_back(std::move(p));
  }
  std::stable_sort(publications.begin(), publications.end(),
                   [](const auto& a, const auto& b) { return a.date < b.date; });
  return publications;
}

/// What a network computes, where its sample says so: samples of segmentation and detection share model names.
std::string task_of(const std::string& sample) {
  for (const char* task : {"seg", "pose", "obb", "cls"})
    if (lower(sample).find(task) != std::string::npos) return task;
  return "det";
}

/// "yolov5s" of "yolov5s_v6.1_3output", "ch_pp-ocrv3" of "ch_PP-OCRv3_det": up to the first word with a number in it,
/// or the first word.
std::string stem_of(const std::string& model) {
  constexpr const char* kEnds = "_-";
  const auto number = model.find_first_of("0123456789");
  return lower(model.substr(0, model.find_first_of(kEnds, number == std::string::npos ? 1 : number)));
}

constexpr const char* kPredecessor = "TPU-NNTC";

/// "3x640x640" of "4x3x640x640": the shape without the number of images, for a program of `batch` of them.
std::string image_shape(const std::string& shape, int batch) {
  const std::string images = std::to_string(batch) + "x";
  return shape.rfind(images, 0) == 0 ? shape.substr(images.size()) : shape;
}

/// Time of `batch` images in as many runs as that takes; 0: more images than that at once.
double in_runs(const PublishedTime& p, int batch) {
  const int runs = batch / p.batch;
  return runs * p.batch == batch ? p.ms * runs : 0;
}

}  // namespace

void find_publications(const std::string& path, std::vector<PublishedRow>& rows) {
  const auto publications = read(path);
  for (auto& row : rows) {
    const std::string sample = sample_of(path_in(row.source));
    std::set<std::pair<std::string, std::string>> models, twins, images;  // name, or its stem, and shape
    const auto fits = [&](const PublishedTime& p) {
      return p.chip == row.chip && p.type == row.type && p.batch == row.batch;
    };
    for (const auto& p : publications) {
      if (!fits(p) || p.sample != sample || std::abs(p.ms - row.published_ms) > 1e-6 * row.published_ms) continue;
      models.insert({p.model, p.shape});
      images.insert({p.model, image_shape(p.shape, p.batch)});
      twins.insert({stem_of(p.model), p.shape});
    }
    for (const auto& p : publications) {
      if (p.chip == row.chip && p.type == row.type && p.sample == sample && !p.is_mixed && in_runs(p, row.batch) > 0 &&
          images.count({p.model, image_shape(p.shape, p.batch)}) > 0)
        row.fastest_ms = std::min(row.fastest_ms, in_runs(p, row.batch));
      if (!fits(p)) continue;
      const bool is_same = p.sample == sample && models.count({p.model, p.shape}) > 0;
      if (is_same) {
        row.publications.push_back(p);
        row.fastest_ms = std::min(row.fastest_ms, p.ms);
        if (p.compiler != kPredecessor) row.comparable_ms = std::min(row.comparable_ms, p.ms);
      } else if (!p.is_mixed && task_of(p.sample) == task_of(sample) && twins.count({stem_of(p.model), p.shape}) > 0) {
        row.fastest_ms = std::min(row.fastest_ms, p.ms);
      }
    }
  }
}

void find_stages(const std::string& path, std::vector<PublishedRow>& rows) {
  CsvTable table(path, "a table of stages of sample programs (CSV)");
  while (table.next()) {
    const std::string sample = sample_of(table.text("path")), model = table.text("model");
    const double ms = table.number("inference_ms");
    const int batch = static_cast<int>(table.number("batch"));
    if (ms <= 0) continue;
    for (auto& row : rows) {
      if (sample != sample_of(path_in(row.source)) || lower(table.text("chip")) != row.chip ||
          lower(table.text("dtype")) != row.type || batch != row.batch)
        continue;
      const bool is_named = std::any_of(row.publications.begin(), row.publications.end(), [&](const auto& p) {
        return p.model == model.substr(model.find(':') + 1);  // the whole of it where there is no sample
      });
      if (is_named) row.stages_ms.push_back(ms * batch);
    }
  }
  for (auto& row : rows) std::sort(row.stages_ms.begin(), row.stages_ms.end());
}

}  // namespace bmemu::harness
