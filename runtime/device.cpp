// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "isa/chip/chip_changes.h"
#include "isa/error.h"
#include "isa/layout/address_map.h"
#include "kernels/io_copies.h"
#include "runtime/interface/messages.h"
#include "runtime/io_copies.h"
#include "runtime/threads.h"

namespace bmemu::runtime {
namespace {

constexpr std::uint64_t kReservedBytes = 16 << 20;
constexpr std::uint64_t kWordBytes = 4;  ///< that BM1684 copies at once

/// The bytes behind a tensor in the last word that a copy moves: they are the client's, and keep their values.
class KeptBytes {
 public:
  KeptBytes(const LaunchMessage& message, memory::ChipMemory& memory) : memory_(memory) {
    for (const MessageTensor& output : message.outputs) {
      const std::uint64_t spare = (kWordBytes - output.user_bytes % kWordBytes) % kWordBytes;
      if (!output.is_copied() || !output.is_plain() || spare == 0) continue;
      Kept kept{output.user + output.user_bytes, spare, {}};
      memory.read(kept.address, kept.bytes.data(), spare);
      kept_.push_back(kept);
    }
  }
  void put_back() const {
    for (const Kept& kept : kept_) memory_.write(kept.address, kept.bytes.data(), kept.size);
  }

 private:
  struct Kept {
    std::uint64_t address;
    std::uint64_t size;
    std::array<std::uint8_t, kWordBytes> bytes;
  };
  memory::ChipMemory& memory_;
  std::vector<Kept> kept_;
};

/// Makes the pages of a freed block empty again, so that they cost this computer nothing. A page may hold several small
/// buffers: it goes with the last of them. `gap`: that the block is in now.
void give_back(const Range& gap, const Range& block, memory::ChipMemory& memory) {
  constexpr std::uint64_t kPage = memory::ChipMemory::kPageBytes;
  static const std::vector<std::uint8_t> kEmpty(kPage);
  const std::uint64_t end = std::min(gap.address + gap.size, (block.address + block.size + kPage - 1) / kPage * kPage);
  std::uint64_t page = block.address / kPage * kPage;
  if (page < gap.address) page += kPage;
  for (; page + kPage <= end; page += kPage) memory.map(page, {kEmpty.data(), kEmpty.size()});
}

/// Around what a device does with its memory: clients that mapped it see what it did, and it what they did.
class Turn {
 public:
  Turn(MappedMemory& mapped, emulator::Machine& machine) : mapped_(mapped), machine_(machine) {
    if (!mapped_.is_empty()) mapped_.take_in(machine_.memory());
  }
  ~Turn() {
    if (!mapped_.is_empty()) mapped_.give_out(machine_.memory());
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  MappedMemory& mapped_;
  emulator::Machine& machine_;
};

isa::Program program_of(isa::Family family) {
  isa::Program program;
  program.family = family;
  return program;
}

void append(isa::Program& program, const isa::Program& part) {
  for (isa::CommandGroup group : part.groups) {
    group.tiu.group = group.gdma.group = static_cast<std::uint32_t>(program.groups.size());
    program.groups.push_back(std::move(group));
  }
  program.storage.insert(program.storage.end(), part.storage.begin(), part.storage.end());
}

}  // namespace

Device::Device(int id, isa::ChipSpec chip, const Settings& settings, LaunchLog* log)
    : id_(id),
      mode_(settings.mode),
      host_(settings.host),
      log_(log),
      machine_(std::move(chip)),
      allocator_(isa::kDdrBase, kMemoryBytes - kReservedBytes),
      geometry_mismatch_(isa::geometry_mismatch(program_of(this->chip().family), this->chip())) {}

std::uint64_t Device::reserved_address() const { return isa::kDdrBase + kMemoryBytes - kReservedBytes; }

std::uint64_t Device::allocate(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (const auto address = allocator_.allocate(bytes)) return *address;
  throw Error({"E-RUNTIME-MEMORY", fmt::format("device {}", id_), fmt::format("{} bytes", bytes),
               fmt::format("{} bytes are free, not all in one piece", allocator_.free_bytes()),
               "the device has no room for the buffer"});
}

void Device::free(std::uint64_t address) {
  const std::lock_guard lock(mutex_);
  const std::optional<Range> block = allocator_.holding(address, 0);
  const std::optional<Range> gap = allocator_.free(address);
  if (!gap)
    throw Error({"E-RUNTIME-ADDRESS", fmt::format("device {}", id_), fmt::format("0x{:x}", address),
                 "an address that an allocation gave and that was not freed since", "no buffer starts there"});
  if (!machine_.has_memory()) return;
  mapped_.forget(*block);
  give_back(*gap, *block, machine_.memory());
}

std::uint64_t Device::free_bytes() const {
  const std::lock_guard lock(mutex_);
  return allocator_.free_bytes();
}

void Device::require_buffer(std::uint64_t address, std::uint64_t bytes, const char* what) const {
  if (allocator_.holding(address, bytes)) return;
  const auto start = allocator_.holding(address, 1);
  const std::string sentence = start                          ? "the range leaves its buffer"
                               : allocator_.was_used(address) ? "the buffer there was freed, or ends before"
                                                              : "there never was a buffer";
  throw Error({"E-RUNTIME-ADDRESS", fmt::format("device {} {}", id_, what),
               fmt::format("0x{:x} with {} bytes", address, bytes),
               start ? fmt::format("0x{:x} with {} bytes", start->address, start->size) : "a range of one live buffer",
               sentence});
}

void Device::write(std::uint64_t address, const void* from, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  require_buffer(address, bytes, "copy from the host");
  const Turn turn(mapped_, machine_);
  machine_.memory().write(address, from, bytes);
  ++mine().in_count;
}

void Device::read(std::uint64_t address, void* to, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  require_buffer(address, bytes, "copy to the host");
  const Turn turn(mapped_, machine_);
  machine_.memory().read(address, to, bytes);
  ++mine().out_count;
}

void Device::copy(std::uint64_t from, std::uint64_t to, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  require_buffer(from, bytes, "source of a copy");
  require_buffer(to, bytes, "destination of a copy");
  if (bytes == 0) return;
  const Turn turn(mapped_, machine_);
  // The values by the host: rows of words, which BM1684 copies, would mix overlapping ranges.
  std::vector<std::uint8_t> content(bytes);
  machine_.memory().read(from, content.data(), bytes);
  machine_.memory().write(to, content.data(), bytes);
  charge_copy(from, to, bytes);
}

void Device::copy_elements(std::uint64_t from, std::uint64_t from_stride, std::uint64_t to, std::uint64_t to_stride,
                           std::uint64_t count, std::uint64_t unit) {
  const std::lock_guard lock(mutex_);
  if (count == 0) return;
  const std::uint64_t from_bytes = ((count - 1) * from_stride + 1) * unit;
  const std::uint64_t to_bytes = ((count - 1) * to_stride + 1) * unit;
  require_buffer(from, from_bytes, "source of a copy");
  require_buffer(to, to_bytes, "destination of a copy");
  const Turn turn(mapped_, machine_);
  std::vector<std::uint8_t> source(from_bytes);
  std::vector<std::uint8_t> result(to_bytes);
  machine_.memory().read(from, source.data(), from_bytes);
  machine_.memory().read(to, result.data(), to_bytes);
  for (std::uint64_t i = 0; i < count; ++i)
    std::memcpy(result.data() + i * to_stride * unit, source.data() + i * from_stride * unit, unit);
  machine_.memory().write(to, result.data(), to_bytes);
  charge_copy(from, to, std::max(from_bytes, to_bytes));
}

void Device::charge_copy(std::uint64_t from, std::uint64_t to, std::uint64_t bytes) {
  kernels::CommandList list(chip().family);
  kernels::add_ddr_copy(list, chip().family, from, to, bytes);
  const isa::Program program = list.finish("device copy");
  const std::lock_guard simulation(simulation_mutex());
  charge(machine_.time(program, {}, emulator::HazardCheck::kOff).length_ps);
}

void* Device::map(std::uint64_t address, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  require_buffer(address, bytes, "memory to map");
  mapped_.take_in(machine_.memory());
  return mapped_.map({address, bytes}, machine_.memory());
}

void Device::unmap(const void* view) {
  const std::lock_guard lock(mutex_);
  if (!mapped_.unmap(view, machine_.memory()))
    throw Error({"E-RUNTIME-ADDRESS", fmt::format("device {}", id_), fmt::format("{}", view),
                 "an address that a mapping gave and that was not unmapped since", "no mapping starts there"});
}

void Device::fill(std::uint64_t address, std::uint64_t bytes, const void* value, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  require_buffer(address, bytes, "memory to fill");
  const Turn turn(mapped_, machine_);
  std::vector<std::uint8_t> content(bytes);
  const auto* pattern = static_cast<const std::uint8_t*>(value);
  for (std::uint64_t i = 0; i < bytes; ++i) content[i] = pattern[i % size];
  machine_.memory().write(address, content.data(), bytes);
}

void Device::require_buffers(const LaunchMessage& message) const {
  for (const MessageTensor& tensor : message.inputs) {
    require_buffer(tensor.user, tensor.user_bytes, "input");
    require_buffer(tensor.compiled, tensor.compiled_bytes, "compiled input");
  }
  for (const MessageTensor& tensor : message.outputs) {
    require_buffer(tensor.user, tensor.user_bytes, "output");
    require_buffer(tensor.compiled, tensor.compiled_bytes, "compiled output");
  }
  for (const emulator::StreamsInMemory& group : message.groups) {
    require_buffer(group.tiu_address, group.tiu_bytes, "TIU stream");
    require_buffer(group.gdma_address, group.gdma_bytes, "GDMA stream");
  }
}

isa::Program Device::launch_program(const LaunchMessage& message, const Network& network) const {
  isa::Program program = program_of(chip().family);
  program.source = network.program.source;
  if (const auto in = io_copies(message.inputs, true, program.family)) append(program, *in);
  append(program, network.program);
  if (const auto out = io_copies(message.outputs, false, program.family)) append(program, *out);
  return program;
}

void Device::launch(const std::uint8_t* message_bytes, std::uint64_t size) {
  const LaunchMessage message = parse_launch(chip().family, message_bytes, size);
  const std::lock_guard lock(mutex_);
  ++mine().sent;
  require_buffers(message);
  if (mode_ == Mode::kValues && !geometry_mismatch_.empty())
    throw Error({"E-CHIP-GEOMETRY", fmt::format("device {}", id_), geometry_mismatch_, "BMEMU_MODE=time",
                 "networks are tiled for the built-in chip: on another their values would be those of no chip"});
  const Turn turn(mapped_, machine_);
  Network& network = networks_.find(machine_, message.groups);
  if (log_ != nullptr && !network.is_saved) {
    try {
      log_->save(network, message, machine_.memory(), allocator_, chip());
    } catch (const Error& error) {
      tell(error, "BMEMU_SAVE");
    }
  }
  run(launch_program(message, network), message, network);
}

void Device::run(const isa::Program& program, const LaunchMessage& message, const Network& network) {
  const auto host_begin = std::chrono::steady_clock::now();
  emulator::RunEnd end;
  {
    const std::lock_guard simulation(simulation_mutex());
    if (mode_ == Mode::kValues) {
      const KeptBytes kept(message, machine_.memory());
      end = machine_.run(program, {}, emulator::HazardCheck::kOff);
      kept.put_back();
    } else {
      end = machine_.time(program, {}, emulator::HazardCheck::kOff);
    }
  }
  const std::chrono::duration<double, std::milli> host = std::chrono::steady_clock::now() - host_begin;
  if (log_ != nullptr)
    log_->add({id_, &chip(), thread_number(), network.saved_as, mode_ == Mode::kValues, now_ps_, end.length_ps,
               host.count()});
  record(network);
  charge(end.length_ps);
}

void Device::record(const Network& network) {
  if (!monitors_[0] && !monitors_[1]) return;
  MonitorListener recorder;
  {
    const std::lock_guard simulation(simulation_mutex());
    machine_.time(network.program, {&recorder}, emulator::HazardCheck::kOff);
  }
  for (const auto& [monitor, engine] :
       {std::pair{Monitor::kGdma, isa::Engine::kGdma}, std::pair{Monitor::kTiu, isa::Engine::kTiu}})
    if (auto& buffer = monitors_[static_cast<std::size_t>(monitor)])
      for (const std::string& text : recorder.records(engine, now_ps_, chip())) buffer->add(text, machine_.memory());
}

void Device::start_monitor(const PerfMonitor& monitor) {
  const std::lock_guard lock(mutex_);
  require_buffer(monitor.address, monitor.size, "monitor buffer");
  monitors_.at(monitor.id).emplace(monitor, chip(), machine_.memory());
}

void Device::stop_monitor(Monitor which) {
  const std::lock_guard lock(mutex_);
  monitors_[static_cast<std::size_t>(which)].reset();
}

void Device::charge(emulator::Picoseconds length_ps) {
  constexpr emulator::Picoseconds kMicrosecond = 1000000;
  now_ps_ += length_ps;
  Counters& counters = mine();
  counters.last_us = static_cast<std::uint64_t>(length_ps / kMicrosecond);
  counters.tpu_us += counters.last_us;
}

Counters& Device::mine() const { return counters_[thread_number()]; }

Counters Device::counters() const {
  const std::lock_guard lock(mutex_);
  return mine();
}

void Device::set_pending(Status status) {
  const std::lock_guard lock(mutex_);
  mine().pending = status;
}

Status Device::take_pending() {
  const std::lock_guard lock(mutex_);
  return std::exchange(mine().pending, kOk);
}

}  // namespace bmemu::runtime
