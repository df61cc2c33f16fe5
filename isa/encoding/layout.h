// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Bit layouts of commands: one constexpr table per instruction drives decode, encode, disassembly and the reference
// page.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace bmemu::isa {

/// A register of a command: what a field holds, whatever the bits that an encoding gives it. `Fields` is the plain
/// struct that holds the decoded values.
template <class Fields>
struct Register {
  std::string_view name;          ///< the vendor's name, unchanged
  std::uint64_t Fields::*member;  ///< where the value goes
  std::string_view meaning;       ///< one line for people; may be empty

  /// The same register where an encoding calls it differently.
  constexpr Register as(std::string_view other_name) const { return {other_name, member, meaning}; }
  constexpr Register as(std::string_view other_name, std::string_view other_meaning) const {
    return {other_name, member, other_meaning};
  }
};

/// One field of a command: a register in a run of bits, or two.
template <class Fields>
struct Field {
  /// `position`: of the least significant bit; bit k of a command is bit k%8 of byte k/8. `bits`: 1..64.
  /// `upper_position`: where the value's bits from `bits` on are stored, `upper_bits` of them; 0 = none.
  constexpr Field(const Register<Fields>& held, std::uint16_t position, std::uint8_t bits,
                  std::uint16_t upper_position = 0, std::uint8_t upper_bits = 0)
      : name(held.name),
        bit(position),
        width(bits),
        member(held.member),
        meaning(held.meaning),
        upper_bit(upper_position),
        upper_width(upper_bits) {}

  std::string_view name;
  std::uint16_t bit;
  std::uint8_t width;
  std::uint64_t Fields::*member;
  std::string_view meaning;
  std::uint16_t upper_bit;
  std::uint8_t upper_width;

  constexpr unsigned value_bits() const { return unsigned{width} + upper_width; }
  constexpr std::uint64_t largest() const {
    return value_bits() < 64 ? (std::uint64_t{1} << value_bits()) - 1 : ~std::uint64_t{0};
  }
};

/// Rows that several encodings have in common, or that one has for itself: a table is `joined` from such runs.
template <class Fields, std::size_t count>
using FieldRun = std::array<Field<Fields>, count>;

namespace field_run_detail {

template <class Fields, std::size_t count, std::size_t... i>
constexpr FieldRun<Fields, count> run_of(const Field<Fields> (&rows)[count], std::index_sequence<i...>) {
  return {{rows[i]...}};
}

template <class Fields, std::size_t n, std::size_t m, std::size_t... i, std::size_t... j>
constexpr FieldRun<Fields, n + m> both(const FieldRun<Fields, n>& a, const FieldRun<Fields, m>& b,
                                       std::index_sequence<i...>, std::index_sequence<j...>) {
  return {{a[i]..., b[j]...}};
}

}  // namespace field_run_detail

template <class Fields, std::size_t count>
constexpr FieldRun<Fields, count> field_run(const Field<Fields> (&rows)[count]) {
  return field_run_detail::run_of(rows, std::make_index_sequence<count>());
}

template <class Fields, std::size_t n>
constexpr FieldRun<Fields, n> joined(const FieldRun<Fields, n>& run) {
  return run;
}
template <class Fields, std::size_t n, std::size_t m, class... Rest>
constexpr auto joined(const FieldRun<Fields, n>& a, const FieldRun<Fields, m>& b, const Rest&... rest) {
  return joined(field_run_detail::both(a, b, std::make_index_sequence<n>(), std::make_index_sequence<m>()), rest...);
}

/// The run with `row` in the place of the one that begins at the same bit: an encoding that calls a register
/// differently.
template <class Fields, std::size_t count>
constexpr FieldRun<Fields, count> with_row(FieldRun<Fields, count> run, const Field<Fields>& row) {
  for (auto& old : run)
    if (old.bit == row.bit) old = row;
  return run;
}

/// The layout of one encoding (long or short form) of one instruction.
/// Contract: fields do not overlap and together declare every bit of the command, except those listed in
/// `undeclared_from`.
template <class Fields>
struct Layout {
  std::string_view name;  ///< for example "sCONV"
  std::uint16_t bytes;    ///< length of the command
  std::uint16_t
      undeclared_from;  ///< bits from here on are declared by nobody and must be zero; 8*bytes when there are none
  const Field<Fields>* fields;
  std::size_t field_count;

  constexpr Layout(std::string_view layout_name, std::uint16_t length, std::uint16_t undeclared,
                   const Field<Fields>* rows, std::size_t count)
      : name(layout_name), bytes(length), undeclared_from(undeclared), fields(rows), field_count(count) {}
  /// The layout of a table that lives as long as the program.
  template <std::size_t count>
  constexpr Layout(std::string_view layout_name, std::uint16_t length, std::uint16_t undeclared,
                   const FieldRun<Fields, count>& rows)
      : Layout(layout_name, length, undeclared, rows.data(), count) {}

  constexpr const Field<Fields>* begin() const { return fields; }
  constexpr const Field<Fields>* end() const { return fields + field_count; }
};

/// Reads `width` (1..64) bits at bit offset `bit`; `bytes` must cover them.
inline std::uint64_t read_bits(const std::uint8_t* bytes, unsigned bit, unsigned width) {
  std::uint64_t value = 0;
  unsigned done = 0;
  while (done < width) {
    const unsigned at = bit + done;
    const unsigned in_byte = 8 - at % 8;
    const unsigned take = width - done < in_byte ? width - done : in_byte;
    const std::uint64_t part = (static_cast<unsigned>(bytes[at / 8]) >> (at % 8)) & ((1U << take) - 1U);
    value |= part << done;
    done += take;
  }
  return value;
}

/// Writes the low `width` (1..64) bits of `value` at bit offset `bit`.
inline void write_bits(std::uint8_t* bytes, unsigned bit, unsigned width, std::uint64_t value) {
  unsigned done = 0;
  while (done < width) {
    const unsigned at = bit + done;
    const unsigned in_byte = 8 - at % 8;
    const unsigned take = width - done < in_byte ? width - done : in_byte;
    const unsigned mask = ((1U << take) - 1U) << (at % 8);
    const unsigned part = static_cast<unsigned>(value >> done) << (at % 8);
    bytes[at / 8] = static_cast<std::uint8_t>((bytes[at / 8] & ~mask) | (part & mask));
    done += take;
  }
}

/// Fills `out` from a command of `layout.bytes` bytes. Members that the layout does not have keep their value.
template <class Fields, class Instruction>
void decode_fields(const Layout<Fields>& layout, const std::uint8_t* bytes, Instruction& out) {
  for (const auto& field : layout) {
    std::uint64_t& value = out.*field.member;
    value = read_bits(bytes, field.bit, field.width);
    if (field.upper_width != 0) value |= read_bits(bytes, field.upper_bit, field.upper_width) << field.width;
  }
}

/// Writes `layout.bytes` bytes. Contract: every value fits its field (see `first_misfit`).
template <class Fields, class Instruction>
void encode_fields(const Layout<Fields>& layout, const Instruction& in, std::uint8_t* bytes) {
  std::memset(bytes, 0, layout.bytes);
  for (const auto& field : layout) {
    write_bits(bytes, field.bit, field.width, in.*field.member);
    if (field.upper_width != 0) write_bits(bytes, field.upper_bit, field.upper_width, in.*field.member >> field.width);
  }
}

/// The first field whose value needs more bits than it has, or null.
template <class Fields, class Instruction>
const Field<Fields>* first_misfit(const Layout<Fields>& layout, const Instruction& in) {
  for (const auto& field : layout)
    if (in.*field.member > field.largest()) return &field;
  return nullptr;
}

/// Bit offset of the first non-zero undeclared bit, or the command's length in bits when there is none.
template <class Fields>
unsigned first_undeclared_bit(const Layout<Fields>& layout, const std::uint8_t* bytes) {
  const unsigned bits = 8U * layout.bytes;
  for (unsigned bit = layout.undeclared_from; bit < bits; ++bit)
    if (read_bits(bytes, bit, 1) != 0) return bit;
  return bits;
}

}  // namespace bmemu::isa
