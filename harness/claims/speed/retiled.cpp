// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/speed/retiled.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/architectures/architecture.h"
#include "harness/claims/programs.h"
#include "harness/compile/chip_compiler.h"
#include "harness/experiment/point.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr double kClear = 0.10, kHalf = 0.5, kMost = 0.8;
constexpr std::size_t kFewest = 3;
constexpr std::array<const char*, 7> kNetworks = {"resnet50", "yolov5s",  "openpose_coco", "mobilenetv2",
                                                  "lprnet",   "resnet18", "vit_tiny"};
constexpr std::size_t kQuick = 5;

RetiledRun measure_on(const ChipCompiler& compiler, const isa::ChipSpec& chip) {
  const PointResult result = evaluate(compiler.program_for(chip)->with({}), chip);
  const auto& numbers = result.numbers;
  const std::uint64_t bytes = numbers.bytes[0] + numbers.bytes[1] + 2 * numbers.bytes[2];  // s2l, l2s, s2s
  return {numbers.time_ms(), static_cast<double>(bytes) / 1e6, result.error};
}

isa::ChipSpec with_local_memory(const isa::ChipSpec& chip, int kib) {
  return with_settings(chip, {fmt::format("local_memory.lane_bytes={}", kib * 1024)});
}

std::string ms(double value) { return fmt::format("{:.3f}", value); }

}  // namespace

double RetiledNetwork::memory_ms() const { return std::max({x_256.ms - x_512.ms, old_256.ms - old_512.ms, 0.0}); }

std::vector<RetiledNetwork> retiled_networks(const ClaimOptions& options) {
  const isa::ChipSpec old_chip = claim_chip(options, "bm1684"), x = claim_chip(options, "bm1684x");
  std::vector<RetiledNetwork> networks;
  for (std::size_t i = 0; i < (options.quick ? kQuick : kNetworks.size()); ++i) {
    RetiledNetwork network;
    network.network = kNetworks[i];
    if (options.progress) options.progress("claim 6.1: compile " + network.network);
    ModelOptions model;
    model.path = std::string(kArchitecturePrefix) + kNetworks[i];
    const ChipCompiler compiler(model, x);
    try {
      network.old_512 = measure_on(compiler, with_local_memory(old_chip, 512));
      network.old_256 = measure_on(compiler, with_local_memory(old_chip, 256));
      network.x_256 = measure_on(compiler, with_local_memory(x, 256));
      network.x_512 = measure_on(compiler, with_local_memory(x, 512));
    } catch (const Error& error) {
      if (error.id() != "E-KERNELS-MEMORY") throw;
      network.left_out = error.what();
    }
    for (const RetiledRun* run : {&network.old_512, &network.old_256, &network.x_256, &network.x_512})
      if (network.left_out.empty()) network.left_out = run->error;
    networks.push_back(std::move(network));
  }
  return networks;
}

Finding judge_retiled(const std::vector<RetiledNetwork>& networks) {
  std::size_t slow = 0, explained = 0;
  double largest_gain = 0, largest_share = 0;
  for (const auto& network : networks) {
    if (!network.left_out.empty()) continue;
    largest_gain = std::max(largest_gain, 1 - network.x_512.ms / network.x_256.ms);
    if (network.slowdown() <= 1 + kClear) continue;
    ++slow;
    explained += network.memory_share() >= kHalf ? 1 : 0;
    largest_share = std::max(largest_share, network.memory_share());
  }
  const std::string reason = fmt::format(
      "compiled by bmemu anew for each chip, {} of {} networks are slower on BM1684X by over 10 %; the missing half of "
      "local memory explains half or more of that in {} of them ({:.0f} % at most), and twice the local memory saves "
      "BM1684X {:.1f} % of its time at most",
      slow, networks.size(), explained, 100 * largest_share, 100 * largest_gain);
  if (slow < kFewest) return {Verdict::kCannotTell, reason};
  const double share = static_cast<double>(explained) / static_cast<double>(slow);
  return {share >= kMost ? Verdict::kConfirmed : share <= 1 - kMost ? Verdict::kRefuted : Verdict::kPartly, reason};
}

Finding with_retiled(const Finding& cause, const Finding& retiled) {
  Finding both = cause;
  both.reason += "; " + retiled.reason;
  // Times by a model with numbers fitted to such times: they may weaken a verdict, never make one alone.
  if (cause.verdict == Verdict::kCannotTell || retiled.verdict == Verdict::kCannotTell) return both;
  if (cause.verdict != retiled.verdict) both.verdict = Verdict::kPartly;
  return both;
}

EvidenceTable retiled_table(const std::vector<RetiledNetwork>& networks) {
  EvidenceTable table{
      "Local memory exchanged, programs compiled anew by bmemu (fp32, emulated, ms; MB between GDMA and DDR or L2)",
      {"network", "84", "84 with 256 KiB", "84X", "84X with 512 KiB", "84X / 84", "half memory costs", "% of gap",
       "84X MB", "84X with 512 KiB MB"},
      {},
      "Built-in networks of published architectures (docs/networks.md). Half memory costs: the larger of what BM1684X "
      "gains by 512 KiB and what BM1684 loses with 256."};
  for (const auto& n : networks) {
    if (!n.left_out.empty()) {
      table.rows.push_back({n.network, n.left_out, "", "", "", "", "", "", "", ""});
      continue;
    }
    table.rows.push_back({n.network, ms(n.old_512.ms), ms(n.old_256.ms), ms(n.x_256.ms), ms(n.x_512.ms),
                          fmt::format("{:.2f}", n.slowdown()), ms(n.memory_ms()),
                          n.gap_ms() > 0 ? fmt::format("{:.0f}", 100 * n.memory_share()) : "no slow-down",
                          fmt::format("{:.1f}", n.x_256.mb), fmt::format("{:.1f}", n.x_512.mb)});
  }
  return table;
}

}  // namespace bmemu::harness
