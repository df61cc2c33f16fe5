// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/program/device_order.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace bmemu::isa {
namespace {

constexpr std::size_t kCommandBytes = 128;  ///< of BM1684, both engines
constexpr std::size_t kWords = kCommandBytes / sizeof(std::uint32_t);
constexpr std::uint8_t kTiuEnd = 1U << 1;   ///< `cmd_end`, in the first byte
constexpr std::uint8_t kGdmaEnd = 1U << 2;  ///< `chain_end`

void reverse_words(std::vector<std::uint8_t>& stream) {
  std::array<std::uint32_t, kWords> words;
  for (std::size_t at = 0; at + kCommandBytes <= stream.size(); at += kCommandBytes) {
    std::memcpy(words.data(), stream.data() + at, kCommandBytes);
    std::reverse(words.begin(), words.end());
    std::memcpy(stream.data() + at, words.data(), kCommandBytes);
  }
}

/// First byte of the last command in file order; null in an empty stream.
std::uint8_t* last_command(std::vector<std::uint8_t>& stream) {
  return stream.size() < kCommandBytes ? nullptr : stream.data() + (stream.size() / kCommandBytes - 1) * kCommandBytes;
}

std::uint8_t end_mark(Engine engine) { return engine == Engine::kTiu ? kTiuEnd : kGdmaEnd; }

}  // namespace

void to_device_order(Family family, Engine engine, std::vector<std::uint8_t>& stream) {
  if (family != Family::kBm1684) return;
  if (std::uint8_t* last = last_command(stream)) *last |= end_mark(engine);
  if (engine == Engine::kTiu) reverse_words(stream);
}

void from_device_order(Family family, Engine engine, std::vector<std::uint8_t>& stream) {
  if (family != Family::kBm1684) return;
  if (engine == Engine::kTiu) reverse_words(stream);
  if (std::uint8_t* last = last_command(stream)) *last &= static_cast<std::uint8_t>(~end_mark(engine));
}

}  // namespace bmemu::isa
