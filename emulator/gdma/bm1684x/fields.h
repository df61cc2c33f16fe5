// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Reading the fields that BM1684X DMA classes share.
#pragma once

#include <cstdint>
#include <string>

#include "emulator/gdma/shared/movement.h"
#include "emulator/gdma/shared/views.h"
#include "emulator/operand/unknown_function.h"
#include "isa/encoding/bm1684x/gdma/gdma_fields.h"
#include "isa/encoding/codes.h"

namespace bmemu::emulator::gdma {

using Fields = isa::bm1684x::GdmaFields;

inline std::uint32_t size32(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
inline Shape source_shape(const Fields& f) {
  return {size32(f.src_nsize), size32(f.src_csize), size32(f.src_hsize), size32(f.src_wsize)};
}
inline Shape result_shape(const Fields& f) {
  return {size32(f.dst_nsize), size32(f.dst_csize), size32(f.dst_hsize), size32(f.dst_wsize)};
}
inline Strides in_bytes(std::uint64_t n, std::uint64_t c, std::uint64_t h, std::uint64_t w, unsigned element) {
  const auto s = [&](std::uint64_t elements) { return static_cast<std::int64_t>(elements * element); };
  return {s(n), s(c), s(h), s(w)};
}

/// Element format of a code. Errors: E-OPERAND-FORMAT.
DataType format_of(std::uint64_t code, const char* field);

/// A view with its strides: `strides` when the command gives them, else without gaps.
OperandView tensor(std::uint64_t address, DataType format, const Shape& shape, const Fields& f, const Strides& strides,
                   const isa::ChipSpec& chip);

template <class Command>
void refuse_compression(const Command& command) {
  if (command.decompress_enable != 0) throw unknown_function(command, Refusal::kCompressedSource);
}

}  // namespace bmemu::emulator::gdma
