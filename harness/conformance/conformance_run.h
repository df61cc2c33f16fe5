// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One conformance record on one emulated memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/conformance/conformance.h"
#include "harness/conformance/conformance_views.h"
#include "isa/chip/chip_spec.h"
#include "memory/chip_memory.h"

namespace bmemu::harness {

/// Contract: every byte of local, static and L2 memory holds kBackground before and after a call to `run`, so that a
/// stray write of a command is seen without clearing the memory for each record.
class ConformanceBench {
 public:
  static constexpr std::uint8_t kBackground = 0xA5;
  static constexpr std::size_t kBatch = 25;

  ConformanceBench(isa::Family family, const emulator::HostArithmetic& host);

  struct Outcome {
    Verdict verdict = Verdict::kExact;
    std::string refusal;  ///< diagnostic id of a refused record
    std::string detail;   ///< why, for people: first differing bytes, or the error; empty when exact
  };
  Outcome run(const VectorRecord& record, const isa::Instruction& instruction);

  /// Errors: those of emulator::operands.
  ViewDifference views(const VectorRecord& record, const isa::Instruction& instruction) const {
    return compare_views(record, instruction, chip_);
  }

  /// Forgets what records left in global memory. The reference reader starts every kBatch records of a file with zeros
  /// there, tries a record that then differs again with zeros, and keeps it when it finds its results. It matters for
  /// records that name too few bytes of an index.
  void start_batch();

  /// Whether memory that no record mentions still holds the background; repairs it.
  bool clean();

 private:
  void compare(const VectorRecord& record, const isa::Instruction& instruction, Outcome& outcome) const;
  void restore(const VectorRecord& record);

  /// A region of global memory that records of this batch named.
  struct Used {
    std::uint64_t address, length, count, stride;
  };

  emulator::HostArithmetic host_;
  isa::ChipSpec chip_;
  memory::ChipMemory memory_;
  std::vector<Used> used_;
};

}  // namespace bmemu::harness
