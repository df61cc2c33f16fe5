// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/written_map.h"

#include <algorithm>

#include "isa/layout/address_map.h"
#include "memory/runs.h"

namespace bmemu::memory {
namespace {

constexpr std::uint64_t kUnit = WrittenMap::kUnitBytes;
constexpr std::uint64_t kPieceWords = 65536;  ///< 256 MiB of memory
constexpr std::uint64_t kPieceUnits = kPieceWords * 64;

isa::ChipSpec without_origins(isa::ChipSpec chip) {
  chip.origins.clear();
  return chip;
}

std::uint64_t mask_from(std::uint64_t bit) { return ~std::uint64_t{0} << bit; }
std::uint64_t mask_to(std::uint64_t bit) { return ~std::uint64_t{0} >> (63 - bit); }

unsigned count_bits(std::uint64_t word) { return static_cast<unsigned>(__builtin_popcountll(word)); }
unsigned lowest_bit(std::uint64_t word) { return static_cast<unsigned>(__builtin_ctzll(word)); }
unsigned highest_bit(std::uint64_t word) { return 63U - static_cast<unsigned>(__builtin_clzll(word)); }

/// Calls visit(first unit, last unit) for every run of a pattern.
template <class Visit>
void for_runs(const Pattern& pattern, Visit&& visit) {
  if (pattern.bytes() == 0) return;
  const Runs runs = merged(pattern, kUnit);
  std::uint64_t at[4] = {};
  for (at[0] = 0; at[0] < runs.count[0]; ++at[0])
    for (at[1] = 0; at[1] < runs.count[1]; ++at[1])
      for (at[2] = 0; at[2] < runs.count[2]; ++at[2])
        for (at[3] = 0; at[3] < runs.count[3]; ++at[3]) {
          std::uint64_t from = runs.base;
          for (std::size_t k = 0; k < 4; ++k) from += at[k] * runs.stride[k];
          visit(from / kUnit, (from + runs.run_bytes - 1) / kUnit);
        }
}

/// Calls visit(piece, word in the piece, mask) for the words that the units [first, last] lie in.
template <class Visit>
void for_words(std::uint64_t first, std::uint64_t last, Visit&& visit) {
  for (std::uint64_t word = first / 64; word <= last / 64; ++word) {
    std::uint64_t mask = ~std::uint64_t{0};
    if (word == first / 64) mask &= mask_from(first % 64);
    if (word == last / 64) mask &= mask_to(last % 64);
    visit(word / kPieceWords, word % kPieceWords, mask);
  }
}

}  // namespace

WrittenMap::Bits::Bits(std::uint64_t bytes)
    : units_((bytes + kUnit - 1) / kUnit), pieces_((units_ + kPieceUnits - 1) / kPieceUnits) {}

void WrittenMap::Bits::set(std::uint64_t first, std::uint64_t last) {
  if (first >= units_) return;
  for_words(first, std::min(last, units_ - 1), [&](std::uint64_t piece, std::uint64_t word, std::uint64_t mask) {
    if (pieces_[piece] == nullptr) pieces_[piece] = std::make_unique<std::uint64_t[]>(kPieceWords);
    pieces_[piece][word] |= mask;
  });
}

void WrittenMap::Bits::find_unset(std::uint64_t first, std::uint64_t last, std::optional<UnwrittenBytes>& found) const {
  if (first >= units_) return;
  for_words(first, std::min(last, units_ - 1), [&](std::uint64_t piece, std::uint64_t word, std::uint64_t mask) {
    const std::uint64_t unset = pieces_[piece] == nullptr ? mask : mask & ~pieces_[piece][word];
    if (unset == 0) return;
    const std::uint64_t base = (piece * kPieceWords + word) * 64;
    if (!found) found = UnwrittenBytes{UINT64_MAX, 0, 0};
    found->first = std::min(found->first, (base + lowest_bit(unset)) * kUnit);
    found->last = std::max(found->last, (base + highest_bit(unset)) * kUnit + kUnit - 1);
    found->bytes += count_bits(unset) * kUnit;
  });
}

WrittenMap::WrittenMap(const isa::ChipSpec& chip) : chip_(without_origins(chip)) {
  // In the order of Space.
  bits_.emplace_back(isa::kAddressEnd);
  for (const isa::Space space : {isa::Space::kL2, isa::Space::kLocal, isa::Space::kStatic})
    bits_.emplace_back(bytes_of(space, chip));
}

void WrittenMap::mark(const Pattern& pattern) {
  for_runs(pattern, [&](std::uint64_t first, std::uint64_t last) { of(pattern.space).set(first, last); });
}

void WrittenMap::mark(std::uint64_t address, std::uint64_t bytes) {
  if (bytes == 0) return;
  const isa::Place place = isa::locate(address, chip_);
  of(place.space).set(place.offset / kUnit, (place.offset + bytes - 1) / kUnit);
}

std::optional<UnwrittenBytes> WrittenMap::unwritten(const Pattern& pattern) const {
  std::optional<UnwrittenBytes> found;
  for_runs(pattern, [&](std::uint64_t first, std::uint64_t last) { of(pattern.space).find_unset(first, last, found); });
  return found;
}

}  // namespace bmemu::memory
