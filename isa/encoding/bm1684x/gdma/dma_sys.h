// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class sDMA_sys: end of stream.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_fields.h"
#include "isa/encoding/layout.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<GdmaFields> kDmaSysShortFields[] = {
    {gdma_register::intr_en, 0, 1},           {gdma_register::stride_enable, 1, 1},
    {gdma_register::nchw_copy, 2, 1},         {gdma_register::cmd_short, 3, 1},
    {gdma_register::decompress_enable, 4, 1}, {gdma_register::cmd_id_en, 5, 4},
    {gdma_register::cmd_id, 9, 20},           {gdma_register::rsvd, 29, 3},
    {gdma_register::cmd_type, 32, 4},         {gdma_register::cmd_special_function, 36, 3},
    {gdma_register::fill_constant_en, 39, 1}, {gdma_register::src_data_format, 40, 3},
    {gdma_register::reserved_0, 43, 21},      {gdma_register::cmd_id_dep, 64, 20},
    {gdma_register::reserved_1, 84, 12},      {gdma_register::constant_value, 96, 32},
};

struct DmaSys : DmaClass<DmaSys> {
  static constexpr std::uint8_t kCmdType = 6;
  enum class Op : std::uint8_t {
    kEnd = 0,
    kNop = 1,
  };
  static constexpr Operation kOperations[] = {
      {Op::kEnd, "dma.sys"},
      {Op::kNop, "dma.sys.nop"},
  };
  static constexpr Layout<GdmaFields> kShort{"sDMA_sys", 16, 128, kDmaSysShortFields, std::size(kDmaSysShortFields)};
};

}  // namespace bmemu::isa::bm1684x
