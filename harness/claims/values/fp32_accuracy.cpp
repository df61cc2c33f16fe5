// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/values/fp32_accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "emulator/session/session.h"
#include "harness/claims/experiments.h"
#include "harness/claims/programs.h"
#include "harness/measure/macs.h"
#include "harness/tensor/binding.h"
#include "harness/tensor/compare.h"
#include "harness/tensor/npy.h"
#include "isa/bmodel/bmodel.h"

namespace bmemu::harness {
namespace {

struct Network {
  const char* name;
  const char* kind;
};
constexpr std::array<Network, 8> kNetworks = {{
    {"lenet", "CNN with softmax"},
    {"cnna", "CNN"},
    {"deta", "detector, boxes in cells"},
    {"pixels", "detector, boxes in pixels"},
    {"large", "CNN, outputs in thousands"},
    {"attention", "transformer block, attention apart"},
    {"fused", "transformer block, attention fused on BM1684X"},
    {"gelu", "GELU"},
}};
/// An error of this share of the largest output is what single precision gives.
constexpr double kSinglePrecision = 1e-5;

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

std::vector<double> numbers(const std::string& path) { return as_f64(read_arrays(path).front()); }

double narrow_macs(const isa::Program& program) {
  double all = 0, narrow = 0;
  for_each_product(program, [&](const isa::Instruction&, const Macs& macs) {
    all += macs.count;
    if (macs.type != "fp32") narrow += macs.count;
  });
  return all > 0 ? narrow / all : 0;
}

/// What makes an error exceed the limit.
std::string exception(const Fp32Error& error) {
  const std::string which = fmt::format("{} on {} ({:.2g})", error.network, error.chip, error.max_absolute);
  if (error.narrow_macs > 0)
    return which + fmt::format(" does {:.0f} % of its multiply-accumulates in 16 bits", 100 * error.narrow_macs);
  if (error.max_relative <= kSinglePrecision)
    return which + fmt::format(" has outputs up to {:.4g}, and the limit is absolute", error.largest_output);
  return which + " has no reason that is known";
}

Fp32Error run_network(const ClaimOptions& options, const Network& network, const std::string& chip,
                      const std::string& program_path) {
  const std::filesystem::path folder = std::filesystem::path(program_path).parent_path();
  const auto file = [&](const char* what) { return (folder / fmt::format("{}_{}.npy", network.name, what)).string(); };
  isa::Program program = isa::load_program(isa::BModel::open(program_path));
  const auto inputs = inputs_from(file("input"), program);
  Fp32Error error{network.name, chip, network.kind};
  error.narrow_macs = narrow_macs(program);
  emulator::Session session(std::move(program), claim_chip(options, chip));
  bind_inputs(session, inputs);
  session.finish();
  const std::vector<double> wanted = numbers(file("double"));
  std::vector<double> found;
  for (const auto& output : read_outputs(session)) {
    const auto part = as_f64(output);
    found.insert(found.end(), part.begin(), part.end());
  }
  for (const double value : wanted) error.largest_output = std::max(error.largest_output, std::abs(value));
  error.max_absolute = largest_difference(found, wanted);
  error.max_relative = error.largest_output > 0 ? error.max_absolute / error.largest_output : 0;
  error.runtime_absolute = largest_difference(numbers(file("ort")), wanted);
  return error;
}

std::string scientific(double value) { return fmt::format("{:.2e}", value); }

}  // namespace

ClaimResult judge_fp32_accuracy(const Fp32AccuracyInputs& inputs) {
  ClaimResult result;
  const auto& errors = inputs.errors;
  const std::string command = "bmemu claims 5.1 --evidence";
  if (errors.empty()) {
    result.outcome = result.cause = {Verdict::kCannotTell, "no fp32 program with values at hand (--programs)"};
    result.figure = "none";
    return result;
  }
  std::size_t above = 0, single = 0, as_runtime = 0;
  double worst = 0, worst_relative = 0;
  std::string worst_name, exceptions;
  for (const auto& error : errors) {
    if (error.max_absolute >= kStatedError) exceptions += (exceptions.empty() ? "" : "; ") + exception(error);
    above += error.max_absolute >= kStatedError ? 1 : 0;
    single += error.max_relative <= kSinglePrecision ? 1 : 0;
    as_runtime += error.max_absolute <= 10 * error.runtime_absolute ? 1 : 0;
    worst_relative = std::max(worst_relative, error.max_relative);
    if (error.max_absolute >= worst) worst = error.max_absolute, worst_name = error.network + " on " + error.chip;
  }
  const std::size_t below = errors.size() - above;
  const std::string outcome = fmt::format(
      "{} of {} programs have a largest error below 0.001; the largest is {:.2g} ({}), relative to its largest output "
      "{:.1g} at most",
      below, errors.size(), worst, worst_name, worst_relative);
  if (below == 0)
    result.outcome = {Verdict::kRefuted, outcome};
  else
    result.outcome = {2 * below > errors.size() ? Verdict::kConfirmed : Verdict::kPartly, outcome + " (\"usually\")"};
  const std::string cause = fmt::format(
      "{} of {} are within 1e-5 of their largest output, which is single precision's own rounding; {} are within ten "
      "times of ONNX Runtime's own error. Above 0.001: {}",
      single, errors.size(), as_runtime, exceptions.empty() ? "none" : exceptions);
  result.cause = {single == errors.size() ? Verdict::kConfirmed
                  : single == 0           ? Verdict::kRefuted
                                          : Verdict::kPartly,
                  cause};
  result.figure = fmt::format("largest error {:.1e}, {:.1e} of the largest output", worst, worst_relative);
  result.numbers = {{"programs", double(errors.size())},
                    {"below_0.001", double(below)},
                    {"largest_absolute", worst},
                    {"largest_relative", worst_relative}};
  result.evidence = {{outcome, command, Basis::kModel}, {cause, command, Basis::kModel}};
  EvidenceTable table{"Errors against the network in double precision, and ONNX Runtime's own",
                      {"network", "kind", "chip", "MACs in 16 bits", "largest output", "error", "over largest output",
                       "ONNX Runtime's error"},
                      {},
                      "Programs made by tpu_mlir 1.30.2 with values; emulated command by command."};
  Plot plot{Plot::Kind::kBars, "Largest error over 0.001, the FAQ's limit", "", "ratio", {}, 1};
  for (const auto& error : errors) {
    table.rows.push_back({error.network, error.kind, error.chip == "bm1684" ? "BM1684" : "BM1684X",
                          fmt::format("{:.0f} %", 100 * error.narrow_macs), fmt::format("{:.4g}", error.largest_output),
                          scientific(error.max_absolute), scientific(error.max_relative),
                          scientific(error.runtime_absolute)});
    plot.points.push_back({error.network + " " + error.chip, 0, error.max_absolute / kStatedError, "errors"});
  }
  result.tables.push_back(std::move(table));
  result.plots.push_back(std::move(plot));
  result.sources = {
      "sophgo/sophon-demo docs/FAQ_EN.md 5.1; docs/FP32BModel_Precise_Alignment.md: the largest absolute "
      "difference of the outputs"};
  return result;
}

Fp32AccuracyInputs fp32_accuracy_inputs(const ClaimOptions& options) {
  Fp32AccuracyInputs inputs;
  for (const auto& network : kNetworks)
    for (const char* chip : {"bm1684", "bm1684x"})
      if (const auto path = find_claim_file(options, fmt::format("fp32/{}_{}_f32.bmodel.zst", network.name, chip)))
        inputs.errors.push_back(run_network(options, network, chip, *path));
  return inputs;
}

ClaimResult test_fp32_accuracy(const ClaimOptions& options) {
  return judge_fp32_accuracy(fp32_accuracy_inputs(options));
}

}  // namespace bmemu::harness
