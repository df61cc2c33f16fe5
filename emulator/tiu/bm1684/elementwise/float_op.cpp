// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/elementwise/float_op.h"

#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/arithmetic/newton.h"
#include "emulator/operand/gather.h"

namespace bmemu::emulator::bm1684 {
namespace {

template <class F>
void apply(const float* a, const float* b, float* out, std::size_t count, F f) {
  for (std::size_t k = 0; k < count; ++k) out[k] = f(a[k], b[k]);
}

}  // namespace

bool float_operation(EuOp op, const float* a, const float* b, float* out, std::size_t count) {
  switch (op) {
    case EuOp::kMul: apply(a, b, out, count, [](float x, float y) { return ordered_multiply(x, y); }); return true;
    case EuOp::kAdd: apply(a, b, out, count, [](float x, float y) { return ordered_add(x, y); }); return true;
    case EuOp::kSub: apply(a, b, out, count, [](float x, float y) { return x - y; }); return true;
    case EuOp::kMax: apply(a, b, out, count, [](float x, float y) { return flushed(x > y ? x : y); }); return true;
    case EuOp::kMin: apply(a, b, out, count, [](float x, float y) { return x <= y ? x : y; }); return true;
    case EuOp::kDivide:
      apply(a, b, out, count, [](float x, float y) { return newton_divide(x, y, kNewtonIterations); });
      return true;
    default: return false;
  }
}

std::vector<float> operand_values(const std::optional<OperandView>& view, std::uint64_t immediate,
                                  const OperandView& shape_of, const isa::ChipSpec& chip,
                                  const memory::ChipMemory& memory) {
  if (view) return gathered<float>(*view, chip, memory);
  return std::vector<float>(element_count(shape_of), to_float(static_cast<std::uint32_t>(immediate)));
}

std::vector<float> channel_values(const std::optional<OperandView>& view, std::uint64_t immediate,
                                  const OperandView& shape_of, const isa::ChipSpec& chip,
                                  const memory::ChipMemory& memory) {
  if (!view) return operand_values(view, immediate, shape_of, chip, memory);
  const auto channels = gathered<float>(*view, chip, memory);
  std::vector<float> values;
  values.reserve(element_count(shape_of));
  const std::size_t pixels = std::size_t{shape_of.shape[2]} * shape_of.shape[3];
  for (std::uint32_t n = 0; n < shape_of.shape[0]; ++n)
    for (std::uint32_t c = 0; c < shape_of.shape[1]; ++c) values.insert(values.end(), pixels, channels[c]);
  return values;
}

bool all_lanes_enabled(const isa::bm1684::TiuFields& fields) { return fields.tsk_lane_num == ~std::uint64_t{0}; }

}  // namespace bmemu::emulator::bm1684
