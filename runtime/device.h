// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// An emulated device: memory, a timeline, and the work that clients send.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "emulator/session/machine.h"
#include "runtime/allocator.h"
#include "runtime/interface/abi.h"
#include "runtime/interface/launch_message.h"
#include "runtime/launch_log.h"
#include "runtime/mapped_memory.h"
#include "runtime/monitor.h"
#include "runtime/network_cache.h"
#include "runtime/settings.h"

namespace bmemu::runtime {

/// What a thread has sent to a device.
struct Counters {
  std::uint64_t in_count = 0;   ///< copies from the host
  std::uint64_t out_count = 0;  ///< copies to the host
  std::uint64_t tpu_us = 0;     ///< emulated, each launch in whole microseconds as on silicon
  std::uint64_t last_us = 0;    ///< of the last launch
  std::uint64_t sent = 0;       ///< launches
  Status pending = kOk;         ///< how the last launch ended, until the thread has waited for it
};

/// Contract: may be used by any number of threads; what they send is done one after the other, on one timeline.
/// Launches of all devices of a process take turns, since SystemC has one kernel. A launch is done when `launch`
/// returns. All errors are bmemu::Error with the id named here.
class Device {
 public:
  /// Source: address map of both chips (DDR), seen by clients.
  static constexpr std::uint64_t kMemoryBytes = std::uint64_t{16} << 30;

  Device(int id, isa::ChipSpec chip, const Settings& settings, LaunchLog* log);

  int id() const { return id_; }
  const isa::ChipSpec& chip() const { return machine_.chip(); }
  bool is_bm1684() const { return chip().family == isa::Family::kBm1684; }
  /// Of the control core's own, which no client may get.
  std::uint64_t reserved_address() const;

  /// Errors: E-RUNTIME-MEMORY.
  std::uint64_t allocate(std::uint64_t bytes);
  /// Errors: E-RUNTIME-ADDRESS when no buffer starts there.
  void free(std::uint64_t address);
  std::uint64_t free_bytes() const;

  /// Errors: E-RUNTIME-ADDRESS when the bytes are not all in one buffer.
  void write(std::uint64_t address, const void* from, std::uint64_t bytes);
  void read(std::uint64_t address, void* to, std::uint64_t bytes);
  /// A copy by the device, in its time. Overlapping ranges are copied in one piece.
  void copy(std::uint64_t from, std::uint64_t to, std::uint64_t bytes);
  /// `bytes` of memory filled with a repeated value of `size` bytes.
  void fill(std::uint64_t address, std::uint64_t bytes, const void* value, std::uint64_t size);

  /// Copies `count` elements of `unit` bytes that lie `from_stride` and `to_stride` elements apart. Assumed: it takes
  /// the time of a copy as long as the longer side.
  void copy_elements(std::uint64_t from, std::uint64_t from_stride, std::uint64_t to, std::uint64_t to_stride,
                     std::uint64_t count, std::uint64_t unit);

  /// Whether clients may map memory: they run on the device's own processor.
  bool is_mappable() const { return host_ == Host::kSoc; }
  /// See MappedMemory. Errors: E-RUNTIME-ADDRESS (not in one buffer; no such view).
  void* map(std::uint64_t address, std::uint64_t bytes);
  void unmap(const void* view);

  /// Runs a static network. Errors: E-RUNTIME-ADDRESS, those of parse_launch, Machine::program_at and emulator::run.
  void launch(const std::uint8_t* message, std::uint64_t bytes);

  /// Commands are recorded from now on in the client's buffer. Errors: E-RUNTIME-ADDRESS.
  void start_monitor(const PerfMonitor& monitor);
  void stop_monitor(Monitor which);

  /// Of the calling thread.
  Counters counters() const;
  void set_pending(Status status);
  Status take_pending();

 private:
  void require_buffer(std::uint64_t address, std::uint64_t bytes, const char* what) const;
  void require_buffers(const LaunchMessage& message) const;
  isa::Program launch_program(const LaunchMessage& message, const Network& network) const;
  void run(const isa::Program& program, const LaunchMessage& message, const Network& network);
  /// The network's commands into the monitors that are on.
  void record(const Network& network);
  /// Adds the time of a copy inside the device.
  void charge_copy(std::uint64_t from, std::uint64_t to, std::uint64_t bytes);
  /// Adds work of the calling thread to the timeline.
  void charge(emulator::Picoseconds length_ps);
  Counters& mine() const;

  const int id_;
  const Mode mode_;
  const Host host_;
  LaunchLog* const log_;
  mutable std::mutex mutex_;
  emulator::Machine machine_;
  Allocator allocator_;
  MappedMemory mapped_;
  NetworkCache networks_;
  const std::string geometry_mismatch_;  ///< why values would be wrong; empty: they are right
  emulator::Picoseconds now_ps_ = 0;     ///< end of what was done so far
  std::array<std::optional<MonitorBuffer>, 2> monitors_;
  mutable std::map<std::uint64_t, Counters> counters_;  ///< by thread_number()
};

}  // namespace bmemu::runtime
