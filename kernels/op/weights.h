// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Constants of the graph as local memory wants them. Source: layouts of ISA reference, section "Convolution weights".
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/op/kernel.h"

namespace bmemu::kernels {

/// The bits of a number as half or bfloat16, to nearest even; magnitudes beyond the largest become infinite.
std::uint16_t half_bits(float value);
std::uint16_t bfloat_bits(float value);

/// The elements of a constant as bytes of a type: floats are rounded, integers must have the type's width.
std::vector<std::uint8_t> packed_bytes(const Constant& constant, isa::DataType type);

/// Weights (oc, ic, kh * kw) of a dense convolution: blocks of input channels, padded with zeros.
///   BM1684X: (oc, ic / P, kh * kw, P), P = 1 (f32), 32 (16 bits), 64 (8 bits).
///   BM1684:  (oc, kh * kw, ic / P, P), P = 2 (f32), 4 (8 bits).
Parameter conv_weights(const NodeContext& context, std::int64_t out_channels, std::int64_t in_channels,
                       std::int64_t kernel_h, std::int64_t kernel_w);
/// The same of weights that are given as bytes of their type, (oc, ic, taps).
Parameter conv_weights(const NodeContext& context, std::int64_t out_channels, std::int64_t in_channels,
                       std::int64_t taps, const std::vector<std::uint8_t>& from);
/// Weights of a depthwise convolution: (c, kh * kw).
Parameter depthwise_weights(const NodeContext& context, std::int64_t channels, std::int64_t taps);
/// One bias per channel: f32; of 16-bit depthwise convolutions in the data's format; i32 or i16 of integers.
Parameter conv_bias(const NodeContext& context, std::int64_t channels, bool depthwise);

}  // namespace bmemu::kernels
