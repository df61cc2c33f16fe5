// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operands in memory or in the command as sources of elementwise loops.
#pragma once

#include "emulator/tiu/bm1684x/sources.h"

namespace bmemu::emulator::bm1684x {

/// The tensor, or the constant in `field` when there is none.
inline Source<float> float_source(const MaybeView& view, std::uint64_t field, Format format, const isa::ChipSpec& chip,
                                  const memory::ChipMemory& memory) {
  return view ? Source<float>(load_floats(*view, chip, memory)) : Source<float>(constant_float(field, format));
}

inline Source<std::int64_t> integer_source(const MaybeView& view, std::uint64_t field, Format format,
                                           const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  return view ? Source<std::int64_t>(load_integers(*view, chip, memory))
              : Source<std::int64_t>(constant_integer(field, format));
}

/// One value per channel [1, c, 1, 1] spread over the result, or the constant in `field`.
inline Source<float> float_channels(const MaybeView& view, std::uint64_t field, Format format,
                                    const OperandView& result, const isa::ChipSpec& chip,
                                    const memory::ChipMemory& memory) {
  return view ? Source<float>(spread_channels(load_floats(*view, chip, memory), result.shape))
              : Source<float>(constant_float(field, format));
}

inline Source<std::int64_t> integer_channels(const MaybeView& view, std::uint64_t field, Format format,
                                             const OperandView& result, const isa::ChipSpec& chip,
                                             const memory::ChipMemory& memory) {
  return view ? Source<std::int64_t>(spread_channels(load_integers(*view, chip, memory), result.shape))
              : Source<std::int64_t>(constant_integer(field, format));
}

}  // namespace bmemu::emulator::bm1684x
