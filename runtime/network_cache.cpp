// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/network_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace bmemu::runtime {
namespace {

bool is_same(const emulator::StreamsInMemory& a, const emulator::StreamsInMemory& b) {
  return a.tiu_address == b.tiu_address && a.gdma_address == b.gdma_address && a.tiu_count == b.tiu_count &&
         a.gdma_count == b.gdma_count && a.tiu_bytes == b.tiu_bytes && a.gdma_bytes == b.gdma_bytes;
}

bool holds(const memory::ChipMemory& memory, std::uint64_t address, const std::vector<std::uint8_t>& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const isa::ByteView view = memory.readable(address + at);
    const std::size_t size = std::min<std::size_t>(view.size, bytes.size() - at);
    if (std::memcmp(view.data, bytes.data() + at, size) != 0) return false;
    at += size;
  }
  return true;
}

bool is_current(const Network& network, const memory::ChipMemory& memory,
                const std::vector<emulator::StreamsInMemory>& places) {
  if (!std::equal(places.begin(), places.end(), network.places.begin(), network.places.end(), is_same)) return false;
  for (std::size_t i = 0; i < places.size(); ++i)
    if (!holds(memory, places[i].tiu_address, network.bytes[2 * i]) ||
        !holds(memory, places[i].gdma_address, network.bytes[2 * i + 1]))
      return false;
  return true;
}

}  // namespace

Network& NetworkCache::find(emulator::Machine& machine, const std::vector<emulator::StreamsInMemory>& places) {
  const memory::ChipMemory& memory = machine.memory();
  const auto known = std::find_if(networks_.begin(), networks_.end(),
                                  [&](const Network& network) { return is_current(network, memory, places); });
  if (known != networks_.end()) {
    networks_.splice(networks_.begin(), networks_, known);
    return networks_.front();
  }
  Network network;
  network.places = places;
  const std::uint64_t number = count_ + 1;
  network.program = machine.program_at(places, fmt::format("launched network {}", number));
  for (const emulator::StreamsInMemory& place : places)
    for (const auto& [address, size] :
         {std::pair{place.tiu_address, place.tiu_bytes}, std::pair{place.gdma_address, place.gdma_bytes}}) {
      network.bytes.emplace_back(size);
      memory.read(address, network.bytes.back().data(), size);
    }
  network.number = count_ = number;
  networks_.push_front(std::move(network));
  if (networks_.size() > kMost) networks_.pop_back();
  return networks_.front();
}

}  // namespace bmemu::runtime
