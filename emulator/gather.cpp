// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gather.h"

#include <cstring>

namespace bmemu::emulator {
namespace {

/// Where the elements (n, c, 0, 0) lie: byte offset in local memory, or chip address.
class ChannelPlaces {
 public:
  ChannelPlaces(const OperandView& view, const isa::ChipSpec& chip)
      : view_(view),
        lanes_(static_cast<std::uint64_t>(chip.tiu.lanes)),
        lane_bytes_(static_cast<std::uint64_t>(chip.local_memory.lane_bytes)),
        start_(view.address / lane_bytes_),
        offset_(view.address % lane_bytes_) {}

  std::uint64_t at(std::uint32_t n, std::uint32_t c) const {
    const std::uint64_t batch = n * static_cast<std::uint64_t>(view_.stride[0]);
    const auto channel_stride = static_cast<std::uint64_t>(view_.stride[1]);
    if (view_.space != memory::Space::kLocal) return view_.address + batch + c * channel_stride;
    const std::uint64_t place = start_ + c;
    return place % lanes_ * lane_bytes_ + offset_ + batch + place / lanes_ * channel_stride;
  }

 private:
  const OperandView& view_;
  std::uint64_t lanes_, lane_bytes_, start_, offset_;
};

/// Calls run(place, dense index, elements) for contiguous runs, and element(place, dense index) where w is strided.
template <class T, class Run, class Element>
void walk(const OperandView& view, const isa::ChipSpec& chip, Run&& run, Element&& element) {
  const ChannelPlaces places(view, chip);
  const std::size_t height = view.shape[2], width = view.shape[3];
  const auto row = static_cast<std::uint64_t>(view.stride[2]);
  const auto column = static_cast<std::uint64_t>(view.stride[3]);
  const bool dense_rows = width == 1 || column == sizeof(T);
  const bool dense_plane = dense_rows && (height == 1 || row == width * sizeof(T));
  std::size_t index = 0;
  for (std::uint32_t n = 0; n < view.shape[0]; ++n)
    for (std::uint32_t c = 0; c < view.shape[1]; ++c) {
      const std::uint64_t place = places.at(n, c);
      if (dense_plane) {
        run(place, index, height * width);
        index += height * width;
        continue;
      }
      for (std::size_t h = 0; h < height; ++h) {
        if (dense_rows) {
          run(place + h * row, index, width);
          index += width;
          continue;
        }
        for (std::size_t w = 0; w < width; ++w) element(place + h * row + w * column, index++);
      }
    }
}

}  // namespace

template <class T>
void gather(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory, T* dense) {
  if (view.space == memory::Space::kLocal) {
    const std::uint8_t* local = memory.local();
    walk<T>(
        view, chip,
        [&](std::uint64_t place, std::size_t index, std::size_t count) {
          std::memcpy(dense + index, local + place, count * sizeof(T));
        },
        [&](std::uint64_t place, std::size_t index) { std::memcpy(dense + index, local + place, sizeof(T)); });
    return;
  }
  const auto read = [&](std::uint64_t place, std::size_t index, std::size_t count = 1) {
    memory.read(place, dense + index, count * sizeof(T));
  };
  walk<T>(view, chip, read, read);
}

template <class T>
void scatter(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const T* dense) {
  if (view.space == memory::Space::kLocal) {
    std::uint8_t* local = memory.local();
    walk<T>(
        view, chip,
        [&](std::uint64_t place, std::size_t index, std::size_t count) {
          std::memcpy(local + place, dense + index, count * sizeof(T));
        },
        [&](std::uint64_t place, std::size_t index) { std::memcpy(local + place, dense + index, sizeof(T)); });
    return;
  }
  const auto write = [&](std::uint64_t place, std::size_t index, std::size_t count = 1) {
    memory.write(place, dense + index, count * sizeof(T));
  };
  walk<T>(view, chip, write, write);
}

#define BMEMU_INSTANTIATE(T)                                                                        \
  template void gather<T>(const OperandView&, const isa::ChipSpec&, const memory::ChipMemory&, T*); \
  template void scatter<T>(const OperandView&, const isa::ChipSpec&, memory::ChipMemory&, const T*)
BMEMU_INSTANTIATE(std::uint8_t);
BMEMU_INSTANTIATE(std::int8_t);
BMEMU_INSTANTIATE(std::uint16_t);
BMEMU_INSTANTIATE(std::int16_t);
BMEMU_INSTANTIATE(std::uint32_t);
BMEMU_INSTANTIATE(std::int32_t);
BMEMU_INSTANTIATE(float);
#undef BMEMU_INSTANTIATE

}  // namespace bmemu::emulator
