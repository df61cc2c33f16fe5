// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/interval.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "isa/chip/chip_changes.h"
#include "isa/chip/chip_file.h"

namespace bmemu::harness {
namespace {

enum Type : std::size_t { kFp32, kFp16, kInt8, kNone };
constexpr const char* kTypeNames[] = {"fp32", "fp16", "int8"};

/// Share of the ideal TIU time in matrix multiplications above which a program is no convolutional network: of those
/// fitted, all are below.
constexpr double kLargestMatrixShare = 0.25;

struct Work {
  Type type = kNone;
  bool is_matrix = false;
};

Type type_of(std::uint64_t precision) {
  // The codes of both chips: 0 8-bit, 1 fp16 (16-bit), 2 fp32, 3 16-bit, 4 32-bit integer, 5 bf16.
  if (precision == 0) return kInt8;
  return precision == 2 || precision == 4 ? kFp32 : kFp16;
}

template <class T>
Work work_of(const T& f) {
  using isa::bm1684x::Conv;
  if constexpr (std::is_same_v<T, Conv>) return {type_of(f.opd0_prec), false};
  if constexpr (std::is_same_v<T, isa::bm1684x::Mm> || std::is_same_v<T, isa::bm1684x::Mm2>)
    return {type_of(f.opd0_prec), true};
  if constexpr (std::is_same_v<T, isa::bm1684::Conv>) return {type_of(f.opt_opd0_prec), false};
  if constexpr (std::is_same_v<T, isa::bm1684::Mm> || std::is_same_v<T, isa::bm1684::Mm2>)
    return {type_of(f.opt_opd0_prec), true};
  return {};
}

/// Keys that somebody set to other values than those of the chip that was calibrated.
std::vector<std::string> changed_keys(const isa::ChipSpec& chip) {
  std::vector<std::string> keys;
  const isa::ChipSpec calibrated = isa::load_chip(std::string(isa::name(chip.family)));
  for (const auto& parameter : isa::chip_parameters()) {
    if (parameter.key.rfind("calibration.", 0) == 0 || parameter.influence_on(chip.family) != isa::Influence::kFigures)
      continue;
    const auto origin = chip.origins.find(parameter.key);
    const bool is_product = origin != chip.origins.end() && origin->second.set_by.rfind("product ", 0) == 0;
    if (!is_product && isa::value(parameter, chip) != isa::value(parameter, calibrated)) keys.push_back(parameter.key);
  }
  return keys;
}

}  // namespace

double widening(const RunLikeness& run, const isa::CalibrationSpec& fitted) {
  constexpr double kPerShare = 0.5, kPerFactorOfE = 0.5;
  double wider = 1;
  if (run.time_ms > 0 && run.time_ms < fitted.shortest_ms)
    wider += kPerFactorOfE * std::log(fitted.shortest_ms / run.time_ms);
  if (run.time_ms > fitted.longest_ms && fitted.longest_ms > 0)
    wider += kPerFactorOfE * std::log(run.time_ms / fitted.longest_ms);
  if (run.vector_share > fitted.largest_vector_share) wider += kPerShare;
  if (run.row_share > fitted.largest_row_share) wider += kPerShare;
  return wider;
}

void IntervalFinder::on_start(const emulator::RunStart& start) {
  chip_ = start.chip;
  program_ = start.program;
}

void IntervalFinder::on_command(const emulator::CommandEvent& event) {
  if (event.engine == isa::Engine::kGdma) row_ps_ += event.stack[static_cast<std::size_t>(emulator::Cause::kRow)];
  if (event.engine != isa::Engine::kTiu || event.instruction == nullptr) return;
  const Work work = isa::visit_instruction([](const auto& f) { return work_of(f); }, *event.instruction);
  tiu_cycles_ += event.ideal_cycles;
  if (work.type != kNone) {
    type_cycles_[work.type] += event.ideal_cycles;
    multiplying_cycles_ += event.ideal_cycles;
  }
  if (work.is_matrix) matrix_cycles_[work.type] += event.ideal_cycles;
}

void IntervalFinder::on_end(const emulator::RunEnd& end) {
  const auto most = std::max_element(type_cycles_.begin(), type_cycles_.end());
  const auto type = static_cast<std::size_t>(most - type_cycles_.begin());
  const isa::CalibrationSpec& c = chip_->calibration;
  const double low[] = {c.fp32_low_ratio, c.fp16_low_ratio, c.int8_low_ratio};
  const double high[] = {c.fp32_high_ratio, c.fp16_high_ratio, c.int8_high_ratio};
  const double time_ms = static_cast<double>(end.length_ps) / 1e9;
  interval_.type = kTypeNames[type];
  likeness_.time_ms = time_ms;
  likeness_.vector_share = tiu_cycles_ == 0 ? 0 : 1 - double(multiplying_cycles_) / double(tiu_cycles_);
  likeness_.row_share = end.length_ps == 0 ? 0 : double(row_ps_) / double(end.length_ps);
  const double wider = widening(likeness_, c);
  interval_.low_ms = time_ms * std::pow(low[type], wider);
  interval_.high_ms = time_ms * std::pow(high[type], wider);
  if (program_ != nullptr) interval_.unavailable = isa::geometry_mismatch(*program_, *chip_);
  if (const auto keys = changed_keys(*chip_); !keys.empty() && interval_.unavailable.empty())
    interval_.unavailable = fmt::format(
        "{} differ{} from the chip that was calibrated: errors on published times say "
        "nothing of this one",
        fmt::join(keys, ", "), keys.size() == 1 ? "s" : "");
  if (*most == 0) interval_.outside.emplace_back("no convolution and no matrix multiplication");
  const std::int64_t matrix = std::accumulate(matrix_cycles_.begin(), matrix_cycles_.end(), std::int64_t{0});
  const double share = tiu_cycles_ == 0 ? 0.0 : double(matrix) / double(tiu_cycles_);
  if (share > kLargestMatrixShare)
    interval_.outside.push_back(fmt::format(
        "matrix multiplications are {:.0f} % of the TIU's ideal time, at most {:.0f} % in the networks fitted",
        100 * share, 100 * kLargestMatrixShare));
  if (type == kFp32 && matrix_cycles_[kFp16] > 0)
    interval_.outside.push_back(fmt::format(
        "{:.1f} % of the ideal time of matrix multiplications is in 16 bits, as where a compiler fused attention; "
        "no fp32 network fitted has any",
        100 * double(matrix_cycles_[kFp16]) / double(matrix)));
  if (time_ms < c.shortest_ms || time_ms > c.longest_ms)
    interval_.outside.push_back(
        fmt::format("{:.3f} ms; the fitted runs take {:g} to {:g} ms", time_ms, c.shortest_ms, c.longest_ms));
  if (likeness_.vector_share > c.largest_vector_share)
    interval_.outside.push_back(
        fmt::format("commands that multiply nothing are {:.0f} % of the TIU's ideal time, at most {:.0f} % in the "
                    "networks fitted",
                    100 * likeness_.vector_share, 100 * c.largest_vector_share));
  if (likeness_.row_share > c.largest_row_share)
    interval_.outside.push_back(
        fmt::format("short rows of transfers are {:.0f} % of the run, at most {:.0f} % in the "
                    "networks fitted",
                    100 * likeness_.row_share, 100 * c.largest_row_share));
}

}  // namespace bmemu::harness
