// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Float results that are rounded with a command's mode.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/arithmetic/float_rounding.h"
#include "emulator/tiu/bm1684x/elementwise/pieces.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator::bm1684x {

/// Collects floats, rounds them to the view's format and stores them. Contract: a float format.
class RoundedFloats {
 public:
  RoundedFloats(const OperandView& view, const isa::ChipSpec& chip, Rounding rounding, Overflow overflow)
      : results_(as_raw(view), chip), format_(view.format), rounding_(rounding), overflow_(overflow) {}
  std::size_t size() const { return results_.size(); }
  void put(std::size_t first, std::size_t count, const float* values) {
    Piece<std::int64_t> raw;
    for (std::size_t i = 0; i < count; ++i)
      raw[i] = format_ == DataType::kF16    ? f32_to_f16(values[i], rounding_, overflow_)
               : format_ == DataType::kBf16 ? f32_to_bf16(values[i], rounding_)
                                            : std::int64_t{to_bits(values[i])};
    results_.put(first, count, raw.data());
  }
  void store(memory::ChipMemory& memory) const { results_.store(memory); }

 private:
  Results<std::int64_t> results_;
  DataType format_;
  Rounding rounding_;
  Overflow overflow_;
};

}  // namespace bmemu::emulator::bm1684x
