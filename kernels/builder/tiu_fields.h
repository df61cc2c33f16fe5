// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How operands become fields of TIU commands: what both chips write in the same way. Private to this folder.
#pragma once

#include <cstdint>

#include "kernels/builder/tiu.h"

namespace bmemu::kernels::tiu_fields {

inline std::uint64_t u64(std::int64_t value) { return static_cast<std::uint64_t>(value); }

template <class Command>
void set_result_sizes(Command& c, const LocalTensor& t) {
  c.res0_n = u64(t.shape[0]), c.res0_c = u64(t.shape[1]), c.res0_h = u64(t.shape[2]), c.res0_w = u64(t.shape[3]);
}
template <class Command>
void set_result_strides(Command& c, const Dims& s) {
  c.res0_n_str = u64(s[0]), c.res0_c_str = u64(s[1]), c.res0_h_str = u64(s[2]), c.res0_w_str = u64(s[3]);
}
template <class Command>
void set_operand0_strides(Command& c, const Dims& s) {
  c.opd0_n_str = u64(s[0]), c.opd0_c_str = u64(s[1]), c.opd0_h_str = u64(s[2]), c.opd0_w_str = u64(s[3]);
}
template <class Command>
void set_operand1_strides(Command& c, const Dims& s) {
  c.opd1_n_str = u64(s[0]), c.opd1_c_str = u64(s[1]), c.opd1_h_str = u64(s[2]), c.opd1_w_str = u64(s[3]);
}

template <class Command>
void set_window(Command& c, const Window& w) {
  c.opd1_h = u64(w.kernel_h), c.opd1_w = u64(w.kernel_w);
  c.res_op_y_str = u64(w.stride_h), c.res_op_x_str = u64(w.stride_w);
  c.opd1_y_ins0 = u64(w.dilation_h - 1), c.opd1_x_ins0 = u64(w.dilation_w - 1);
  c.opd0_y_ins0 = u64(w.insert_h), c.opd0_x_ins0 = u64(w.insert_w);
  c.opd0_up_pad = u64(w.up), c.opd0_dn_pad = u64(w.down), c.opd0_lf_pad = u64(w.left), c.opd0_rt_pad = u64(w.right);
}

/// The left side of a product, whose last channel may be cut.
template <class Command>
void set_left_sizes(Command& c, const MatrixProduct& p) {
  c.opd0_n = u64(p.left.shape[0]), c.opd0_c = u64(p.left.shape[1]), c.opd0_w = u64(p.left.shape[3]);
  c.opd1_w = u64(p.last_columns);
}

/// The operation of an elementwise class that computes `operation`; the chips differ in their shifts.
template <class Op>
Op operation_of(Arithmetic operation, Op shift) {
  switch (operation) {
    case Arithmetic::kMul: return Op::kMul;
    case Arithmetic::kAdd: return Op::kAdd;
    case Arithmetic::kSub: return Op::kSub;
    case Arithmetic::kMax: return Op::kMax;
    case Arithmetic::kMin: return Op::kMin;
    case Arithmetic::kAnd: return Op::kAnd;
    case Arithmetic::kOr: return Op::kOr;
    case Arithmetic::kXor: return Op::kXor;
    case Arithmetic::kDiv: return Op::kDivide;
    case Arithmetic::kShift: break;
  }
  return shift;
}

/// Whether an operation works on raw words.
inline bool is_on_words(Arithmetic operation) {
  return operation == Arithmetic::kAnd || operation == Arithmetic::kOr || operation == Arithmetic::kXor ||
         operation == Arithmetic::kShift;
}

/// What a window command with weights reads beside its data.
inline void read_weights(const WindowCommand& w, const isa::ChipSpec& chip, LocalAccess& access) {
  for (const LocalTensor* t : {w.weights, w.bias})
    if (t != nullptr) access.reads.push_back({t->offset, t->offset + lane_bytes(*t, chip)});
}

}  // namespace bmemu::kernels::tiu_fields
