// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/elementwise/pieces.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "emulator/operand/gather.h"
#include "emulator/tiu/bm1684x/values.h"

namespace bmemu::emulator::bm1684x {
namespace {

float constant_of(std::uint64_t field, DataType format, float) { return constant_float(field, format); }
std::int64_t constant_of(std::uint64_t field, DataType format, std::int64_t) { return constant_integer(field, format); }

}  // namespace

template <class T>
Values<T>::Values(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory)
    : format_(view.format) {
  OperandView stored = view;
  const std::size_t plane = std::size_t{view.shape[2]} * view.shape[3];
  const bool repeated = plane > 1 && view.stride[2] == 0 && view.stride[3] == 0;
  if (repeated) stored.shape[2] = stored.shape[3] = 1;
  raw_.resize(element_count(stored) * (bits(view.format) / 8));
  gather_bytes(stored, chip, memory, raw_.data());
  if (repeated) per_plane(plane);
}

template <class T>
void Values<T>::per_plane(std::size_t plane) {
  planes_.resize(raw_.size() / (bits(format_) / 8));
  decode(format_, raw_.data(), planes_.size(), planes_.data());
  plane_ = plane;
}

template <class T>
Values<T> Values<T>::of(const MaybeView& view, std::uint64_t field, DataType format, const isa::ChipSpec& chip,
                        const memory::ChipMemory& memory) {
  return view ? Values(*view, chip, memory) : Values(constant_of(field, format, T{}));
}

template <class T>
Values<T> Values<T>::of_channels(const MaybeView& view, std::uint64_t field, DataType format,
                                 const std::array<std::uint32_t, 4>& shape, const isa::ChipSpec& chip,
                                 const memory::ChipMemory& memory) {
  if (!view) return Values(constant_of(field, format, T{}));
  Values values(*view, chip, memory);
  values.per_plane(std::size_t{shape[2]} * shape[3]);
  return values;
}

template <class T>
// NOLINTNEXTLINE(performance-unnecessary-value-param): it is moved; the check does not see it in a template
Values<T> Values<T>::of_bytes(DataType format, std::vector<std::uint8_t> bytes) {
  Values values{T{}};
  values.format_ = format;
  values.raw_ = std::move(bytes);
  return values;
}

template <class T>
Source<T> Values<T>::piece(std::size_t first, std::size_t count, Piece<T>& room) const {
  if (!planes_.empty()) {
    for (std::size_t i = 0; i < count;) {
      const std::size_t place = first + i, end = std::min(count, i + plane_ - place % plane_);
      const T value = planes_[place / plane_ % planes_.size()];
      for (; i < end; ++i) room[i] = value;
    }
    return Source<T>(room.data());
  }
  if (raw_.empty()) return Source<T>(constant_);
  decode(format_, raw_.data() + first * (bits(format_) / 8), count, room.data());
  return Source<T>(room.data());
}

template <class T>
Results<T>::Results(const OperandView& view, const isa::ChipSpec& chip)
    : view_(view), chip_(chip), size_(element_count(view)), raw_(size_ * (bits(view.format) / 8)) {}

template <class T>
void Results<T>::put(std::size_t first, std::size_t count, const T* values) {
  encode(view_.format, values, count, raw_.data() + first * (bits(view_.format) / 8));
}

template <class T>
void Results<T>::put_words(std::size_t first, std::size_t count, const std::int32_t* words) {
  std::memcpy(raw_.data() + first * sizeof *words, words, count * sizeof *words);
}

template <class T>
void Results<T>::store(memory::ChipMemory& memory) const {
  scatter_bytes(view_, chip_, memory, raw_.data());
}

template class Values<float>;
template class Values<std::int64_t>;
template class Results<float>;
template class Results<std::int64_t>;

}  // namespace bmemu::emulator::bm1684x
