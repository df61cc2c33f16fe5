// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sum or maximum of each channel's plane by pooling.
#pragma once

#include "kernels/builder/tiu.h"

namespace bmemu::kernels {

/// out (n, c, 1, 1) = maximum, or factor times the sum, of each row of in (n, c, 1, w). A long row is folded to a
/// plane, reduced over its lines and then along the line: a window of one place keeps one execution unit of a lane
/// busy. `scratch`: as many bytes as `row_reduction_bytes` says.
void reduce_rows(Tiu& tiu, const isa::ChipSpec& chip, Pooling kind, const LocalTensor& out, const LocalTensor& in,
                 float factor, std::int64_t scratch);
std::int64_t row_reduction_bytes(const isa::ChipSpec& chip, const Dims& in);

}  // namespace bmemu::kernels
