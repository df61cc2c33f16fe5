// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Runs single-command vectors on the emulator's function and compares every byte.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "emulator/arithmetic/host.h"
#include "harness/conformance/vector_file.h"
#include "isa/chip/chip_spec.h"

namespace bmemu::harness {

struct ConformanceOptions {
  std::string path;                   ///< a vector file, or a folder of *.vec and *.vec.zst
  std::optional<isa::Family> family;  ///< only this chip
  std::optional<isa::Engine> engine;  ///< only this engine
  std::string operation;              ///< only operations or encodings whose name contains this text; empty = all
  std::optional<VectorKind> kind;     ///< only records made like this
  emulator::HostArithmetic host;      ///< how values are computed
  std::size_t list_failures = 0;      ///< how many records to describe that differ or are refused
};

enum class Verdict : std::uint8_t {
  kExact,      ///< every byte that counts is equal and no other byte changed
  kClose,      ///< only float results differ, by at most kCloseUlps units in the last place
  kDifferent,  ///< anything else
  kRefused     ///< the emulator gave an error
};
inline constexpr std::uint64_t kCloseUlps = 4;

struct ConformanceRow {
  isa::Family family = isa::Family::kBm1684x;
  isa::Engine engine = isa::Engine::kTiu;
  std::string operation;  ///< "sCONV conv.normal"
  VectorKind kind = VectorKind::kReal;
  std::uint64_t records = 0, exact = 0, close = 0, different = 0, refused = 0;
  std::map<std::string, std::uint64_t> refusals;  ///< records by diagnostic id
  std::uint64_t views_short = 0;                  ///< records that write bytes which no operand view names
  std::uint64_t views_wide = 0;                   ///< records whose write views name bytes that are not written
  std::uint64_t views_unread = 0;                 ///< records that list input bytes which no operand view names
};

struct ConformanceReport {
  std::vector<ConformanceRow> rows;   ///< sorted by chip, engine, operation, kind; only combinations that occur
  std::vector<std::string> failures;  ///< one text of several lines per record, at most `list_failures`
  ConformanceRow total() const;
  bool passed() const { return total().different == 0; }
};

/// Errors: E-FILE-OPEN (no such file or folder), E-CONFORMANCE-NONE (no record to check), E-VECTOR-FORMAT, and those of
/// the decoder for commands that do not decode.
ConformanceReport run_conformance(const ConformanceOptions& options);

/// A table for people: a row per operation and kind. Lines of at most `width` columns; 0: of any length.
std::string conformance_text(const ConformanceReport& report, std::size_t width);
/// The same as JSON.
std::string conformance_json(const ConformanceReport& report);

}  // namespace bmemu::harness
