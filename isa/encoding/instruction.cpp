// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/encoding/instruction.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "isa/encoding/command_fields.h"
#include "isa/error.h"

namespace bmemu::isa {
namespace {

template <class T, class = void>
struct HasLong : std::false_type {};
template <class T>
struct HasLong<T, std::void_t<decltype(T::kLong)>> : std::true_type {};
template <class T, class = void>
struct HasShort : std::false_type {};
template <class T>
struct HasShort<T, std::void_t<decltype(T::kShort)>> : std::true_type {};

/// The layout that encodes `instruction`: by family, and on BM1684X by its short bit.
template <class T>
const auto& layout_of(const T& instruction) {
  if constexpr (!kIsBm1684x<T>) {
    return T::kLayout;
  } else if constexpr (!HasLong<T>::value) {
    return T::kShort;
  } else if constexpr (!HasShort<T>::value) {
    return T::kLong;
  } else {
    return instruction.cmd_short != 0 ? T::kShort : T::kLong;
  }
}

template <class T>
std::uint64_t operation_code(const T& i) {
  if constexpr (kIsTiu<T>)
    return i.tsk_eu_typ;
  else if constexpr (kIsBm1684x<T>)
    return i.cmd_special_function;
  else
    return i.special_func;
}

template <class T>
const Operation* find_operation(std::uint64_t code) {
  for (const auto& operation : T::kOperations)
    if (operation.code == code) return &operation;
  return nullptr;
}

[[noreturn]] void unknown_kind(const CommandPlace& place, std::string value, std::string legal) {
  throw Error({"E-ISA-UNKNOWN-KIND", place.text(), std::move(value), std::move(legal), "no such instruction"});
}

[[noreturn]] void truncated(const CommandPlace& place, std::size_t remaining, unsigned needed) {
  throw Error({"E-ISA-TRUNCATED", place.text(), fmt::format("{} bytes left", remaining),
               fmt::format("{} bytes", needed), "the stream ends inside a command"});
}

// ---- selection: which class a command belongs to --------------------------------------------------------------------

struct Selector {
  unsigned type = 0;
  unsigned operation = 0;
  bool is_short = false;
};

template <class T>
bool selects(const Selector& s) {
  if constexpr (kIsTiu<T>) {
    if (s.type != T::kTskTyp) return false;
  } else if constexpr (kIsBm1684x<T>) {
    if (s.type != T::kCmdType) return false;
  }
  if (find_operation<T>(s.operation) == nullptr) return false;
  if constexpr (kIsBm1684x<T>) {
    if constexpr (HasLong<T>::value && HasShort<T>::value) return true;
    if constexpr (!kIsTiu<T>)
      return HasShort<T>::value == s.is_short;  // DMA classes with one form; SYSID and LAR have no short bit
  }
  return true;
}

Selector selector(Family family, Engine engine, const std::uint8_t* bytes) {
  const bool tiu = engine == Engine::kTiu;
  if (family == Family::kBm1684)
    return tiu ? Selector{unsigned(read_bits(bytes, 37, 4)), unsigned(read_bits(bytes, 41, 5)), false}
               : Selector{0, unsigned(read_bits(bytes, 32, 3)), false};
  return tiu ? Selector{unsigned(read_bits(bytes, 41, 4)), unsigned(read_bits(bytes, 45, 5)),
                        read_bits(bytes, 0, 1) != 0}
             : Selector{unsigned(read_bits(bytes, 32, 4)), unsigned(read_bits(bytes, 36, 3)),
                        read_bits(bytes, 3, 1) != 0};
}

/// Calls `f(type_tag, layout)` for the class in the variant that `s` selects. Returns false when there is none.
template <class Variant, class F, std::size_t... I>
bool select_class(const Selector& s, F&& f, std::index_sequence<I...>) {
  return ([&] {
    using T = std::variant_alternative_t<I, Variant>;
    if (!selects<T>(s)) return false;
    T probe;
    if constexpr (kIsBm1684x<T>) probe.cmd_short = s.is_short ? 1 : 0;
    f(probe, layout_of(probe));
    return true;
  }() || ...);
}

template <class T>
struct Tag {
  using Type = T;
};

template <class F>
bool select(Family family, Engine engine, const Selector& s, F&& f) {
  const auto in = [&](auto tag) {
    using Variant = typename decltype(tag)::Type;
    return select_class<Variant>(s, f, std::make_index_sequence<std::variant_size_v<Variant>>());
  };
  if (family == Family::kBm1684)
    return engine == Engine::kTiu ? in(Tag<bm1684::TiuInstruction>{}) : in(Tag<bm1684::GdmaInstruction>{});
  return engine == Engine::kTiu ? in(Tag<bm1684x::TiuInstruction>{}) : in(Tag<bm1684x::GdmaInstruction>{});
}

/// Bytes that hold the selector and the ids of any command.
unsigned header_bytes(Family family) { return family == Family::kBm1684 ? 128 : 16; }

}  // namespace

std::string_view name(Family family) { return family == Family::kBm1684 ? "bm1684" : "bm1684x"; }
std::string_view name(Engine engine) { return engine == Engine::kTiu ? "tiu" : "gdma"; }

std::string CommandPlace::text() const {
  return fmt::format("{} group {} command {} (byte offset {})", name(engine), group, index, byte_offset);
}

CommandHeader peek(Family family, const std::uint8_t* bytes, std::size_t remaining, const CommandPlace& place) {
  if (remaining < header_bytes(family)) truncated(place, remaining, header_bytes(family));
  CommandHeader header;
  const Selector s = selector(family, place.engine, bytes);
  const bool known =
      select(family, place.engine, s, [&](const auto&, const auto& layout) { header.bytes = layout.bytes; });
  if (!known)
    unknown_kind(place, fmt::format("type {} operation {} {} form", s.type, s.operation, s.is_short ? "short" : "long"),
                 "the types and operations of the instruction reference");
  if (remaining < header.bytes) truncated(place, remaining, header.bytes);
  const bool tiu = place.engine == Engine::kTiu;
  if (family == Family::kBm1684) {
    header.id = static_cast<std::uint32_t>(read_bits(bytes, tiu ? 3 : 16, 16));
    header.dependency = static_cast<std::uint32_t>(read_bits(bytes, tiu ? 19 : 48, 16));
  } else {
    header.id = static_cast<std::uint32_t>(read_bits(bytes, tiu ? 1 : 9, 20));
    header.dependency = static_cast<std::uint32_t>(read_bits(bytes, tiu ? 21 : 64, 20));
    header.is_end = tiu ? s.type == bm1684x::SysId::kTskTyp && s.operation == unsigned(bm1684x::SysId::Op::kEnd)
                        : s.type == bm1684x::DmaSys::kCmdType && s.operation == unsigned(bm1684x::DmaSys::Op::kEnd);
  }
  return header;
}

Instruction decode(Family family, const std::uint8_t* bytes, std::size_t remaining, const CommandPlace& place) {
  const CommandHeader header = peek(family, bytes, remaining, place);
  Instruction result;
  select(family, place.engine, selector(family, place.engine, bytes), [&](const auto& probe, const auto& layout) {
    auto instruction = probe;
    const unsigned stray = first_undeclared_bit(layout, bytes);
    if (stray < 8U * header.bytes)
      throw Error({"E-ISA-UNDECLARED-BITS", place.text(), fmt::format("bit {} of {} is 1", stray, layout.name),
                   fmt::format("bits {}-{} are zero", layout.undeclared_from, 8 * header.bytes - 1),
                   "a bit that no field declares is set"});
    decode_fields(layout, bytes, instruction);
    using T = std::decay_t<decltype(instruction)>;
    if constexpr (kIsBm1684x<T>) {
      if constexpr (kIsTiu<T>)
        result = bm1684x::TiuInstruction(instruction);
      else
        result = bm1684x::GdmaInstruction(instruction);
    } else {
      if constexpr (kIsTiu<T>)
        result = bm1684::TiuInstruction(instruction);
      else
        result = bm1684::GdmaInstruction(instruction);
    }
  });
  return result;
}

std::vector<std::uint8_t> encode(const Instruction& instruction) {
  return visit_instruction(
      [](const auto& i) {
        const auto& layout = layout_of(i);
        if (const auto* misfit = first_misfit(layout, i))
          throw Error({"E-ISA-FIELD-RANGE", fmt::format("{} field {}", layout.name, misfit->name),
                       fmt::format("{}", i.*(misfit->member)), fmt::format("0..{}", misfit->largest()),
                       "a value does not fit its field"});
        std::vector<std::uint8_t> bytes(layout.bytes);
        encode_fields(layout, i, bytes.data());
        return bytes;
      },
      instruction);
}

std::vector<FieldInfo> fields_of(const Instruction& instruction) {
  return visit_instruction(
      [](const auto& i) {
        std::vector<FieldInfo> fields;
        for (const auto& field : layout_of(i)) fields.push_back({field.name, field.value_bits()});
        return fields;
      },
      instruction);
}

Instruction with_bit_turned(const Instruction& instruction, std::size_t field, unsigned bit) {
  Instruction turned = instruction;
  std::visit(
      [&](auto& family) {
        std::visit([&](auto& i) { i.*(layout_of(i).fields[field].member) ^= std::uint64_t{1} << bit; }, family);
      },
      turned);
  return turned;
}

std::string_view encoding_name(const Instruction& instruction) {
  return visit_instruction([](const auto& i) { return layout_of(i).name; }, instruction);
}

std::string_view operation_name(const Instruction& instruction) {
  return visit_instruction(
      [](const auto& i) -> std::string_view {
        const Operation* operation = find_operation<std::decay_t<decltype(i)>>(operation_code(i));
        return operation != nullptr ? operation->name : layout_of(i).name;
      },
      instruction);
}

std::string disassemble(const Instruction& instruction) {
  std::string text(operation_name(instruction));
  visit_instruction(
      [&](const auto& i) {
        for (const auto& field : layout_of(i)) {
          const std::uint64_t value = i.*field.member;
          if (value == 0) continue;
          const bool hexadecimal = field.name.find("addr") != std::string_view::npos ||
                                   field.name.find("mask") != std::string_view::npos ||
                                   field.name.find("lane_num") != std::string_view::npos ||
                                   field.name.find("constant") != std::string_view::npos;
          text += hexadecimal ? fmt::format(" {}=0x{:x}", field.name, value) : fmt::format(" {}={}", field.name, value);
        }
      },
      instruction);
  return text;
}

namespace {

template <class Fields>
void add_layout(std::string& page, const Layout<Fields>& layout) {
  page += fmt::format("\n### {} ({} bytes)\n\n| bits | field | meaning |\n|---|---|---|\n", layout.name, layout.bytes);
  const auto bits = [](unsigned bit, unsigned width) {
    return width == 1 ? fmt::format("{}", bit) : fmt::format("{}-{}", bit, bit + width - 1);
  };
  for (const auto& field : layout) {
    const std::string upper = field.upper_width == 0 ? "" : ", " + bits(field.upper_bit, field.upper_width);
    page += fmt::format("| {}{} | `{}` | {} |\n", bits(field.bit, field.width), upper, field.name, field.meaning);
  }
}

template <class T>
void add_class(std::string& page) {
  if constexpr (kIsBm1684x<T>) {
    if constexpr (HasShort<T>::value) add_layout(page, T::kShort);
    if constexpr (HasLong<T>::value && !kIsTiu<T>) add_layout(page, T::kLong);
  } else {
    page += fmt::format("\n### {}\n", T::kLayout.name);
  }
  page += "\nOperations:";
  for (const auto& operation : T::kOperations) page += fmt::format(" {} `{}`;", operation.code, operation.name);
  page += "\n";
}

template <class Variant, std::size_t... I>
void add_classes(std::string& page, std::index_sequence<I...>) {
  (add_class<std::variant_alternative_t<I, Variant>>(page), ...);
}

}  // namespace

std::string reference_page(Family family) {
  std::string page = fmt::format(
      "# Instruction reference: {}\n\nMade from the field tables in `isa/{}` by `bmemu disasm --reference {}`.\n",
      name(family), name(family), name(family));
  if (family == Family::kBm1684) {
    page += "\n## TIU\n\nAll classes share one layout; `tsk_typ` is the class, `tsk_eu_typ` the operation.\n";
    add_layout(page, bm1684::Conv::kLayout);
    add_classes<bm1684::TiuInstruction>(page, std::make_index_sequence<std::variant_size_v<bm1684::TiuInstruction>>());
    page += "\n## GDMA\n";
    add_layout(page, bm1684::Dma::kLayout);
    add_classes<bm1684::GdmaInstruction>(page, std::make_index_sequence<1>());
  } else {
    page += "\n## TIU\n\nThe long form is the same for every class:\n";
    add_layout(page, bm1684x::Conv::kLong);
    add_classes<bm1684x::TiuInstruction>(page,
                                         std::make_index_sequence<std::variant_size_v<bm1684x::TiuInstruction>>());
    page += "\n## GDMA\n";
    add_classes<bm1684x::GdmaInstruction>(page,
                                          std::make_index_sequence<std::variant_size_v<bm1684x::GdmaInstruction>>());
  }
  return page;
}

}  // namespace bmemu::isa
