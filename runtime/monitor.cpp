// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/monitor.h"

#include "emulator/event/monitor_record.h"

namespace bmemu::runtime {
namespace {

constexpr std::uint64_t kBm1684xGdmaSlot = 256;  ///< its records of 192 bytes stand this far apart in memory

std::uint64_t slot_of(const PerfMonitor& monitor, const isa::ChipSpec& chip) {
  if (monitor.id == static_cast<std::uint32_t>(Monitor::kTiu)) return emulator::monitor_record_bytes(isa::Engine::kTiu);
  return chip.family == isa::Family::kBm1684x ? kBm1684xGdmaSlot : emulator::monitor_record_bytes(isa::Engine::kGdma);
}

}  // namespace

MonitorBuffer::MonitorBuffer(const PerfMonitor& monitor, const isa::ChipSpec& chip, memory::ChipMemory& memory)
    : at_(monitor.address), end_(monitor.address + monitor.size), slot_(slot_of(monitor, chip)) {
  end(memory);
}

void MonitorBuffer::add(const std::string& record, memory::ChipMemory& memory) {
  if (end_ - at_ < 2 * slot_) return;  // the last place is the end mark's
  std::string slot = record;
  slot.resize(slot_);
  memory.write(at_, slot.data(), slot.size());
  at_ += slot_;
  end(memory);
}

void MonitorBuffer::end(memory::ChipMemory& memory) {
  if (end_ - at_ < slot_) return;
  const std::string mark(slot_, '\xFF');
  memory.write(at_, mark.data(), mark.size());
}

void MonitorListener::on_command(const emulator::CommandEvent& event) {
  events_.push_back(event);
  events_.back().instruction = nullptr;
}

std::vector<std::string> MonitorListener::records(isa::Engine engine, emulator::Picoseconds start_ps,
                                                  const isa::ChipSpec& chip) const {
  std::vector<std::string> result;
  std::uint32_t id = 0;
  for (const emulator::CommandEvent& event : events_)
    if (event.engine == engine) result.push_back(emulator::monitor_record(event, ++id, -start_ps, chip));
  return result;
}

}  // namespace bmemu::runtime
