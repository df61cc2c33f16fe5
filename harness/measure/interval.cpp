// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/interval.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

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

}  // namespace

void IntervalFinder::on_start(const emulator::RunStart& start) { chip_ = start.chip; }

void IntervalFinder::on_command(const emulator::CommandEvent& event) {
  if (event.engine != isa::Engine::kTiu || event.instruction == nullptr) return;
  const Work work = isa::visit_instruction([](const auto& f) { return work_of(f); }, *event.instruction);
  tiu_cycles_ += event.ideal_cycles;
  if (work.type != kNone) type_cycles_[work.type] += event.ideal_cycles;
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
  interval_.low_ms = time_ms * low[type];
  interval_.high_ms = time_ms * high[type];
  if (*most == 0) interval_.outside.push_back("no convolution and no matrix multiplication");
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
}

}  // namespace bmemu::harness
