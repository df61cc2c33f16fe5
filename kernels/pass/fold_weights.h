// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The part of "fold" that changes weights, biases and paddings of convolutions and products.
#pragma once

#include "kernels/pass/editor.h"

namespace bmemu::kernels {

/// A factor or summand per channel behind a convolution, or per column behind a product, goes into its weights and
/// bias.
bool fold_into_weights(Editor& editor, std::size_t index);

/// Zeros around the image of a convolution, or of a pool that counts them, become its own padding.
bool fold_padding(Editor& editor, std::size_t index);

/// Taps of a convolution that meet padding alone, as those of wide dilations over small images, go.
bool drop_idle_taps(Editor& editor, std::size_t index);

}  // namespace bmemu::kernels
