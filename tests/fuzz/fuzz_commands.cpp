// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Whatever the fields of legal commands say, their cost, operands and traffic are told or are one clear error.
// First byte: bit 0 family, bit 1 engine. Then commands, whatever their ids.
#include <cstdint>
#include <cstdlib>

#include "emulator/dispatch/ideal_cost.h"
#include "emulator/dispatch/transfer.h"
#include "emulator/event/cost.h"
#include "emulator/operand/operands.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace {

using namespace bmemu;

template <class F>
void expect_value_or_error(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    if (error.id().empty() || error.place().empty()) std::abort();
  }
}

void check_command(const isa::Instruction& instruction, const isa::ChipSpec& chip) {
  expect_value_or_error([&] {
    const auto cost = emulator::ideal_cost(instruction, chip);
    for (std::size_t cause = 0; cause < emulator::kCauseCount; ++cause)
      if (cost[static_cast<emulator::Cause>(cause)] < 0) std::abort();
  });
  expect_value_or_error([&] {
    for (const auto& view : emulator::operands(instruction, chip)) emulator::patterns(view, chip);
  });
  expect_value_or_error([&] { emulator::transfer(instruction, chip); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const isa::ChipSpec kChips[] = {isa::load_chip("bm1684"), isa::load_chip("bm1684x")};
  if (size < 1) return 0;
  const isa::ChipSpec& chip = kChips[data[0] & 1U];
  isa::CommandPlace place{(data[0] & 2U) != 0 ? isa::Engine::kGdma : isa::Engine::kTiu, 0, 0, 0};
  const isa::ByteView bytes{data + 1, size - 1};
  try {
    while (place.byte_offset < bytes.size) {
      const std::uint8_t* at = bytes.data + place.byte_offset;
      const std::uint64_t left = bytes.size - place.byte_offset;
      check_command(isa::decode(chip.family, at, left, place), chip);
      place.byte_offset += isa::peek(chip.family, at, left, place).bytes;
      ++place.index;
    }
  } catch (const Error&) {
  }
  return 0;
}
