// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Random commands of every instruction class, operation and form of both chips: each field gets a value of its kind
// (small shape, address in memory, stride, precision code ...), so that many commands mean something.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "isa/encoding/instruction.h"

namespace bmemu::emulator {

class RandomCommands {
 public:
  explicit RandomCommands(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  isa::Instruction next(isa::Family family, isa::Engine engine) {
    shape_ = {1 + below(3), 1 + below(one_in(2) ? 5 : 70), 1 + below(6), 1 + below(12)};
    precision_ = below(6);
    precision_ = family == isa::Family::kBm1684 && precision_ == 5 ? 2 : precision_;
    uniform_ = !one_in(4);
    if (family == isa::Family::kBm1684) {
      if (engine == isa::Engine::kTiu) return any<isa::bm1684::TiuInstruction>();
      return any<isa::bm1684::GdmaInstruction>();
    }
    if (engine == isa::Engine::kTiu) return any<isa::bm1684x::TiuInstruction>();
    return any<isa::bm1684x::GdmaInstruction>();
  }

 private:
  template <class T, class = void>
  struct HasShort : std::false_type {};
  template <class T>
  struct HasShort<T, std::void_t<decltype(T::kShort)>> : std::true_type {};
  template <class T, class = void>
  struct HasLong : std::false_type {};
  template <class T>
  struct HasLong<T, std::void_t<decltype(T::kLong)>> : std::true_type {};

  template <class Variant>
  Variant any() {
    return any<Variant>(below(std::variant_size_v<Variant>), std::make_index_sequence<std::variant_size_v<Variant>>());
  }
  template <class Variant, std::size_t... I>
  Variant any(std::uint64_t choice, std::index_sequence<I...>) {
    Variant result;
    ((choice == I ? (result = command<std::variant_alternative_t<I, Variant>>(), 0) : 0), ...);
    return result;
  }

  template <class T>
  T command() {
    T result;
    const auto& operation = T::kOperations[below(std::size(T::kOperations))];
    if constexpr (isa::kIsBm1684x<T>) {
      const bool is_short = HasShort<T>::value && (!HasLong<T>::value || !one_in(4));
      if constexpr (HasShort<T>::value)
        if (is_short) fill(T::kShort, result);
      if constexpr (HasLong<T>::value)
        if (!is_short) fill(T::kLong, result);
      result.cmd_short = is_short ? 1 : 0;
      if constexpr (isa::kIsTiu<T>) {
        result.tsk_typ = T::kTskTyp;
        result.tsk_eu_typ = operation.code;
      } else {
        result.cmd_type = T::kCmdType;
        result.cmd_special_function = operation.code;
      }
    } else {
      fill(T::kLayout, result);
      if constexpr (isa::kIsTiu<T>) {
        result.cmd_en = 1;
        result.tsk_typ = T::kTskTyp;
        result.tsk_eu_typ = operation.code;
      } else {
        result.pio_gdma_enable = 1;
        result.special_func = operation.code;
      }
    }
    return result;
  }

  template <class Fields, class T>
  void fill(const isa::Layout<Fields>& layout, T& command) {
    for (const auto& field : layout) command.*field.member = value(field.name, field.value_bits()) & field.largest();
  }

  static bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }
  static bool ends(std::string_view text, std::string_view part) {
    return text.size() >= part.size() && text.substr(text.size() - part.size()) == part;
  }

  /// By what the vendor's names of fields have in common.
  std::uint64_t value(std::string_view name, unsigned width) {
    if (has(name, "eserved") || has(name, "rsvd") || has(name, "reserve") || has(name, "cmd_id") ||
        has(name, "sync_id"))
      return 0;
    if (has(name, "hshift") || has(name, "wshift") || has(name, "h_shift") || has(name, "w_shift"))
      return one_in(12) ? below(2) : 0;
    if (has(name, "mask_") && !has(name, "addr") && !has(name, "format"))
      return one_in(10) ? random_() : ~std::uint64_t{0};
    if (name == "tsk_lane_num") return one_in(10) ? random_() : ~std::uint64_t{0};
    if (has(name, "length")) return below(5000);
    if (ends(name, "addr_h8") || ends(name, "addr_h32")) return high_half();
    if (has(name, "start_addr_l32")) return dma_address();
    if (ends(name, "addr")) return one_in(8) ? random_() : local_address();
    if (ends(name, "prec") || ends(name, "data_format")) return uniform_ ? precision_ : below(7);
    if (ends(name, "_const") || has(name, "winograd") || has(name, "decompress")) return rarely(2);
    if (width == 3 && ends(name, "_str")) return one_in(3) ? below(5) : 0;
    if (ends(name, "res_op_x_str") || ends(name, "res_op_y_str")) return 1 + rarely(3);
    if (has(name, "pad") || has(name, "ins0")) return rarely(3);
    if (ends(name, "_str") || ends(name, "stride")) return stride();
    for (std::size_t k = 0; k < 4; ++k) {
      const char dimension = "nchw"[k];
      if (ends(name, std::string("_") + dimension) || ends(name, std::string(1, dimension) + "size"))
        return one_in(3) ? 1 + below(4) : shape_[k];
    }
    if (width == 1) return below(2);
    return one_in(3) ? random_() : below(8);
  }

  std::uint64_t rarely(std::uint64_t limit) { return one_in(3) ? below(limit) : 0; }
  std::uint64_t stride() {
    switch (below(4)) {
      case 0: return 1;
      case 1: return shape_[3];
      case 2: return shape_[2] * shape_[3];
      default: return below(300);
    }
  }
  /// Local memory of either chip; BM1684 counts from the chip address of local memory.
  std::uint64_t local_address() {
    const std::uint64_t start = 0x08000000 * below(2);
    const std::uint64_t line = line_offset();
    return start + line + (one_in(4) ? below(64) : 0);
  }
  /// One draw per statement: compilers may choose the order within one.
  std::uint64_t line_offset() {
    const std::uint64_t line = below(64) * 0x40;
    return line + below(8) * 0x4000;
  }
  std::uint64_t dma_address() {
    switch (below(4)) {
      case 0: return 0x10000000 + below(0x10000);
      case 1: return below(0x100000);
      default: return 0x08000000 + line_offset();
    }
  }
  std::uint64_t high_half() { return below(2); }

  std::mt19937_64 random_;
  std::array<std::uint64_t, 4> shape_{1, 1, 1, 1};
  std::uint64_t precision_ = 0;
  bool uniform_ = true;
};

}  // namespace bmemu::emulator
