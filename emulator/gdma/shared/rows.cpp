// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/shared/rows.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace bmemu::emulator::gdma {
namespace {

/// Bytes from the first to the last of a row with a positive step.
std::uint64_t span(const Row& row, std::uint32_t count, unsigned element) {
  return static_cast<std::uint64_t>(row.step) * (count - 1) + element;
}

template <unsigned kElement>
void copy_steps(const std::uint8_t* from, std::int64_t from_step, std::uint8_t* to, std::int64_t to_step,
                std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    std::memcpy(to, from, kElement);
    from += from_step;
    to += to_step;
  }
}

void copy_steps(const std::uint8_t* from, std::int64_t from_step, std::uint8_t* to, std::int64_t to_step,
                std::uint32_t count, unsigned element) {
  switch (element) {
    case 1: copy_steps<1>(from, from_step, to, to_step, count); break;
    case 2: copy_steps<2>(from, from_step, to, to_step, count); break;
    default: copy_steps<4>(from, from_step, to, to_step, count); break;
  }
}

bool apart(const std::uint8_t* a, std::uint64_t a_bytes, const std::uint8_t* b, std::uint64_t b_bytes) {
  return a + a_bytes <= b || b + b_bytes <= a;
}

/// One element, in one piece or not.
void copy_element(Window& window, std::uint64_t from, std::uint64_t to, unsigned element) {
  store(window, to, element, load(window, from, element));
}

}  // namespace

std::uint32_t load(Window& window, std::uint64_t address, unsigned element_bytes) {
  std::uint32_t value = 0;
  if (const std::uint8_t* at = window.readable(address, element_bytes); at != nullptr)
    std::memcpy(&value, at, element_bytes);
  else
    window.memory().read(address, &value, element_bytes);
  return value;
}

void store(Window& window, std::uint64_t address, unsigned element_bytes, std::uint32_t value) {
  if (std::uint8_t* at = window.writable(address, element_bytes); at != nullptr) {
    std::memcpy(at, &value, element_bytes);
    return;
  }
  // Both pages are taken through the window, so that it never holds a page that has moved.
  for (unsigned i = 0; i < element_bytes; ++i)
    *window.writable(address + i, 1) = static_cast<std::uint8_t>(value >> (8 * i));
}

void copy_row(Window& window, const Row& from, const Row& to, std::uint32_t count, unsigned element) {
  if (count == 0) return;
  const bool dense = from.step == element && to.step == element;
  Row f = from;
  Row t = to;
  while (count > 0) {
    // As many elements as lie in one piece on both sides.
    std::uint32_t take = count;
    std::uint8_t* write = window.writable(t.address, span(t, take, element));
    const std::uint8_t* read = window.readable(f.address, span(f, take, element));
    if (write == nullptr || read == nullptr) {
      const auto fit = [&](const Row& row, std::uint64_t room) {
        if (room < element) return std::uint32_t{0};
        if (row.step <= 0) return count;
        return static_cast<std::uint32_t>(
            std::min<std::uint64_t>(count, (room - element) / static_cast<std::uint64_t>(row.step) + 1));
      };
      take = std::min(fit(t, window.writable_room(t.address)), fit(f, window.readable_room(f.address)));
      if (take == 0) {
        copy_element(window, f.address, t.address, element);
        f.address += static_cast<std::uint64_t>(f.step);
        t.address += static_cast<std::uint64_t>(t.step);
        --count;
        continue;
      }
      write = window.writable(t.address, span(t, take, element));
      read = window.readable(f.address, span(f, take, element));
    }
    if (dense && apart(read, span(f, take, element), write, span(t, take, element)))
      std::memcpy(write, read, std::uint64_t{take} * element);
    else
      copy_steps(read, f.step, write, t.step, take, element);
    f.address += static_cast<std::uint64_t>(f.step) * take;
    t.address += static_cast<std::uint64_t>(t.step) * take;
    count -= take;
  }
}

void fill_row(Window& window, const Row& to, std::uint32_t count, unsigned element, std::uint32_t constant) {
  if (to.step != element) {
    for (std::uint32_t i = 0; i < count; ++i)
      store(window, to.address + static_cast<std::uint64_t>(to.step) * i, element, constant);
    return;
  }
  std::array<std::uint8_t, 1024> pattern;
  for (std::size_t i = 0; i < pattern.size(); i += element) std::memcpy(pattern.data() + i, &constant, element);
  std::uint64_t address = to.address;
  std::uint64_t bytes = std::uint64_t{count} * element;
  std::uint64_t phase = 0;
  while (bytes > 0) {
    std::uint8_t* write = window.writable(address, 1);
    const std::uint64_t take = std::min({bytes, window.writable_room(address), std::uint64_t{pattern.size()} - phase});
    std::memcpy(write, pattern.data() + phase, take);
    phase = (phase + take) % element;
    address += take;
    bytes -= take;
  }
}

}  // namespace bmemu::emulator::gdma
