// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/chip_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "isa/error.h"
#include "isa/layout/address_map.h"

namespace bmemu::memory {
namespace {

constexpr std::uint64_t kPage = ChipMemory::kPageBytes;
constexpr std::uint64_t kPagesPerTable = 4096;
constexpr std::uint64_t kTables = isa::kAddressEnd / kPage / kPagesPerTable;

alignas(64) constexpr std::array<std::uint8_t, kPage> kZeroPage{};

isa::ChipSpec without_origins(isa::ChipSpec chip) {
  chip.origins.clear();
  return chip;
}

}  // namespace

/// Two levels of tables over the 40-bit address space: no hashing on the way to a byte.
class ChipMemory::Global {
 public:
  const std::uint8_t* page(std::uint64_t number) const {
    const auto& table = tables_[number / kPagesPerTable];
    const std::uint8_t* bytes = table == nullptr ? nullptr : table->bytes[number % kPagesPerTable];
    return bytes == nullptr ? kZeroPage.data() : bytes;
  }

  std::uint8_t* own_page(std::uint64_t number) {
    Table& table = make_table(number);
    const std::size_t index = number % kPagesPerTable;
    if (table.owned[index] == nullptr) {
      // A page that will be overwritten whole is copied all the same: the copy costs less than knowing that.
      std::unique_ptr<std::uint8_t[]> fresh(new std::uint8_t[kPage]);
      std::memcpy(fresh.get(), page(number), kPage);
      table.owned[index] = std::move(fresh);
      table.bytes[index] = table.owned[index].get();
      ++owned_pages_;
    }
    return table.owned[index].get();
  }

  void map_page(std::uint64_t number, const std::uint8_t* bytes) {
    Table& table = make_table(number);
    const std::size_t index = number % kPagesPerTable;
    if (table.owned[index] != nullptr) --owned_pages_;
    table.owned[index].reset();
    table.bytes[index] = bytes;
  }

  std::uint64_t owned_pages() const { return owned_pages_; }

 private:
  struct Table {
    std::array<const std::uint8_t*, kPagesPerTable> bytes{};  ///< null: never touched
    std::array<std::unique_ptr<std::uint8_t[]>, kPagesPerTable> owned;
  };

  Table& make_table(std::uint64_t number) {
    auto& table = tables_[number / kPagesPerTable];
    if (table == nullptr) table = std::make_unique<Table>();
    return *table;
  }

  std::array<std::unique_ptr<Table>, kTables> tables_;
  std::uint64_t owned_pages_ = 0;
};

ChipMemory::ChipMemory(const isa::ChipSpec& chip)
    : chip_(without_origins(chip)),
      local_(bytes_of(isa::Space::kLocal, chip)),
      l2_(bytes_of(isa::Space::kL2, chip)),
      static_(bytes_of(isa::Space::kStatic, chip)),
      global_(std::make_unique<Global>()) {}

ChipMemory::~ChipMemory() = default;
ChipMemory::ChipMemory(ChipMemory&&) noexcept = default;
ChipMemory& ChipMemory::operator=(ChipMemory&&) noexcept = default;

std::uint64_t ChipMemory::left_in_space(std::uint64_t address) const {
  const isa::Place place = isa::locate(address, chip_);
  switch (place.space) {
    case isa::Space::kDdr: return isa::kAddressEnd - address;
    case isa::Space::kLocal: return local_.size() - place.offset;
    case isa::Space::kL2: return l2_.size() - place.offset;
    case isa::Space::kStatic: return static_.size() - place.offset;
  }
  return 0;
}

void ChipMemory::require(std::uint64_t address, std::uint64_t count) const {
  const std::uint64_t left = left_in_space(address);
  if (count <= left) return;
  throw Error(
      {"E-MEMORY-RANGE", fmt::format("chip address 0x{:x}", address), fmt::format("{} bytes", count),
       fmt::format("at most {} bytes", left),
       fmt::format("the range leaves the memory that it starts in ({})", name(isa::locate(address, chip_).space))});
}

isa::ByteView ChipMemory::readable(std::uint64_t address) const {
  const isa::Place place = isa::locate(address, chip_);
  switch (place.space) {
    case isa::Space::kDdr: return {global_->page(address / kPage) + address % kPage, kPage - address % kPage};
    case isa::Space::kLocal: return {local_.data() + place.offset, local_.size() - place.offset};
    case isa::Space::kL2: return {l2_.data() + place.offset, l2_.size() - place.offset};
    case isa::Space::kStatic: return {static_.data() + place.offset, static_.size() - place.offset};
  }
  return {};
}

WritableBytes ChipMemory::writable(std::uint64_t address) {
  if (address >= isa::kDdrBase && address < isa::kAddressEnd)
    return {global_->own_page(address / kPage) + address % kPage, kPage - address % kPage};
  const isa::ByteView view = readable(address);
  return {const_cast<std::uint8_t*>(view.data), view.size};  // dense memories are ours and not const
}

void ChipMemory::read(std::uint64_t address, void* to, std::uint64_t count) const {
  if (count == 0) return;
  require(address, count);
  auto* out = static_cast<std::uint8_t*>(to);
  while (count > 0) {
    const isa::ByteView view = readable(address);
    const std::uint64_t take = std::min(count, view.size);
    std::memcpy(out, view.data, take);
    out += take;
    address += take;
    count -= take;
  }
}

void ChipMemory::write(std::uint64_t address, const void* from, std::uint64_t count) {
  if (count == 0) return;
  require(address, count);
  const auto* in = static_cast<const std::uint8_t*>(from);
  while (count > 0) {
    const WritableBytes view = writable(address);
    const std::uint64_t take = std::min(count, view.size);
    std::memcpy(view.data, in, take);
    in += take;
    address += take;
    count -= take;
  }
}

void ChipMemory::map(std::uint64_t address, isa::ByteView data) {
  if (data.size == 0) return;
  require(address, data.size);
  if (isa::locate(address, chip_).space != isa::Space::kDdr)
    throw Error({"E-MEMORY-RANGE", "mapped segment", fmt::format("0x{:x}", address),
                 fmt::format("0x{:x}..0x{:x}", isa::kDdrBase, isa::kAddressEnd - 1),
                 "only global memory can be mapped"});
  while (data.size > 0) {
    const std::uint64_t take = std::min(data.size, kPage - address % kPage);
    if (take == kPage)
      global_->map_page(address / kPage, data.data);
    else
      write(address, data.data, take);
    address += take;
    data.data += take;
    data.size -= take;
  }
}

std::uint64_t ChipMemory::resident_global_bytes() const { return global_->owned_pages() * kPage; }

}  // namespace bmemu::memory
