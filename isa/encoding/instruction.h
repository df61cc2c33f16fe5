// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A decoded command of either chip and either engine, and the codec between it and its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "isa/encoding/bm1684/gdma.h"
#include "isa/encoding/bm1684/tiu.h"
#include "isa/encoding/bm1684x/gdma/gdma.h"
#include "isa/encoding/bm1684x/tiu/tiu.h"
#include "isa/encoding/family.h"

namespace bmemu::isa {

/// The two engines that execute commands.
enum class Engine : std::uint8_t { kTiu, kGdma };
std::string_view name(Engine engine);  ///< "tiu", "gdma"
constexpr Engine other(Engine engine) { return engine == Engine::kTiu ? Engine::kGdma : Engine::kTiu; }

using Instruction =
    std::variant<bm1684::TiuInstruction, bm1684::GdmaInstruction, bm1684x::TiuInstruction, bm1684x::GdmaInstruction>;

/// Calls `f` with the typed instruction struct (for example `const bm1684x::Conv&`).
template <class F>
decltype(auto) visit_instruction(F&& f, const Instruction& instruction) {
  return std::visit([&](const auto& family) -> decltype(auto) { return std::visit(f, family); }, instruction);
}

/// Whether an instruction struct belongs to BM1684X (long and short forms) or BM1684 (one layout).
template <class T>
inline constexpr bool kIsBm1684x =
    std::is_base_of_v<bm1684x::TiuFields, T> || std::is_base_of_v<bm1684x::GdmaFields, T>;
template <class T>
inline constexpr bool kIsTiu = std::is_base_of_v<bm1684x::TiuFields, T> || std::is_base_of_v<bm1684::TiuFields, T>;

/// Where a command stands, for messages.
struct CommandPlace {
  Engine engine = Engine::kTiu;
  std::uint32_t group = 0;        ///< command group of the program
  std::uint32_t index = 0;        ///< command index inside the group's stream, from 0
  std::uint64_t byte_offset = 0;  ///< from the start of the group's stream
  std::string text() const;       ///< "tiu group 0 command 12 (byte offset 768)"
};

/// What sequencing needs of a command, without decoding it whole.
struct CommandHeader {
  std::uint16_t bytes = 0;       ///< length of the encoded command
  std::uint32_t id = 0;          ///< id field as encoded (modulo 2^16 or 2^20)
  std::uint32_t dependency = 0;  ///< id of the other engine to wait for, as encoded; 0 = none
  bool is_end = false;           ///< the BM1684X end-of-stream command
};

/// Number of bits of an id before it wraps: 16 on BM1684, 20 on BM1684X.
constexpr unsigned id_bits(Family family) { return family == Family::kBm1684 ? 16 : 20; }

/// Reads length and ids of the command at `bytes`.
/// Errors: E-ISA-TRUNCATED (fewer than the command's length left), E-ISA-UNKNOWN-KIND (no such instruction).
CommandHeader peek(Family family, const std::uint8_t* bytes, std::size_t remaining, const CommandPlace& place);

/// Decodes the command at `bytes`.
/// Errors: those of `peek`, and E-ISA-UNDECLARED-BITS for a non-zero bit that no field declares.
Instruction decode(Family family, const std::uint8_t* bytes, std::size_t remaining, const CommandPlace& place);

/// The exact bytes of a command. `encode(decode(b)) == b` for every legal b.
/// Errors: E-ISA-FIELD-RANGE when a value does not fit its field.
std::vector<std::uint8_t> encode(const Instruction& instruction);

/// Name of the encoding, for example "sCONV" or "conv_op".
std::string_view encoding_name(const Instruction& instruction);

/// Name of the operation, for example "conv.normal" or "dma.tensor".
std::string_view operation_name(const Instruction& instruction);

/// One line: name, then every field that is not zero, as `field=value` (addresses in hexadecimal).
std::string disassemble(const Instruction& instruction);

/// Markdown reference of every encoding of a family, made from the field tables.
std::string reference_page(Family family);

}  // namespace bmemu::isa
