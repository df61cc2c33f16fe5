// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/allocator.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace bmemu::runtime {
namespace {

std::uint64_t pages(std::uint64_t size) {
  const std::uint64_t page = Allocator::kPageBytes;
  return (std::max<std::uint64_t>(size, 1) + page - 1) / page * page;
}

}  // namespace

Allocator::Allocator(std::uint64_t base, std::uint64_t size) : base_(base), highest_(base) { gaps_[base] = size; }

std::optional<std::uint64_t> Allocator::allocate(std::uint64_t size) {
  if (size > std::numeric_limits<std::uint64_t>::max() - kPageBytes) return std::nullopt;
  const std::uint64_t wanted = pages(size);
  const auto gap = std::find_if(gaps_.begin(), gaps_.end(), [&](const auto& g) { return g.second >= wanted; });
  if (gap == gaps_.end()) return std::nullopt;
  const auto [address, available] = *gap;
  gaps_.erase(gap);
  if (available > wanted) gaps_[address + wanted] = available - wanted;
  blocks_[address] = size;
  highest_ = std::max(highest_, address + wanted);
  return address;
}

std::optional<Range> Allocator::free(std::uint64_t address) {
  const auto block = blocks_.find(address);
  if (block == blocks_.end()) return std::nullopt;
  auto gap = gaps_.emplace(address, pages(block->second)).first;
  blocks_.erase(block);
  if (const auto next = std::next(gap); next != gaps_.end() && gap->first + gap->second == next->first) {
    gap->second += next->second;
    gaps_.erase(next);
  }
  if (gap != gaps_.begin())
    if (const auto before = std::prev(gap); before->first + before->second == gap->first) {
      before->second += gap->second;
      gaps_.erase(gap);
      gap = before;
    }
  return Range{gap->first, gap->second};
}

std::optional<Range> Allocator::holding(std::uint64_t address, std::uint64_t size) const {
  const auto after = blocks_.upper_bound(address);
  if (after == blocks_.begin()) return std::nullopt;
  const auto [start, bytes] = *std::prev(after);
  const std::uint64_t offset = address - start;
  if (offset > bytes || size > bytes - offset) return std::nullopt;
  return Range{start, bytes};
}

std::uint64_t Allocator::free_bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [address, size] : gaps_) sum += size;
  return sum;
}

}  // namespace bmemu::runtime
