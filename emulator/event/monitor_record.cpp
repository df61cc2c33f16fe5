// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/event/monitor_record.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bmemu::emulator {
namespace {

constexpr std::size_t kTiuWords = 8;
constexpr std::size_t kGdmaWords = 48;

template <std::size_t count>
using Words = std::array<std::uint32_t, count>;

/// Little-endian.
template <std::size_t count>
std::string text_of(const Words<count>& words) {
  std::string text;
  text.reserve(count * sizeof(std::uint32_t));
  for (const std::uint32_t word : words)
    for (unsigned shift = 0; shift < 32; shift += 8) text += static_cast<char>(word >> shift & 0xFF);
  return text;
}

/// First and last cycle, into words 0 and 1.
template <std::size_t count>
void set_times(Words<count>& words, const CommandEvent& event, Picoseconds origin_ps, double mhz) {
  constexpr double kHair = 1e-6;  // times are whole picoseconds: a cycle's edge may come out a hair beside itself
  const auto cycles = [&](Picoseconds time) { return static_cast<double>(time - origin_ps) * mhz / 1e6; };
  const auto begin = static_cast<std::int64_t>(std::floor(cycles(event.begin_ps) + kHair));
  const auto past_end = static_cast<std::int64_t>(std::ceil(cycles(event.end_ps) - kHair));
  words[0] = static_cast<std::uint32_t>(begin);
  words[1] = static_cast<std::uint32_t>(std::max(begin, past_end - 1));
}

}  // namespace

MonitorClocks monitor_clocks(const isa::ChipSpec& chip) {
  if (chip.family == isa::Family::kBm1684) return {550, 575};
  return {chip.tiu.clock_mhz, chip.tiu.clock_mhz};
}

std::uint64_t monitor_record_bytes(isa::Engine engine) {
  return sizeof(std::uint32_t) * (engine == isa::Engine::kTiu ? kTiuWords : kGdmaWords);
}

std::string monitor_record(const CommandEvent& event, std::uint32_t id, Picoseconds origin_ps,
                           const isa::ChipSpec& chip) {
  const MonitorClocks clocks = monitor_clocks(chip);
  if (event.engine == isa::Engine::kTiu) {
    Words<kTiuWords> words{};
    set_times(words, event, origin_ps, clocks.tiu_mhz);
    const std::uint64_t id_and_load = ((id - 1) & 0xFFFF) | static_cast<std::uint64_t>(event.ideal_cycles) << 16;
    words[2] = static_cast<std::uint32_t>(id_and_load);
    words[3] = static_cast<std::uint32_t>(id_and_load >> 32);
    return text_of(words);
  }
  Words<kGdmaWords> words{};
  set_times(words, event, origin_ps, clocks.gdma_mhz);
  words[2] = (id - 1) & (chip.family == isa::Family::kBm1684 ? 0xFFFFU : 0xFFFFFU);
  const auto bytes = static_cast<std::uint32_t>(event.bytes);
  const bool reads_ddr = event.direction == Direction::kS2L || event.direction == Direction::kS2S;
  const bool writes_ddr = event.direction == Direction::kL2S || event.direction == Direction::kS2S;
  if (writes_ddr) words[3] = words[4] = bytes;    // d0: addresses written, data written
  if (reads_ddr) words[5] = bytes;                // d0: addresses read
  if (!writes_ddr) words[9] = words[10] = bytes;  // gif
  if (event.direction == Direction::kL2S || event.direction == Direction::kL2L) words[11] = bytes;
  return text_of(words);
}

}  // namespace bmemu::emulator
