// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/bmrt/relocation.h"

#include <algorithm>
#include <variant>

#include "isa/encoding/codes.h"

namespace bmemu::runtime {
namespace {

/// Where compilers begin to lay out memory. Source: libsophon bmrt_arch_info.
constexpr std::uint64_t kFirstBm1684 = 0x105100000;
constexpr std::uint64_t kFirstBm1684x = 0x100000000;
constexpr unsigned kLowBits = 32;

/// An address in two registers.
template <class Place>
void relocate(std::uint64_t& low, std::uint64_t& high, const Place& place) {
  const std::uint64_t address = place(high << kLowBits | low);
  low = address & 0xFFFFFFFF;
  high = address >> kLowBits;
}

template <class Place>
void relocate_command(isa::bm1684::GdmaFields& c, const Place& place) {
  if (c.direction == isa::DmaDirection::kSystemToLocal || c.direction == isa::DmaDirection::kSystemToSystem)
    relocate(c.src_start_addr_l32, c.src_start_addr_h8, place);
  if (c.direction == isa::DmaDirection::kLocalToSystem || c.direction == isa::DmaDirection::kSystemToSystem)
    relocate(c.dst_start_addr_l32, c.dst_start_addr_h8, place);
}

/// Local memory lies below all addresses that are moved; a register that a command does not have is zero.
template <class Place>
void relocate_command(isa::bm1684x::GdmaFields& c, const Place& place) {
  relocate(c.src_start_addr_l32, c.src_start_addr_h8, place);
  relocate(c.dst_start_addr_l32, c.dst_start_addr_h8, place);
  relocate(c.index_start_addr_l32, c.index_start_addr_h8, place);
  relocate(c.mask_start_addr_l32, c.mask_start_addr_h8, place);
}

}  // namespace

std::uint64_t Relocation::operator()(isa::Family family, std::uint64_t address) const {
  if (address < (family == isa::Family::kBm1684 ? kFirstBm1684 : kFirstBm1684x)) return address;
  if (address < io_begin) return address + weights_offset;
  return address + (address < neuron_begin ? io_offset : neuron_offset);
}

std::vector<std::uint8_t> relocated_gdma(isa::Family family, const isa::CommandStream& stream,
                                         const Relocation& relocation) {
  std::vector<std::uint8_t> bytes(stream.bytes.data, stream.bytes.data + stream.bytes.size);
  const auto place = [&](std::uint64_t address) { return relocation(family, address); };
  for (std::size_t i = 0; i < stream.commands.size(); ++i) {
    if (stream.commands[i].is_end) continue;
    isa::Instruction instruction = stream.decode(family, i);
    std::visit(
        [&](auto& commands) {
          std::visit(
              [&](auto& command) {
                if constexpr (!isa::kIsTiu<std::decay_t<decltype(command)>>) relocate_command(command, place);
              },
              commands);
        },
        instruction);
    const std::vector<std::uint8_t> encoded = isa::encode(instruction);
    std::copy(encoded.begin(), encoded.end(), bytes.begin() + static_cast<std::ptrdiff_t>(stream.commands[i].offset));
  }
  return bytes;
}

}  // namespace bmemu::runtime
