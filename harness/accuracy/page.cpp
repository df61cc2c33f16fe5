// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace bmemu::harness {
namespace {

constexpr const char* kTypes[] = {"fp32", "fp16", "int8"};
constexpr double kLowQuantile = 0.05, kHighQuantile = 0.95;

bool is_transformer(const PublishedRow& row) { return row.fold() == "segformer"; }

using Choice = std::function<bool(const PublishedRow&)>;

struct Errors {
  std::vector<double> held_out, in_sample, estimate;
};

Errors errors(const CalibratedChip& chip, const Choice& choice) {
  Errors e;
  for (std::size_t i = 0; i < chip.rows.size(); ++i) {
    const auto& row = chip.rows[i];
    if (!choice(row)) continue;
    e.held_out.push_back(chip.calibration.rows[i].held_out_ms / row.published_ms - 1);
    e.in_sample.push_back(chip.calibration.rows[i].in_sample_ms / row.published_ms - 1);
    if (row.estimate_ms > 0) e.estimate.push_back(row.estimate_ms / row.published_ms - 1);
  }
  return e;
}

std::string summary_line(const std::string& title, const CalibratedChip& chip, const Choice& choice) {
  const Errors e = errors(chip, choice);
  if (e.held_out.empty()) return "";
  const ErrorStatistics out = statistics(e.held_out);
  const ErrorStatistics in = statistics(e.in_sample);
  const ErrorStatistics vendor = statistics(e.estimate);
  return fmt::format("| {} | {} | {:.1f} | {:.1f} | {:.1f} | {:+.1f} | {:.1f} | {} |\n", title, out.count, out.mape,
                     out.median, out.p90, out.bias, in.mape,
                     vendor.count == 0 ? "-" : fmt::format("{:.1f}", vendor.mape));
}

std::pair<double, double> ratios(const isa::CalibrationSpec& c, const std::string& type) {
  if (type == "fp32") return {c.fp32_low_ratio, c.fp32_high_ratio};
  if (type == "fp16") return {c.fp16_low_ratio, c.fp16_high_ratio};
  return {c.int8_low_ratio, c.int8_high_ratio};
}

std::string row_line(const CalibratedChip& chip, std::size_t i, std::size_t& inside) {
  const auto& row = chip.rows[i];
  const auto& predicted = chip.calibration.rows[i];
  const auto [low, high] = ratios(chip.calibration.chip.calibration, row.type);
  const double from = predicted.held_out_ms * low;
  const double to = predicted.held_out_ms * high;
  const bool is_inside = row.published_ms >= from && row.published_ms <= to;
  inside += is_inside ? 1 : 0;
  const std::string note = std::string(row.is_mixed ? "mixed precision published" : "") +
                           (row.other_compiler ? std::string(row.is_mixed ? ", " : "") + "older compiler" : "");
  return fmt::format("| {} | {:.3f} | {:.3f} | {:+.1f} | {:.3f} to {:.3f}{} | {:.3f} | {} | {} |\n", row.name(),
                     row.published_ms, predicted.held_out_ms, 100 * (predicted.held_out_ms / row.published_ms - 1),
                     from, to, is_inside ? "" : " (outside)", predicted.in_sample_ms,
                     row.estimate_ms > 0 ? fmt::format("{:.3f}", row.estimate_ms) : "-", note);
}

std::string chip_section(const CalibratedChip& chip) {
  const auto& name = chip.calibration.chip.name;
  std::string text = fmt::format(
      "\n## {}\n\n| rows | n | MAPE % | median % | p90 % | bias % | MAPE in sample % | MAPE of the vendor's estimate % "
      "|\n|---|---|---|---|---|---|---|---|\n",
      name);
  const Choice convolutional = [](const auto& r) { return !is_transformer(r); };
  text += summary_line("convolutional, same precision", chip,
                       [&](const auto& r) { return convolutional(r) && !r.is_mixed; });
  for (const char* type : kTypes)
    text += summary_line(fmt::format("&nbsp;&nbsp;{}", type), chip,
                         [&](const auto& r) { return convolutional(r) && !r.is_mixed && r.type == type; });
  for (const int batch : {1, 4})
    text += summary_line(fmt::format("&nbsp;&nbsp;batch {}", batch), chip,
                         [&](const auto& r) { return convolutional(r) && !r.is_mixed && r.batch == batch; });
  text += summary_line("convolutional, mixed precision published", chip,
                       [&](const auto& r) { return convolutional(r) && r.is_mixed; });
  text += summary_line("convolutional, all", chip, convolutional);
  text += summary_line("transformers", chip, is_transformer);

  text += "\n| parameter | value | without one network | mean change of ln(time) per ln(value) |\n|---|---|---|---|\n";
  for (const auto& p : chip.calibration.parameters)
    text += fmt::format("| `{}` | {:.4g} | {:.3g} to {:.3g} | {:.3f} |\n", p.key, p.value, p.lowest, p.highest,
                        p.sensitivity);

  std::string table;
  std::size_t inside = 0;
  for (std::size_t i = 0; i < chip.rows.size(); ++i) table += row_line(chip, i, inside);
  text += fmt::format(
      "\n{} of {} published times lie in their 90 % interval.\n\n| program | published ms | bmemu ms, network held out "
      "| error % | 90 % interval | bmemu ms, in sample | vendor's estimate ms | note |\n"
      "|---|---|---|---|---|---|---|---|\n{}",
      inside, chip.rows.size(), table);
  return text;
}

}  // namespace

double quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double at = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const auto above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (at - static_cast<double>(below));
}

ErrorStatistics statistics(std::vector<double> relative_errors) {
  ErrorStatistics s;
  s.count = relative_errors.size();
  if (s.count == 0) return s;
  std::vector<double> sizes;
  for (const double e : relative_errors) {
    sizes.push_back(100 * std::abs(e));
    s.mape += sizes.back() / static_cast<double>(s.count);
    s.bias += 100 * e / static_cast<double>(s.count);
  }
  s.median = quantile(sizes, 0.5);
  s.p90 = quantile(sizes, 0.9);
  return s;
}

void set_intervals(CalibratedChip& chip) {
  auto& c = chip.calibration.chip.calibration;
  const auto set = [&](const std::string& type, double& low, double& high) {
    std::vector<double> ratio;
    for (std::size_t i = 0; i < chip.rows.size(); ++i)
      if (chip.rows[i].type == type && !is_transformer(chip.rows[i]))
        ratio.push_back(chip.rows[i].published_ms / chip.calibration.rows[i].held_out_ms);
    if (ratio.empty()) return false;
    low = std::min(1.0, quantile(ratio, kLowQuantile));
    high = std::max(1.0, quantile(ratio, kHighQuantile));
    return true;
  };
  set("fp32", c.fp32_low_ratio, c.fp32_high_ratio);
  if (!set("fp16", c.fp16_low_ratio, c.fp16_high_ratio)) {
    c.fp16_low_ratio = c.fp32_low_ratio;
    c.fp16_high_ratio = c.fp32_high_ratio;
  }
  set("int8", c.int8_low_ratio, c.int8_high_ratio);
  std::vector<double> times;
  for (const auto& row : chip.rows) times.push_back(row.published_ms);
  c.shortest_ms = quantile(times, 0);
  c.longest_ms = quantile(times, 1);
  for (const auto& parameter : isa::chip_parameters())
    if (parameter.key.rfind("calibration.", 0) == 0) {
      auto& origin = chip.calibration.chip.origins[std::string(parameter.key)];
      origin.provenance = isa::Provenance::kFitted;
      origin.source = "bmemu calibrate: published times of networks left out of the fit";
    }
}

std::string accuracy_page(const std::vector<CalibratedChip>& chips) {
  std::string text =
      "# Accuracy\n\nGenerated by `bmemu calibrate`; do not edit. Times are of one run, all images of the batch, as "
      "the "
      "vendor publishes them (bmrt_test). \"Held out\": predicted with parameters fitted without any program of the "
      "network or its variants. Errors are predicted over published, minus one. Repeated publications of one program "
      "differ by 5 % (median), and the published programs came from other versions of the compiler than the ones at "
      "hand.\n";
  for (const auto& chip : chips) text += chip_section(chip);
  return text;
}

}  // namespace bmemu::harness
