// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operands of elementwise loops: values side by side, or one for all.
#pragma once

#include <cstddef>

namespace bmemu::emulator::bm1684x {

/// Contract: the values outlive the source.
template <class T>
class Source {
 public:
  explicit Source(T constant) : constant_(constant) {}
  explicit Source(const T* values) : values_(values) {}

  bool is_constant() const { return values_ == nullptr; }
  T constant() const { return constant_; }
  const T* data() const { return values_; }
  T operator[](std::size_t i) const { return values_ == nullptr ? constant_ : values_[i]; }

 private:
  T constant_{};
  const T* values_ = nullptr;
};

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
