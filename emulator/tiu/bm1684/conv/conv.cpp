// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/conv/conv.h"

#include <algorithm>

#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684/conv/batch.h"
#include "emulator/tiu/bm1684/elementwise/float_op.h"
#include "emulator/tiu/bm1684/execute.h"
#include "emulator/tiu/bm1684/operand_sets.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684;

/// Weights from memory, or the constant in every place; `read` gives the values of a view.
template <class T, class Read>
ConvWeights<T> conv_weights(const isa::bm1684::Conv& i, const std::vector<OperandView>& views, T constant, Read read) {
  ConvWeights<T> weights;
  weights.rotated = i.opt_kernel_rotate != 0;
  weights.width = i.opd0_c + i.opd0_c % 2;  // even, as stored ones are: integers are taken in pairs
  if (views.empty()) {
    weights.values.assign(i.opd1_h * i.opd1_w * i.res0_c * weights.width, constant);
    return weights;
  }
  if (views.size() == 1 && views[0].shape[0] == i.opd1_h) {
    weights.width = views[0].shape[3];
    weights.values = read(views[0]);
    return weights;
  }
  const std::size_t blocks = views[0].shape[0], per_block = views[0].shape[3];
  weights.width = blocks * per_block;
  weights.values.resize(i.opd1_h * i.opd1_w * i.res0_c * weights.width);
  const std::size_t places = i.res0_c * i.opd1_w;
  T* to = weights.values.data();
  for (const auto& view : views) {
    const std::vector<T> row = read(view);
    for (std::size_t place = 0; place < places; ++place)
      for (std::size_t block = 0; block < blocks; ++block, to += per_block)
        std::copy_n(&row[(block * places + place) * per_block], per_block, to);
  }
  return weights;
}

void execute_float(const isa::bm1684::Conv& i, const ConvOperands& set, const isa::ChipSpec& chip,
                   memory::ChipMemory& memory, const HostArithmetic& host) {
  FloatConv conv;
  conv.window = make_window(i);
  conv.input_channels = i.opd0_c;
  conv.output_channels = i.res0_c;
  conv.kernel = conv_weights<float>(i, set.kernel, to_float(static_cast<std::uint32_t>(i.opd1_addr)),
                                    [&](const OperandView& view) { return gathered<float>(view, chip, memory); });
  const auto input = gathered<float>(set.input, chip, memory);
  const FlushDenormals flush;
  const std::size_t pixels = conv.window.output_pixels();
  std::vector<float> results(element_count(set.result));
  for (std::uint64_t n = 0; n < i.res0_n; ++n)
    conv.run(input.data() + n * i.opd0_c * conv.window.input_pixels(), results.data() + n * i.res0_c * pixels, host);
  if (set.bias) {
    const auto bias = gathered<float>(*set.bias, chip, memory);
    for (std::size_t row = 0; row < i.res0_n * i.res0_c; ++row)
      add_to_all(&results[row * pixels], pixels, bias[row % i.res0_c]);
  }
  if (i.opt_res_add != 0) {
    const auto old = gathered<float>(set.result, chip, memory);
    for (std::size_t k = 0; k < old.size(); ++k) results[k] = ordered_add(results[k], old[k]);
  }
  scatter(set.result, chip, memory, results.data());
}

void execute_fixed(const isa::bm1684::Conv& i, const ConvOperands& set, const isa::ChipSpec& chip,
                   memory::ChipMemory& memory, const HostArithmetic& host) {
  IntegerConv conv;
  conv.window = make_window(i);
  conv.input_channels = i.opd0_c;
  conv.output_channels = i.res0_c;
  conv.kernel = conv_weights<std::int16_t>(
      i, set.kernel, static_cast<std::int16_t>(immediate_value(i.opd1_addr, 8, i.opt_opd1_sign != 0)),
      [&](const OperandView& view) { return gather_wide<std::int16_t>(view, chip, memory); });
  const auto bias = set.bias ? gather_wide<std::int32_t>(*set.bias, chip, memory) : std::vector<std::int32_t>(i.res0_c);
  const ShiftAndClamp rounding{static_cast<unsigned>(i.opt_right_shift),
                               integer_range(value_bits(set.result), is_signed(set.result))};
  const std::size_t pixels = conv.window.output_pixels();
  std::vector<std::int64_t> sums(i.res0_c * pixels);
  std::vector<std::vector<std::int32_t>> results(i.res0_n, std::vector<std::int32_t>(sums.size()));
  for (std::uint64_t n = 0; n < i.res0_n; ++n) {
    const auto input = gather_wide<std::int16_t>(batch_view(set.input, n), chip, memory);
    conv.run(input.data(), sums.data(), host.cpu);
    for (std::size_t c = 0; c < i.res0_c; ++c)
      rounding.apply(&sums[c * pixels], pixels, bias[c], &results[n][c * pixels]);
  }
  for (std::uint64_t n = 0; n < i.res0_n; ++n) scatter_batch(set.result, n, chip, memory, results[n]);
}

}  // namespace

void execute(const isa::bm1684::Conv& i, const isa::ChipSpec& chip, memory::ChipMemory& memory,
             const HostArithmetic& host) {
  const auto set = operand_set(i, chip);
  if (!all_lanes_enabled(i)) throw unknown_function(i, Refusal::kLaneMask);
  if (i.opt_winograd != 0) throw unknown_function(i, Refusal::kWinograd);
  if (i.opt_opd2_const != 0 && i.tsk_opd_num == 3) throw unknown_function(i, Refusal::kConstantBias);
  const bool is_float =
      i.opt_opd0_prec == Precision::kF32 && i.opt_opd1_prec == Precision::kF32 && i.opt_res0_prec == Precision::kF32;
  const bool is_fixed =
      i.opt_opd0_prec == Precision::kI8 && i.opt_opd1_prec == Precision::kI8 && value_bits(set.result) <= 16;
  if (is_float) return execute_float(i, set, chip, memory, host);
  if (!is_fixed) throw unknown_function(i, Refusal::kFormats);
  if (i.opt_res_add != 0) throw unknown_function(i, Refusal::kFixedAccumulation);
  if (i.tsk_opd_num == 3 && i.opt_opd2_prec != Precision::kI16) throw unknown_function(i, Refusal::kBiasFormat);
  execute_fixed(i, set, chip, memory, host);
}

}  // namespace bmemu::emulator
