// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sliding windows as ONNX writes them.
#pragma once

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {

struct Window {
  std::size_t rank = 0;  ///< spatial dimensions of the tensor, 1 to 3
  Spatial kernel{1, 1, 1}, stride{1, 1, 1}, dilation{1, 1, 1}, pad_begin{}, pad_end{};
};

/// A list of the model's spatial dimensions as depth, height, width. Throws Unsupported when its length is not `rank`.
Spatial spatial(const std::vector<std::int64_t>& list, std::size_t rank, std::int64_t usual);

/// Kernel, stride, dilation and padding of a convolution or pool over `shape`; `auto_pad` and `ceil_mode` are resolved
/// into paddings. `kernel`: of the weights; empty = the attribute. With `ceil_mode` pads at the end may grow.
Window window_of(const NodeImport& node, const Shape& shape, std::vector<std::int64_t> kernel = {});

/// Throws Unsupported when a window is larger than the padded image.
void require_room(const Window& window, const Shape& shape);

}  // namespace bmemu::kernels::onnx_import
