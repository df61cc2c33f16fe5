// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which TIU commands divide: they take several passes where others take one.
#pragma once

#include <type_traits>

#include "isa/encoding/instruction.h"

namespace bmemu::isa {

/// Of two tensors, or of a tensor and a constant.
template <class T>
bool is_division(const T& instruction) {
  if constexpr (std::is_same_v<T, bm1684x::Ar>)
    return instruction.operation() == bm1684x::Ar::Op::kDivide;
  else if constexpr (std::is_same_v<T, bm1684::Ar> || std::is_same_v<T, bm1684::MdScalar>)
    return instruction.operation() == bm1684::EuOp::kDivide;
  else
    return false;
}

}  // namespace bmemu::isa
