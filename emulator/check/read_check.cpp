// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/check/read_check.h"

#include <fmt/format.h>

#include "emulator/firmware/firmware_tables.h"
#include "emulator/operand/operands.h"
#include "isa/error.h"

namespace bmemu::emulator {
namespace {

std::string where(const UninitialisedRead& read, const isa::ChipSpec& chip) {
  const auto one = [&](std::uint64_t at) {
    if (read.space != isa::Space::kLocal) return fmt::format("0x{:x}", at);
    const isa::Lanes lanes(chip);
    return fmt::format("lane {} offset 0x{:x}", lanes.lane(at), lanes.offset(at));
  };
  return fmt::format("{} memory {} to {}", isa::name(read.space), one(read.bytes.first), one(read.bytes.last));
}

}  // namespace

ReadCheck::ReadCheck(const isa::Program& program, const isa::ChipSpec& chip, UninitialisedCheck check)
    : chip_(&chip), check_(check), written_(chip) {
  for (const isa::MemorySegment& segment : program.image) written_.mark(segment.address, segment.data.size);
  for (const FirmwareTables& tables : firmware_tables(chip)) written_.mark(tables.address, tables.bytes);
}

void ReadCheck::before(const ExecutedCommand& command, const memory::ChipMemory&) {
  writes_.clear();
  for (const OperandView& view : known_operands(*command.instruction, *chip_))
    for (const memory::Pattern& pattern : patterns(view, *chip_)) {
      if (view.access == memory::Access::kWrite) {
        writes_.push_back(pattern);
      } else if (const auto found = written_.unwritten(pattern)) {
        tell(command, view.space, *found);
        written_.mark(pattern);
      }
    }
}

void ReadCheck::after(const ExecutedCommand&, const memory::ChipMemory&) {
  for (const memory::Pattern& pattern : writes_) written_.mark(pattern);
}

void ReadCheck::tell(const ExecutedCommand& command, isa::Space space, const memory::UnwrittenBytes& bytes) {
  ++count_;
  const UninitialisedRead read{command.engine, command.group, command.index, space, bytes};
  if (check_ == UninitialisedCheck::kError)
    throw Error({"E-RUN-UNINITIALISED", where(read, *chip_),
                 fmt::format("{} bytes that nobody has written", read.bytes.bytes),
                 "bytes of the image, of inputs or of results", "a command reads memory that was never written"});
  if (reads_.size() < kUninitialisedLimit) reads_.push_back(read);
}

std::string describe(const UninitialisedRead& read, const isa::Program& program, const isa::ChipSpec& chip) {
  const isa::CommandStream& stream = program.groups[read.group].stream(read.engine);
  return fmt::format("{} {} reads {} bytes of {}", stream.place(read.index).text(),
                     isa::operation_name(stream.decode(program.family, read.index)), read.bytes.bytes,
                     where(read, chip));
}

}  // namespace bmemu::emulator
