// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A program on a chip, as a debugger holds it: set inputs, run or step, read outputs, look into every memory. This is
// the header for users of the library; docs/api.md shows it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/arithmetic/host.h"
#include "emulator/check/read_check.h"
#include "emulator/chip/run.h"
#include "emulator/session/replay.h"

namespace bmemu::emulator {

class Session;

/// What the host does between two command groups. It takes no emulated time.
struct HostPart {
  std::uint32_t group = 0;                ///< before the group of this index; as many as there are: after the last
  std::function<void(Session&)> compute;  ///< reads and writes the session's memory
};

struct SessionOptions {
  UninitialisedCheck uninitialised = UninitialisedCheck::kReport;
  HostArithmetic host{};               ///< how values are computed
  std::vector<HostPart> host_parts{};  ///< in the order of their groups
};

/// Contract: movable. Memory starts with weights and firmware tables; addresses are chip addresses
/// (isa/layout/address_map.h). Several sessions may exist at once, but `run` and `time` must not overlap in a process.
/// What touches memory first fails with E-MEMORY-RANGE when the program's image does not fit the chip.
/// All errors are bmemu::Error with the id named here.
class Session {
 public:
  /// Errors: E-CHIP-PROGRAM (another family).
  Session(isa::Program program, isa::ChipSpec chip, const SessionOptions& options = {});
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  /// First network and stage of a BModel file, with the layer map beside it, on the chip it was compiled for.
  /// Errors: those of isa::BModel::open and isa::load_program.
  static Session open(const std::string& path);

  const isa::Program& program() const;  ///< inputs, outputs, commands, layers
  const isa::ChipSpec& chip() const;
  const std::vector<HostPart>& host_parts() const;

  /// The bytes of a tensor as the program stores it (isa::TensorInfo: type, shape, storage mode).
  /// Errors: E-TENSOR-NAME (no such input or output), E-TENSOR-SHAPE (another number of bytes).
  void set_input(std::string_view name, const void* data, std::uint64_t bytes);
  std::vector<std::uint8_t> output(std::string_view name) const;

  /// Values and times of the whole program, from its first command. With host parts the values are computed by
  /// `finish`. Errors: E-SESSION-STARTED when commands have already run (`restart` first), those of emulator::run,
  /// E-RUN-UNINITIALISED.
  RunEnd run(const std::vector<Listener*>& listeners = {}, HazardCheck hazards = HazardCheck::kReport);
  /// Times alone, as often as wanted: touches no data. The times are those of `run`.
  RunEnd time(const std::vector<Listener*>& listeners = {}, HazardCheck hazards = HazardCheck::kReport) const;

  /// Values of the next command in program order (see replay_order), without time; empty after the last one.
  /// Errors: E-RUN-DEADLOCK, those of `execute` with the command's place, E-RUN-UNINITIALISED.
  std::optional<ReplayStep> step();
  /// All commands that are left, as by `step`.
  void finish();
  /// Back to the first command: memory as at the start, inputs as they were set last.
  void restart();

  /// Any memory. Errors: E-MEMORY-RANGE.
  void read(std::uint64_t address, void* to, std::uint64_t bytes) const;
  void write(std::uint64_t address, const void* from, std::uint64_t bytes);
  /// The chip address of an offset in a lane of local memory. Errors: E-MEMORY-RANGE.
  std::uint64_t local_address(std::uint64_t lane, std::uint64_t offset) const;
  const memory::ChipMemory& memory() const;

  /// Told about every command that computes from now on; must outlive the session or its last command.
  void watch(ExecutionWatcher& watcher);

  /// Reads of bytes that nobody had written, since the start; empty with UninitialisedCheck::kOff.
  const std::vector<UninitialisedRead>& uninitialised_reads() const;
  std::uint64_t uninitialised_count() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bmemu::emulator
