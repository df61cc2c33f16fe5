// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/values/quantisation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "emulator/session/session.h"
#include "harness/claims/experiments.h"
#include "harness/claims/programs.h"
#include "isa/error.h"
#include "kernels/compile.h"
#include "kernels/prepare.h"
#include "kernels/quantise/calibration.h"

namespace bmemu::harness {
namespace {

/// Measured, an eighth of it (large numbers saturate), sixteen times it (four of eight bits are lost).
constexpr std::array<double, 3> kRatios = {1, 0.125, 16};
constexpr double kFewChanged = 0.01, kSomeChanged = 0.05;
/// Wrong ranges have to do this much more harm.
constexpr double kClearly = 2;

kernels::Calibration scaled(const kernels::Calibration& measured, double ratio) {
  kernels::Calibration ranges = measured;
  for (auto& [name, range] : ranges)
    for (float* number : {&range.threshold, &range.minimum, &range.maximum})
      *number = static_cast<float>(static_cast<double>(*number) * ratio);
  return ranges;
}

bool is_same(const kernels::Calibration& a, const kernels::Calibration& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.threshold == y.second.threshold && x.second.minimum == y.second.minimum &&
           x.second.maximum == y.second.maximum;
  });
}

TrainedOutputs outputs_of(const emulator::Session& session) {
  TrainedOutputs outputs;
  for (const auto& tensor : session.program().outputs) {
    const auto bytes = session.output(tensor.name);
    std::vector<float> numbers(bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(float));
    if (outputs.numbers.empty()) outputs.places = numbers.size() / 2;
    outputs.numbers.insert(outputs.numbers.end(), numbers.begin(), numbers.end());
  }
  return outputs;
}

kernels::Calibration calibrated(const TrainedNetwork& network, isa::Family family,
                                const std::vector<NetworkTensorF>& samples) {
  std::vector<std::vector<NetworkTensorF>> each;
  each.reserve(samples.size());
  for (const auto& sample : samples) each.push_back({sample});
  kernels::Calibration measured;
  kernels::PrepareOptions options;
  options.family = family;
  options.precision = kernels::Precision::kI8;
  options.calibrate = [&](const kernels::Graph& folded) { return measured = kernels::calibrate(folded, each); };
  kernels::prepare(network.graph, options);
  return measured;
}

QuantisedRun run_quantised(const TrainedNetwork& network, const isa::ChipSpec& chip, const kernels::Calibration& ranges,
                           const std::vector<NetworkTensorF>& inputs, const std::vector<TrainedOutputs>& wanted) {
  QuantisedRun run;
  run.network = network.name;
  run.chip = std::string(name(chip.family));
  try {
    kernels::PrepareOptions options;
    options.family = chip.family;
    options.precision = kernels::Precision::kI8;
    options.calibrate = [&](const kernels::Graph&) { return ranges; };
    emulator::Session session(kernels::compile(kernels::prepare(network.graph, options), chip), chip,
                              {emulator::UninitialisedCheck::kOff});
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (i > 0) session.restart();
      const auto& data = inputs[i].data;
      session.set_input(session.program().inputs.front().name, data.data(), data.size() * sizeof(float));
      session.finish();
      run.change.add(wanted[i], outputs_of(session), network.threshold);
    }
  } catch (const Error& error) {
    if (error.id() != "E-COMPILE-DTYPE" && error.id() != "E-KERNELS-UNSUPPORTED") throw;
    run.left_out = error.id();
  }
  return run;
}

struct Worst {
  std::size_t runs = 0, decisions = 0, changed = 0;
  double largest = 0, cosine = 1;
  void add(const OutputChange& change) {
    ++runs;
    decisions += change.decisions;
    changed += change.changed;
    largest = std::max(largest, change.largest);
    cosine = std::min(cosine, change.cosine());
  }
  double share() const { return decisions == 0 ? 0 : double(changed) / double(decisions); }
};

std::string ratio_text(double ratio) { return ratio == 1 ? "measured" : fmt::format("{:g} of measured", ratio); }

}  // namespace

QuantisationInputs quantisation_inputs(const ClaimOptions& options) {
  QuantisationInputs inputs;
  const auto images = photographs(options);
  const auto networks = trained_networks(options);
  for (const auto& network : networks)
    for (std::size_t judged = 0; judged < images.size() && images.size() > 1; ++judged) {
      if (options.progress) options.progress("claim 3.1: " + network.name);
      const RgbImage& other = images[(judged + 1) % images.size()];
      const auto windows = windows_of(network, images[judged]);
      std::vector<TrainedOutputs> wanted;
      wanted.reserve(windows.size());
      for (const auto& window : windows) wanted.push_back(compute(network, window));
      for (const char* chip_name : {"bm1684", "bm1684x"}) {
        const isa::ChipSpec chip = claim_chip(options, chip_name);
        const auto measured = calibrated(network, chip.family, windows_of(network, other));
        ++inputs.tables;
        const std::string table = kernels::calibration_table(measured);
        const isa::ByteView bytes{reinterpret_cast<const std::uint8_t*>(table.data()), table.size()};
        inputs.tables_intact += is_same(measured, kernels::parse_calibration_table(bytes, "table")) ? 1 : 0;
        for (const double ratio : kRatios) {
          inputs.runs.push_back(run_quantised(network, chip, scaled(measured, ratio), windows, wanted));
          inputs.runs.back().judged_on = images[judged].name;
          inputs.runs.back().range_ratio = ratio;
        }
      }
    }
  return inputs;
}

ClaimResult judge_quantisation(const QuantisationInputs& inputs) {
  ClaimResult result;
  const std::string command = "bmemu claims 3.1 --evidence";
  Worst good;
  double least_harm = 0;  ///< of wrong ranges over measured ones, in the same network on the same photograph
  std::size_t wrong = 0;
  EvidenceTable table{
      "int8 on the emulated chip against double precision",
      {"network", "chip", "judged on", "ranges", "places", "decided otherwise", "largest change of probability",
       "cosine"},
      {},
      "P-Net and R-Net of MTCNN, trained; ranges measured on the other photograph. Decided otherwise: a "
      "face in one and none in the other."};
  Plot plot{Plot::Kind::kBars, "Largest change of a probability by int8", "", "of 1", {}, 0};
  const QuantisedRun* measured = nullptr;
  for (const auto& run : inputs.runs) {
    if (!run.left_out.empty()) {
      table.rows.push_back(
          {run.network, run.chip, run.judged_on, ratio_text(run.range_ratio), "", run.left_out, "", ""});
      continue;
    }
    const OutputChange& change = run.change;
    table.rows.push_back({run.network, run.chip, run.judged_on, ratio_text(run.range_ratio),
                          fmt::format("{}", change.decisions), fmt::format("{}", change.changed),
                          fmt::format("{:.4f}", change.largest), fmt::format("{:.6f}", change.cosine())});
    plot.points.push_back(
        {fmt::format("{} {} {} {}", run.network, run.chip, run.judged_on, ratio_text(run.range_ratio)), 0,
         change.largest, run.range_ratio == 1 ? "measured" : "wrong ranges"});
    if (run.range_ratio == 1) {
      good.add(change);
      measured = &run;
    } else if (measured != nullptr && measured->network == run.network && measured->chip == run.chip &&
               measured->judged_on == run.judged_on && measured->change.cosine() < 1) {
      // By the angle between all outputs: a probability can't change by more than 1, however wrong the ranges are.
      const double harm = (1 - change.cosine()) / (1 - measured->change.cosine());
      least_harm = wrong == 0 ? harm : std::min(least_harm, harm);
      ++wrong;
    }
  }
  if (good.runs == 0) {
    result.outcome = result.cause = {Verdict::kCannotTell, "no trained network at hand (traces/claims/trained)"};
    result.figure = "none";
    return result;
  }
  const std::string outcome = fmt::format(
      "with ranges measured on another photograph, int8 decides {} of {} places otherwise than double precision "
      "({:.2f} "
      "%); probabilities change by {:.3f} at most, cosine {:.5f} at least; {} of {} tables in the vendor's form come "
      "back "
      "as they were written",
      good.changed, good.decisions, 100 * good.share(), good.largest, good.cosine, inputs.tables_intact, inputs.tables);
  const bool is_intact = inputs.tables == inputs.tables_intact;
  result.outcome = {good.share() <= kFewChanged && is_intact ? Verdict::kConfirmed
                    : good.share() <= kSomeChanged           ? Verdict::kPartly
                                                             : Verdict::kRefuted,
                    outcome};
  const std::string cause = fmt::format(
      "ranges eight times too narrow or sixteen times too wide do {:.1f} times the harm at least (1 - cosine of the "
      "outputs), in {} runs: the measured ranges are what makes int8 usable",
      least_harm, wrong);
  result.cause = {wrong == 0               ? Verdict::kCannotTell
                  : least_harm >= kClearly ? Verdict::kConfirmed
                  : least_harm > 1         ? Verdict::kPartly
                                           : Verdict::kRefuted,
                  cause};
  result.figure = fmt::format("{} of {} decisions change by int8", good.changed, good.decisions);
  result.numbers = {{"decisions", double(good.decisions)},
                    {"changed", double(good.changed)},
                    {"largest_change", good.largest},
                    {"least_harm_of_wrong_ranges", least_harm}};
  result.evidence = {{outcome, command, Basis::kModel}, {cause, command, Basis::kModel}};
  result.tables.push_back(std::move(table));
  result.plots.push_back(std::move(plot));
  result.sources = {"sophgo/sophon-demo docs/FAQ_EN.md 3.1, docs/Calibration_Guide_EN.md",
                    "networks: Zhang et al. 2016, weights of PyPI's facenet-pytorch 2.6.0 (MIT); photographs: "
                    "scikit-image's data (traces/README.md)"};
  return result;
}

ClaimResult test_quantisation(const ClaimOptions& options) { return judge_quantisation(quantisation_inputs(options)); }

}  // namespace bmemu::harness
