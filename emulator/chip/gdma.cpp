// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/chip/gdma.h"

#include <algorithm>

#include "emulator/chip/time.h"
#include "emulator/dispatch/ideal_cost.h"
#include "emulator/dispatch/silicon_cost.h"
#include "emulator/dispatch/transfer.h"

namespace bmemu::emulator {
namespace {

/// A transaction frees the extensions that it still has: this one lives on the stack and must come off again, also when
/// a memory throws.
class AttachedExtension {
 public:
  AttachedExtension(tlm::tlm_generic_payload& transaction, PatternExtension& extension)
      : transaction_(transaction), extension_(extension) {
    transaction_.set_extension(&extension_);
  }
  ~AttachedExtension() { transaction_.clear_extension(&extension_); }
  AttachedExtension(const AttachedExtension&) = delete;
  AttachedExtension& operator=(const AttachedExtension&) = delete;

 private:
  tlm::tlm_generic_payload& transaction_;
  PatternExtension& extension_;
};

/// Costs of both engines are in cycles of the TIU, whole ones, as the estimates are. This engine has a clock of its
/// own: rounded to the TIU's, a transfer could take longer on a chip whose TIU is faster. So it asks for picoseconds.
constexpr double kPicosecondsMhz = 1e6;

/// Scales `from` so that it sums to `sum`, and adds it to `to`. Rounding is cumulative, so that the sum is exact.
void add_scaled(TimeStack& to, const TimeStack& from, Picoseconds sum) {
  const Picoseconds whole = total(from);
  if (whole == 0) return;
  Picoseconds seen = 0;
  Picoseconds given = 0;
  for (std::size_t cause = 0; cause < kCauseCount; ++cause) {
    seen += from[cause];
    const auto until = static_cast<Picoseconds>(static_cast<long double>(sum) * seen / whole);
    to[cause] += until - given;
    given = until;
  }
}

}  // namespace

void GdmaModule::use(const isa::ChipSpec& chip) {
  chip_ = chip;
  chip_.tiu.clock_mhz = kPicosecondsMhz;
}

Picoseconds GdmaModule::serve(const std::vector<memory::Pattern>& patterns, memory::Access access, Picoseconds after,
                              TimeStack& stack) {
  sc_core::sc_time delay = sc_time_from(after);
  for (const memory::Pattern& pattern : patterns) {
    PatternExtension extension;
    extension.pattern = pattern;
    extension.access = access;
    tlm::tlm_generic_payload transaction;
    transaction.set_command(access == memory::Access::kRead ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
    transaction.set_address(pattern.base);
    transaction.set_data_length(static_cast<unsigned>(std::min<std::uint64_t>(pattern.run_bytes, 0xFFFFFFFFU)));
    transaction.set_streaming_width(transaction.get_data_length());
    const AttachedExtension attached(transaction, extension);
    to_interconnect->b_transport(transaction, delay);
    for (std::size_t cause = 0; cause < kCauseCount; ++cause) stack[cause] += extension.stack[cause];
  }
  return static_cast<Picoseconds>(delay.value()) - after;
}

void GdmaModule::cost(const isa::Instruction& instruction, const CostBreakdown&, CommandEvent& event) {
  const Transfer moved = transfer(instruction, *context_.chip);
  event.direction = moved.direction;
  event.bytes = moved.bytes;

  TimeStack engine{};
  add_cycles(engine, silicon_cost(instruction, ideal_cost(instruction, chip_), chip_), kPicosecondsMhz);

  TimeStack read_stack{};
  TimeStack write_stack{};
  const Picoseconds read = serve(moved.reads, memory::Access::kRead, 0, read_stack);
  const bool same_memory = moved.direction == Direction::kS2S;
  const Picoseconds write = serve(moved.writes, memory::Access::kWrite, same_memory ? read : 0, write_stack);
  TimeStack memory_stack = read > write && !same_memory ? read_stack : write_stack;
  if (same_memory)
    for (std::size_t cause = 0; cause < kCauseCount; ++cause) memory_stack[cause] += read_stack[cause];
  const Picoseconds memory_time = same_memory ? read + write : std::max(read, write);

  for (std::size_t cause = 0; cause < kCauseCount; ++cause) event.stack[cause] += engine[cause];
  const Picoseconds excess = memory_time - total(engine);
  if (excess > 0) add_scaled(event.stack, memory_stack, excess);
}

}  // namespace bmemu::emulator
