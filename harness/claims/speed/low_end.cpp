// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/low_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "harness/claims/experiments.h"
#include "harness/claims/speed/low_end_tables.h"
#include "harness/claims/speed/throughput_cases.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

/// Share of the loss from which on a part is its cause.
constexpr double kMainCause = 0.75;
/// What the FAQ says SE5-8 loses, and how far from it a loss is still that.
constexpr double kStatedLoss = 0.4, kLossTolerance = 0.1, kDrop = 0.1;
constexpr double kLossRatio = 10.6 / 17.6;  ///< of the stated peaks

std::string chip_of_product(const std::string& product) {
  for (const auto& known : isa::products())
    if (known.name == product) return known.chip;
  return "";
}

/// Unspecific and former names of products.
std::string product_of(const ThroughputRow& row) {
  static const std::map<std::string, std::string> kNames = {
      {"SE5-12G", "SE5-16"}, {"SE5-6G", "SE5-8"}, {"SE5", "SE5-16"}, {"SE7", "SE7-32"}};
  const auto at = kNames.find(row.product);
  if (at != kNames.end()) return at->second;
  if (row.product == "SoC") return row.chip == "bm1684" ? "SE5-16" : "SE7-32";
  return row.product;
}

/// Rows of sophon-stream name no bmodel: the sample's int8 program of batch 4 (BM1684) is taken.
struct NamedProgram {
  std::string network, type;
  int batch = 1;
  bool is_assumed = false;
};
NamedProgram program_of(const ThroughputRow& row) {
  static const std::map<std::string, std::string> kModels = {{"yolov5", "yolov5s"},  {"bytetrack", "yolov5s"},
                                                             {"yolov7", "yolov7"},   {"yolov8", "yolov8s"},
                                                             {"resnet", "resnet50"}, {"openpose", "openpose_coco"}};
  if (row.bmodel.find(',') != std::string::npos || row.bmodel.find("，") != std::string::npos) return {};
  const std::string network = network_of(row);
  if (!network.empty() && !row.bmodel.empty()) {
    // "pose_coco_int8_4b.bmodel" says type and batch where the columns do not
    const auto at = row.bmodel.rfind("_int8_");
    if (row.type.empty() && at != std::string::npos)
      return {network, "int8", std::atoi(row.bmodel.c_str() + at + 6), false};
    return {network, row.type.empty() ? "int8" : row.type, row.batch, false};
  }
  const auto model = kModels.find(row.model);
  if (model == kModels.end() || row.repository.find("stream") == std::string::npos) return {};
  return {model->second, "int8", 4, true};
}

ProductTime time_of(const std::string& product, const RunTimes& times, double images) {
  return {product, times.run_ms / images, times.run_ms * times.low_ratio / images,
          times.run_ms * times.high_ratio / images};
}

/// The clock at which a program takes `ms`; 0: none between a tenth and twice the chip's.
double clock_for(const EmulatedProgram& program, const isa::ChipSpec& chip, double ms) {
  const auto time_at = [&](double mhz) {
    return run_ms(program, with_settings(chip, {fmt::format("tiu.clock_mhz={}", mhz)}));
  };
  double low = chip.tiu.clock_mhz / 10, high = chip.tiu.clock_mhz * 2;
  if (time_at(high) > ms || time_at(low) < ms) return 0;
  for (int i = 0; i < 12; ++i) {
    const double middle = std::sqrt(low * high);
    (time_at(middle) > ms ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

ProductPair emulate_pair(const ClaimOptions& options, ProductPair pair, const NamedProgram& named) {
  const auto file = find_program_file(options, named.network, "bm1684", named.type, named.batch);
  if (!file) return pair;
  if (options.progress) options.progress("claim 6.4: " + pair.network);
  const isa::ChipSpec standard = claim_chip(options, "bm1684", "SE5-16"), low = claim_chip(options, "bm1684", "SE5-8");
  const EmulatedProgram program = load_emulated(*file);
  const double images = named.batch;
  pair.is_emulated = true;
  pair.program =
      fmt::format("{} {} {}b{}", named.network, named.type, named.batch, named.is_assumed ? " (assumed)" : "");
  pair.emulated_16_ms = run_ms(program, standard) / images;
  pair.emulated_8_ms = run_ms(program, low) / images;
  const auto with = [&](const std::string& key, double value) {
    return run_ms(program, with_settings(standard, {fmt::format("{}={}", key, value)})) / images;
  };
  pair.clock_alone_ms = with("tiu.clock_mhz", low.tiu.clock_mhz);
  pair.ddr_alone_ms = with("ddr.rate_mt_per_s", low.ddr.rate_mt_per_s);
  if (!options.quick) pair.fitting_mhz = clock_for(program, low, pair.emulated_16_ms / pair.published_ratio() * images);
  return pair;
}

std::vector<ProductPair> product_pairs(const ClaimOptions& options, const std::vector<ThroughputRow>& rows) {
  std::vector<ProductPair> pairs;
  for (const auto& low : rows) {
    if (low.product != "SE5-8" || !low.value || !low.tpu_percent || low.note.find("historical") != std::string::npos)
      continue;
    for (const auto& row : rows) {
      if (row.product != "SE5-16" || row.path != low.path || row.bmodel != low.bmodel || !row.value ||
          !row.tpu_percent || row.note.find("historical") != std::string::npos)
        continue;
      ProductPair pair;
      pair.network = low.model;
      pair.fps_16 = *row.value, pair.fps_8 = *low.value;
      pair.published_16_ms = *row.tpu_percent / *row.value * 10;
      pair.published_8_ms = *low.tpu_percent / *low.value * 10;
      const NamedProgram named = program_of(low);
      pairs.push_back(named.network.empty() ? pair : emulate_pair(options, pair, named));
      break;
    }
  }
  return pairs;
}

/// Emulated once per program and product.
class TimeCache {
 public:
  explicit TimeCache(const ClaimOptions& options) : options_(options) {}
  std::optional<ProductTime> find(const NamedProgram& named, const std::string& chip, const std::string& product) {
    const std::string key = fmt::format("{} {} {} {}", named.network, named.type, named.batch, product);
    const auto at = times_.find(key);
    if (at != times_.end()) return at->second;
    std::optional<ProductTime> time;
    if (const auto file = find_program_file(options_, named.network, chip, named.type, named.batch)) {
      const isa::ChipSpec spec = claim_chip(options_, chip, product);
      time = time_of(product, run_times(load_emulated(*file), spec), named.batch);
    }
    return times_.emplace(key, time).first->second;
  }

 private:
  const ClaimOptions& options_;
  std::map<std::string, std::optional<ProductTime>> times_;
};

ProductRow check_row(const ThroughputRow& row, TimeCache& times) {
  ProductRow result;
  result.row = row;
  const NamedProgram named = program_of(row);
  const std::string product = product_of(row);
  if (!row.value)
    result.unchecked = "a bound, no number";
  else if (named.network.empty())
    result.unchecked = "no program of its network, or several networks";
  else if (chip_of_product(product) != row.chip)
    result.unchecked = "product not named";
  else
    result.stated = times.find(named, row.chip, product);
  if (!result.stated) {
    if (result.unchecked.empty()) result.unchecked = "no program at hand";
    return result;
  }
  const auto percent = upper_percent(row.noted("TPU利用率(%)").value_or(""));
  result.is_bound = !percent;
  result.tpu_ms = percent.value_or(100) / *row.value * 10;
  if (result.tpu_ms < result.stated->low_ms)
    result.finding = fmt::format(
        "faster than {} can be: {:.2f} ms per frame, {:.2f} at least{}", product, result.tpu_ms, result.stated->low_ms,
        named.is_assumed ? "; another program than the sample's int8 4b would explain it" : "");
  else if (!result.is_bound && result.tpu_ms > result.stated->high_ms)
    result.finding = fmt::format(
        "slower than {} should be: {:.2f} ms per frame, {:.2f} at most; pre-processing on the "
        "TPU is not in the program",
        product, result.tpu_ms, result.stated->high_ms);
  return result;
}

ProductAnswer answer_of(const ClaimOptions& options) {
  const EmulatedProgram program = load_emulated(options.program);
  const std::string chip = program.family == isa::Family::kBm1684 ? "bm1684" : "bm1684x";
  const double images = program.batch;
  const double measured =
      options.measured_ms.value_or(options.fps && options.tpu_percent ? *options.tpu_percent / *options.fps * 10 : 0);
  std::vector<ProductTime> products;
  std::string stated = options.product;
  for (const auto& product : isa::products()) {
    if (product.chip != chip) continue;
    if (stated.empty() && product.is_default) stated = product.name;
    products.push_back(time_of(product.name, run_times(program, claim_chip(options, chip, product.name)), images));
  }
  if (chip_of_product(stated) != chip)
    throw Error({"E-CLAIM-FIGURE", "--product", stated, "a product with a " + chip, "the program is of another chip"});
  const double mhz = clock_for(program, claim_chip(options, chip, stated), measured * images);
  return judge_figure(measured, stated, std::move(products), mhz);
}

Finding judge_outcome(const std::vector<ProductPair>& pairs) {
  if (pairs.empty()) return {Verdict::kCannotTell, "no network published on both products"};
  std::size_t drops = 0, near = 0;
  double low = 1, high = 0;
  for (const auto& pair : pairs) {
    const double loss = 1 - pair.published_ratio();
    low = std::min(low, loss), high = std::max(high, loss);
    drops += loss > kDrop ? 1 : 0;
    near += std::abs(loss - kStatedLoss) <= kLossTolerance ? 1 : 0;
  }
  const std::string reason = fmt::format(
      "SE5-8 loses {:.0f} to {:.0f} % of speed per time of the TPU in {} networks (the FAQ: two fifths); {} "
      "are within 10 points of it",
      100 * low, 100 * high, pairs.size(), near);
  if (drops == 0) return {Verdict::kRefuted, reason};
  return {near == pairs.size() ? Verdict::kConfirmed : Verdict::kPartly, reason};
}

Finding judge_cause(const std::vector<ProductPair>& pairs) {
  std::size_t emulated = 0, within = 0, within_by_clock = 0;
  double worst = 0, least_share = 1;
  for (const auto& pair : pairs) {
    if (!pair.is_emulated) continue;
    ++emulated;
    const double error = std::abs(pair.emulated_ratio() - pair.published_ratio());
    worst = std::max(worst, error);
    within += error <= kRatioTolerance ? 1 : 0;
    const double by_clock = pair.emulated_16_ms / pair.clock_alone_ms;
    within_by_clock += std::abs(by_clock - pair.published_ratio()) <= kRatioTolerance ? 1 : 0;
    const double loss = 1 - pair.emulated_ratio();
    least_share = std::min(least_share, loss > 0 ? (1 - by_clock) / loss : 0);
  }
  if (emulated == 0) return {Verdict::kCannotTell, "no program at hand (--programs)"};
  const std::string reason = fmt::format(
      "the emulated ratio of speeds is within 0.04 of the published one in {} of {} networks (worst {:.3f}); the lower "
      "clock alone gives {:.0f} % of the emulated loss (least of all networks), within 0.04 in {}",
      within, emulated, worst, 100 * least_share, within_by_clock);
  if (within == 0) return {Verdict::kRefuted, reason};
  return {within == emulated && least_share >= kMainCause ? Verdict::kConfirmed : Verdict::kPartly, reason};
}

}  // namespace

bool ProductAnswer::fits_stated() const {
  return std::any_of(products.begin(), products.end(),
                     [&](const ProductTime& time) { return time.product == stated && time.fits(measured_ms); });
}

bool ProductAnswer::fits_other() const {
  // Products of the same clock are one and the same here.
  double own = 0;
  for (const auto& time : products)
    if (time.product == stated) own = time.ms;
  return std::any_of(products.begin(), products.end(),
                     [&](const ProductTime& time) { return std::abs(time.ms - own) > 1e-9 && time.fits(measured_ms); });
}

ProductAnswer judge_figure(double measured_ms, const std::string& stated, std::vector<ProductTime> products,
                           double fitting_mhz) {
  ProductAnswer answer{measured_ms, stated, std::move(products), fitting_mhz, ""};
  std::string others;
  for (const auto& time : answer.products)
    if (time.product != stated && time.fits(measured_ms)) others += (others.empty() ? "" : ", ") + time.product;
  if (answer.fits_stated() && answer.fits_other())
    answer.verdict = fmt::format("cannot be told: fits {}, but {} too", stated, others);
  else if (answer.fits_stated())
    answer.verdict = "fits " + stated;
  else if (!others.empty())
    answer.verdict = fmt::format("does not fit {}; fits {}", stated, others);
  else if (fitting_mhz > 0)
    answer.verdict = fmt::format("fits no product; {} at {:.0f} MHz would give it", stated, fitting_mhz);
  else
    answer.verdict = "fits no product and no clock";
  return answer;
}

ClaimResult judge_low_end(const LowEndInputs& inputs) {
  ClaimResult result;
  result.outcome = judge_outcome(inputs.pairs);
  result.cause = judge_cause(inputs.pairs);
  const std::string command = "bmemu claims 6.4 --evidence";
  double worst = 0;
  for (const auto& pair : inputs.pairs)
    if (pair.is_emulated) worst = std::max(worst, std::abs(pair.emulated_ratio() - pair.published_ratio()));
  const auto unfit =
      std::count_if(inputs.rows.begin(), inputs.rows.end(), [](const ProductRow& row) { return !row.finding.empty(); });
  const auto checked = std::count_if(inputs.rows.begin(), inputs.rows.end(),
                                     [](const ProductRow& row) { return row.stated.has_value(); });
  result.figure = fmt::format("ratio of speeds SE5-8 / SE5-16 off by {:.3f} at most", worst);
  result.numbers = {{"networks", double(inputs.pairs.size())},
                    {"worst_ratio_difference", worst},
                    {"rows_checked", double(checked)},
                    {"rows_that_do_not_fit", double(unfit)}};
  result.evidence = {
      {result.outcome.reason, command, Basis::kPublished},
      {result.cause.reason, command, Basis::kFittedModel},
      {fmt::format("{} of {} throughput rows that can be held against their product do not fit it", unfit, checked),
       command, Basis::kFittedModel}};
  result.tables = {pair_table(inputs.pairs), row_table(inputs.rows, true), row_table(inputs.rows, false)};
  if (inputs.answer) {
    result.tables.insert(result.tables.begin(), answer_table(*inputs.answer));
    result.figure = fmt::format("{:.3f} ms per frame {}", inputs.answer->measured_ms, inputs.answer->verdict);
  }
  Plot plot{Plot::Kind::kBars, "Speed of SE5-8 over SE5-16", "", "ratio", {}, kLossRatio};
  for (const auto& pair : inputs.pairs) {
    plot.points.push_back({pair.network, 0, pair.published_ratio(), "published, tpu % / FPS"});
    if (pair.is_emulated) plot.points.push_back({pair.network, 0, pair.emulated_ratio(), "emulated"});
  }
  result.plots.push_back(std::move(plot));
  result.sources = {"sophgo/sophon-demo docs/FAQ_EN.md 6.4: 17.6 and 10.6 TOPS",
                    "sophgo/sophon-stream samples: FPS and tpu %"};
  return result;
}

LowEndInputs low_end_inputs(const ClaimOptions& options) {
  LowEndInputs inputs;
  if (!options.program.empty()) {
    inputs.answer = answer_of(options);
  }
  const auto rows = read_throughput(options.throughput);
  inputs.pairs = product_pairs(options, rows);
  TimeCache times(options);
  for (const auto& row : rows) {
    if (row.note.find("historical") != std::string::npos && row.metric != "QPS") continue;
    inputs.rows.push_back(check_row(row, times));
  }
  return inputs;
}

ClaimResult test_low_end(const ClaimOptions& options) { return judge_low_end(low_end_inputs(options)); }

}  // namespace bmemu::harness
