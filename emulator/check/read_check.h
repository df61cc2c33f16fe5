// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Finds reads of memory that nobody has written: neither the program's image, nor the host, nor a command.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/dispatch/watch.h"
#include "isa/program/program.h"
#include "memory/written_map.h"

namespace bmemu::emulator {

enum class UninitialisedCheck : std::uint8_t {
  kReport,  ///< remember the first kUninitialisedLimit and run on
  kError,   ///< throw E-RUN-UNINITIALISED at the first
  kOff,
};
inline constexpr std::size_t kUninitialisedLimit = 100;

/// An operand of which a command reads bytes that were never written.
struct UninitialisedRead {
  isa::Engine engine = isa::Engine::kTiu;
  std::uint32_t group = 0;
  std::uint32_t index = 0;
  isa::Space space = isa::Space::kLocal;
  memory::UnwrittenBytes bytes;
};

/// Contract: knows the program's weights and the firmware's tables from the start; inputs and whatever else the host
/// writes are told by `written`. Each byte is told once. Resolution: memory::WrittenMap.
class ReadCheck : public ExecutionWatcher {
 public:
  /// `chip` must outlive this object. Errors: E-MEMORY-RANGE (an image outside of memory).
  ReadCheck(const isa::Program& program, const isa::ChipSpec& chip, UninitialisedCheck check);

  void written(std::uint64_t address, std::uint64_t bytes) { written_.mark(address, bytes); }

  /// At most kUninitialisedLimit, in order of execution; `count()` counts all.
  const std::vector<UninitialisedRead>& reads() const { return reads_; }
  std::uint64_t count() const { return count_; }

  void before(const ExecutedCommand& command, const memory::ChipMemory& memory) override;
  void after(const ExecutedCommand& command, const memory::ChipMemory& memory) override;

 private:
  void tell(const ExecutedCommand& command, isa::Space space, const memory::UnwrittenBytes& bytes);

  const isa::ChipSpec* chip_;
  UninitialisedCheck check_;
  memory::WrittenMap written_;
  std::vector<memory::Pattern> writes_;  ///< of the command that computes
  std::vector<UninitialisedRead> reads_;
  std::uint64_t count_ = 0;
};

/// The command and the bytes, for people.
std::string describe(const UninitialisedRead& read, const isa::Program& program, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
