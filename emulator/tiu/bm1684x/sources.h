// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operands that are a tensor, a constant or one value per channel, and loops over them.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/values.h"

namespace bmemu::emulator::bm1684x {

/// Values of an operand: one per element of the result, or one for all.
template <class T>
class Source {
 public:
  explicit Source(T constant) : constant_(constant) {}
  explicit Source(std::vector<T> values) : values_(std::move(values)) {}

  bool is_constant() const { return values_.empty(); }
  T constant() const { return constant_; }
  const T* data() const { return values_.data(); }
  T operator[](std::size_t i) const { return values_.empty() ? constant_ : values_[i]; }

 private:
  T constant_{};
  std::vector<T> values_;
};

/// One value per channel repeated over the elements of a result of this shape.
template <class T>
std::vector<T> spread_channels(const std::vector<T>& per_channel, const std::array<std::uint32_t, 4>& shape) {
  std::vector<T> values;
  values.reserve(std::size_t{shape[0]} * shape[1] * shape[2] * shape[3]);
  for (std::uint32_t n = 0; n < shape[0]; ++n)
    for (std::uint32_t c = 0; c < shape[1]; ++c)
      values.insert(values.end(), std::size_t{shape[2]} * shape[3], per_channel[c]);
  return values;
}

/// out[i] = f(a[i]); `out` may be the source.
template <class T, class R, class F>
void map(const Source<T>& a, R* out, std::size_t count, F&& f) {
  if (a.is_constant()) {
    const R value = f(a.constant());
    for (std::size_t i = 0; i < count; ++i) out[i] = value;
    return;
  }
  const T* x = a.data();
  for (std::size_t i = 0; i < count; ++i) out[i] = f(x[i]);
}

/// out[i] = f(a[i], b[i]).
template <class T, class R, class F>
void zip(const Source<T>& a, const Source<T>& b, R* out, std::size_t count, F&& f) {
  const T* x = a.data();
  const T* y = b.data();
  const T u = a.constant(), v = b.constant();
  if (a.is_constant() && b.is_constant())
    for (std::size_t i = 0; i < count; ++i) out[i] = f(u, v);
  else if (a.is_constant())
    for (std::size_t i = 0; i < count; ++i) out[i] = f(u, y[i]);
  else if (b.is_constant())
    for (std::size_t i = 0; i < count; ++i) out[i] = f(x[i], v);
  else
    for (std::size_t i = 0; i < count; ++i) out[i] = f(x[i], y[i]);
}

}  // namespace bmemu::emulator::bm1684x
