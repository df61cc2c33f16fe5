// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684: between numbers, one batch after the other, and words that hold a byte of each of four batches.
#pragma once

#include <functional>

#include "kernels/builder/bm1684_tiu.h"

namespace bmemu::kernels {

/// Batches that a word of bytes holds.
inline constexpr std::int64_t kBytesPerWord = 4;

/// Calls `body(batch, words)` for each batch of a word that `packed` has; `words`: those words of it.
void for_each_byte(const LocalTensor& packed, const std::function<void(std::int64_t, const LocalTensor&)>& body);

/// to = byte number `batch` of every word, in its low bits, zeros above.
void take_byte(Bm1684Tiu& tiu, const LocalTensor& to, const LocalTensor& words, std::int64_t batch);
/// Puts the low byte of `from`, which has nothing above it, into `words`. Bytes come in their order: the first one
/// clears the others. `from` is lost.
void put_byte(Bm1684Tiu& tiu, const LocalTensor& words, const LocalTensor& from, std::int64_t batch);

/// out (f32) = in * scale.
void bytes_to_numbers(Bm1684Tiu& tiu, const LocalTensor& out, const LocalTensor& in, float scale);
/// out = clamp(round(in / scale)), half away from zero. `scratch`: f32, of the output's shape.
void numbers_to_bytes(Bm1684Tiu& tiu, const LocalTensor& out, const LocalTensor& in, float scale,
                      const LocalTensor& scratch);

}  // namespace bmemu::kernels
