// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The operations of an instruction class: an enum and a table made from it.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>
#include <type_traits>

namespace bmemu::isa {

/// One row of a class's table of operations. Codes without a row are no instruction.
struct Operation {
  template <class Op, std::enable_if_t<std::is_enum_v<Op>, int> = 0>
  constexpr Operation(Op op, std::string_view its_name) : code(static_cast<std::uint8_t>(op)), name(its_name) {}

  std::uint8_t code;  ///< value of `tsk_eu_typ` (TIU), `cmd_special_function` or `special_func` (DMA)
  std::string_view name;
};

/// The fields of a class with its operation in words. `Class` declares `enum class Op`, or names that of another class;
/// `kCode` is the field that holds it.
template <class Class, class Fields, std::uint64_t Fields::*kCode>
struct WithOperation : Fields {
  auto operation() const { return static_cast<typename Class::Op>(this->*kCode); }
  template <class Op>
  void set_operation(Op op) {
    static_assert(std::is_same_v<Op, typename Class::Op>, "an operation of another class");
    this->*kCode = static_cast<std::uint64_t>(op);
  }
};

}  // namespace bmemu::isa
