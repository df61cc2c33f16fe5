// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Reader of conformance vectors: single commands with the memory bytes that they depend on and that they leave behind.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "isa/encoding/instruction.h"
#include "isa/file_bytes.h"
#include "memory/pattern.h"

namespace bmemu::harness {

/// How a record was made: only `kReal` and `kRandom` are commands as a compiler emits them.
enum class VectorKind : std::uint8_t {
  kReal,     ///< command and values of a network run
  kRandom,   ///< compiled command, drawn values
  kMutated,  ///< compiled command with changed fields
  kSynth     ///< hand-made command
};
std::string_view name(VectorKind kind);  ///< "real", "random", "mutated", "synth"

/// `count` blocks of `length` bytes at chip addresses `address + k*stride`.
/// `data` holds count*length bytes; `mask`, when not null, has one bit per data byte (least significant first): only
/// bytes whose bit is 1 count. Bytes of an `undefined` region are written by the command with values that do not
/// matter.
struct VectorRegion {
  isa::Space space = isa::Space::kDdr;
  bool undefined = false;
  std::uint32_t count = 0;
  std::uint32_t length = 0;
  std::uint32_t stride = 0;
  std::uint64_t address = 0;
  const std::uint8_t* data = nullptr;
  const std::uint8_t* mask = nullptr;

  std::uint64_t bytes() const { return std::uint64_t{count} * length; }
  bool counts(std::uint64_t byte) const { return mask == nullptr || ((mask[byte / 8] >> (byte % 8)) & 1U) != 0; }
  std::uint64_t address_of(std::uint64_t byte) const { return address + byte / length * stride + byte % length; }
};

struct VectorRecord {
  isa::Family family = isa::Family::kBm1684x;
  isa::Engine engine = isa::Engine::kTiu;
  VectorKind kind = VectorKind::kSynth;
  std::uint64_t offset = 0;  ///< of the record in the unpacked file
  std::string_view command;  ///< bytes of the command
  std::string_view tag;      ///< "CONV conv.normal si8/si8>si32 ..."
  std::vector<VectorRegion> before;
  std::vector<VectorRegion> after;
};

/// A whole file; records point into its bytes.
class VectorFile {
 public:
  /// Reads a .vec or .vec.zst file. Errors: those of isa::read_file_bytes, E-VECTOR-FORMAT (not such a file, truncated,
  /// or a record that contradicts itself; names the byte offset in the unpacked file).
  static VectorFile load(const std::string& path);
  /// The same from unpacked bytes; `name` is used in errors.
  static VectorFile parse(isa::FileBytes bytes, const std::string& name);

  VectorFile(VectorFile&&) noexcept = default;
  VectorFile& operator=(VectorFile&&) noexcept = default;

  const std::string& name() const { return name_; }
  const std::vector<VectorRecord>& records() const { return records_; }

 private:
  VectorFile() = default;
  std::string name_;
  isa::FileBytes bytes_;
  std::vector<VectorRecord> records_;
};

/// A file, or the vector files of a folder by name. Errors: E-FILE-OPEN.
std::vector<std::string> vector_files(const std::string& path);

}  // namespace bmemu::harness
