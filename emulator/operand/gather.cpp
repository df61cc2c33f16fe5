// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/operand/gather.h"

#include <cstring>

#include "emulator/operand/copy_elements.h"

namespace bmemu::emulator {
namespace {

/// Where the elements (n, c, 0, 0) lie: byte offset in local memory, or chip address.
class ChannelPlaces {
 public:
  ChannelPlaces(const OperandView& view, const isa::ChipSpec& chip)
      : view_(view), lanes_(chip), start_(lanes_.lane(view.address)), offset_(lanes_.offset(view.address)) {}

  std::uint64_t at(std::uint32_t n, std::uint32_t c) const {
    const std::uint64_t batch = n * static_cast<std::uint64_t>(view_.stride[0]);
    if (view_.space != isa::Space::kLocal)
      return view_.address + batch + c * static_cast<std::uint64_t>(view_.stride[1]);
    return offset_ + batch + lanes_.channel_step(start_ + c, view_.stride[1]);
  }

 private:
  const OperandView& view_;
  isa::Lanes lanes_;
  std::uint64_t start_, offset_;
};

/// Calls run(place, dense index, elements) for contiguous runs, and strided(place, dense index, elements, bytes from
/// one to the next) for rows whose elements lie apart.
template <class T, class Run, class Strided>
void walk(const OperandView& view, const isa::ChipSpec& chip, Run&& run, Strided&& strided) {
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
        } else {
          strided(place + h * row, index, width, column);
        }
        index += width;
      }
    }
}

}  // namespace

template <class T>
void gather(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory, T* dense) {
  if (view.space == isa::Space::kLocal) {
    const std::uint8_t* local = memory.local();
    walk<T>(
        view, chip,
        [&](std::uint64_t place, std::size_t index, std::size_t count) {
          std::memcpy(dense + index, local + place, count * sizeof(T));
        },
        [&](std::uint64_t place, std::size_t index, std::size_t count, std::uint64_t step) {
          copy_elements<T>(dense + index, sizeof(T), local + place, step, count);
        });
    return;
  }
  walk<T>(
      view, chip,
      [&](std::uint64_t place, std::size_t index, std::size_t count) {
        memory.read(place, dense + index, count * sizeof(T));
      },
      [&](std::uint64_t place, std::size_t index, std::size_t count, std::uint64_t step) {
        for (std::size_t k = 0; k < count; ++k) memory.read(place + k * step, dense + index + k, sizeof(T));
      });
}

template <class T>
void scatter(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const T* dense) {
  if (view.space == isa::Space::kLocal) {
    std::uint8_t* local = memory.local();
    walk<T>(
        view, chip,
        [&](std::uint64_t place, std::size_t index, std::size_t count) {
          std::memcpy(local + place, dense + index, count * sizeof(T));
        },
        [&](std::uint64_t place, std::size_t index, std::size_t count, std::uint64_t step) {
          copy_elements<T>(local + place, step, dense + index, sizeof(T), count);
        });
    return;
  }
  walk<T>(
      view, chip,
      [&](std::uint64_t place, std::size_t index, std::size_t count) {
        memory.write(place, dense + index, count * sizeof(T));
      },
      [&](std::uint64_t place, std::size_t index, std::size_t count, std::uint64_t step) {
        for (std::size_t k = 0; k < count; ++k) memory.write(place + k * step, dense + index + k, sizeof(T));
      });
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

void gather_bytes(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory,
                  std::uint8_t* dense) {
  switch (bits(view.format)) {
    case 8: return gather(view, chip, memory, dense);
    case 16: return gather(view, chip, memory, reinterpret_cast<std::uint16_t*>(dense));
    default: return gather(view, chip, memory, reinterpret_cast<std::uint32_t*>(dense));
  }
}

void scatter_bytes(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                   const std::uint8_t* dense) {
  switch (bits(view.format)) {
    case 8: return scatter(view, chip, memory, dense);
    case 16: return scatter(view, chip, memory, reinterpret_cast<const std::uint16_t*>(dense));
    default: return scatter(view, chip, memory, reinterpret_cast<const std::uint32_t*>(dense));
  }
}

}  // namespace bmemu::emulator
