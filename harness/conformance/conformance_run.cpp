// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/conformance/conformance_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "emulator/dispatch/execute.h"
#include "emulator/operand/operands.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

isa::ChipSpec chip_of(isa::Family family) { return isa::load_chip(std::string(isa::name(family))); }

/// The float format of the results, when there is exactly one.
std::optional<isa::DataType> float_result(const isa::Instruction& instruction, const isa::ChipSpec& chip) {
  std::optional<isa::DataType> format;
  for (const auto& view : emulator::operands(instruction, chip)) {
    if (view.access != memory::Access::kWrite) continue;
    if (format && *format != view.format) return std::nullopt;
    format = view.format;
  }
  if (format == isa::DataType::kF32 || format == isa::DataType::kF16 || format == isa::DataType::kBf16) return format;
  return std::nullopt;
}

std::uint64_t ulps_between(std::uint64_t a, std::uint64_t b, unsigned bytes) {
  const auto ordered = [&](std::uint64_t bits) {
    const std::int64_t sign = std::int64_t{1} << (8 * bytes - 1);
    const auto value = static_cast<std::int64_t>(bits);
    return value >= sign ? sign - value : value;
  };
  const std::int64_t distance = ordered(a) - ordered(b);
  return static_cast<std::uint64_t>(distance < 0 ? -distance : distance);
}

std::string hex(const std::uint8_t* bytes, std::uint64_t count) {
  std::string text;
  for (std::uint64_t i = 0; i < count; ++i) text += fmt::format("{:02x}{}", bytes[i], i % 4 == 3 ? " " : "");
  return text;
}

bool covered(const std::vector<VectorRegion>& regions, std::uint64_t address) {
  for (const auto& region : regions)
    for (std::uint32_t k = 0; k < region.count; ++k) {
      const std::uint64_t start = region.address + std::uint64_t{k} * region.stride;
      if (address < start || address - start >= region.length) continue;
      if (region.undefined || region.counts(std::uint64_t{k} * region.length + (address - start))) return true;
    }
  return false;
}

std::vector<std::uint8_t> fetch(const memory::ChipMemory& memory, const VectorRegion& region) {
  std::vector<std::uint8_t> bytes(region.bytes());
  for (std::uint32_t k = 0; k < region.count; ++k)
    memory.read(region.address + std::uint64_t{k} * region.stride, bytes.data() + std::uint64_t{k} * region.length,
                region.length);
  return bytes;
}

bool holds(const std::uint8_t* bytes, std::uint64_t count, std::uint8_t value) {
  return count == 0 || (bytes[0] == value && std::memcmp(bytes, bytes + 1, count - 1) == 0);
}

}  // namespace

ConformanceBench::ConformanceBench(isa::Family family, const emulator::HostArithmetic& host)
    : host_(host), chip_(chip_of(family)), memory_(chip_) {
  clean();
}

bool ConformanceBench::clean() {
  bool was_clean = true;
  const auto repair = [&](std::uint8_t* bytes, std::uint64_t count) {
    if (holds(bytes, count, kBackground)) return;
    was_clean = false;
    std::memset(bytes, kBackground, count);
  };
  repair(memory_.local(), memory_.local_bytes());
  repair(memory_.l2(), memory_.l2_bytes());
  repair(memory_.static_memory(), memory_.static_bytes());
  return was_clean;
}

void ConformanceBench::compare(const VectorRecord& record, const isa::Instruction& instruction,
                               Outcome& outcome) const {
  const auto format = float_result(instruction, chip_);
  const unsigned element = format ? isa::bits(*format) / 8 : 1;
  std::uint64_t wrong = 0;
  for (const auto& region : record.after) {
    if (region.undefined) continue;
    const auto got = fetch(memory_, region);
    for (std::uint64_t i = 0; i < region.bytes(); ++i) {
      if (got[i] == region.data[i] || !region.counts(i)) continue;
      if (wrong++ == 0) {
        const std::uint64_t from = i - i % region.length % 4;
        const std::uint64_t count = std::min<std::uint64_t>(16, region.bytes() - from);
        outcome.detail = fmt::format("region {} at 0x{:x}: byte {} (0x{:x}) of {} x {}\n  expected {}\n  found    {}",
                                     isa::name(region.space), region.address, i, region.address_of(i), region.count,
                                     region.length, hex(region.data + from, count), hex(got.data() + from, count));
        outcome.verdict = format ? Verdict::kClose : Verdict::kDifferent;
      }
      const std::uint64_t start = i - i % region.length % element;
      if (start + element > region.bytes()) {
        outcome.verdict = Verdict::kDifferent;
        continue;
      }
      std::uint64_t a = 0, b = 0;
      std::memcpy(&a, region.data + start, element);
      std::memcpy(&b, got.data() + start, element);
      if (ulps_between(a, b, element) > kCloseUlps) outcome.verdict = Verdict::kDifferent;
    }
  }
  if (wrong != 0) outcome.detail += fmt::format("\n  {} bytes differ", wrong);
  for (const auto& region : record.before) {
    const auto got = fetch(memory_, region);
    for (std::uint64_t i = 0; i < region.bytes(); ++i) {
      const std::uint64_t address = region.address_of(i);
      if (got[i] == region.data[i] || !region.counts(i) || covered(record.after, address)) continue;
      if (outcome.verdict != Verdict::kDifferent) outcome.detail = fmt::format("input byte 0x{:x} changed", address);
      outcome.verdict = Verdict::kDifferent;
      return;
    }
  }
}

void ConformanceBench::restore(const VectorRecord& record) {
  for (const auto* regions : {&record.before, &record.after})
    for (const auto& region : *regions) {
      const std::vector<std::uint8_t> background(region.length, kBackground);
      for (std::uint32_t k = 0; k < region.count; ++k)
        memory_.write(region.address + std::uint64_t{k} * region.stride, background.data(), region.length);
      if (region.space == isa::Space::kDdr)
        used_.push_back({region.address, region.length, region.count, region.stride});
    }
}

void ConformanceBench::start_batch() {
  for (const Used& region : used_) {
    const std::vector<std::uint8_t> zeros(region.length);
    for (std::uint64_t k = 0; k < region.count; ++k)
      memory_.write(region.address + k * region.stride, zeros.data(), zeros.size());
  }
  used_.clear();
}

ConformanceBench::Outcome ConformanceBench::run(const VectorRecord& record, const isa::Instruction& instruction) {
  Outcome outcome;
  for (const auto& region : record.before)
    for (std::uint64_t i = 0; i < region.bytes();) {
      std::uint64_t end = i;  // a run of bytes that count, inside one block
      while (end < region.bytes() && end / region.length == i / region.length && region.counts(end)) ++end;
      if (end > i) memory_.write(region.address_of(i), region.data + i, end - i);
      i = std::max(end, i + 1);
    }
  try {
    emulator::execute(instruction, chip_, memory_, host_);
    compare(record, instruction, outcome);
  } catch (const Error& e) {
    outcome.verdict = Verdict::kRefused;
    outcome.refusal = e.id();
    outcome.detail = e.id() + ": " + e.sentence();
  }
  restore(record);
  return outcome;
}

}  // namespace bmemu::harness
