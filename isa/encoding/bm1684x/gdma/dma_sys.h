// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class sDMA_sys: end of stream.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_fields.h"
#include "isa/encoding/layout.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<GdmaFields> kDmaSysShortFields[] = {
    {"intr_en", 0, 1, &GdmaFields::intr_en, "raise interrupt on completion"},
    {"stride_enable", 1, 1, &GdmaFields::stride_enable, "1 = stride fields used, 0 = packed defaults"},
    {"nchw_copy", 2, 1, &GdmaFields::nchw_copy, "1 = destination shape equals source shape, dst size fields ignored"},
    {"cmd_short", 3, 1, &GdmaFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"decompress_enable", 4, 1, &GdmaFields::decompress_enable, "data compression on the source side"},
    {"cmd_id_en", 5, 4, &GdmaFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"cmd_id", 9, 20, &GdmaFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"Reserved", 29, 3, &GdmaFields::rsvd, "reserved"},
    {"cmd_type", 32, 4, &GdmaFields::cmd_type, "instruction class selector"},
    {"cmd_special_function", 36, 3, &GdmaFields::cmd_special_function, "operation selector inside the class"},
    {"fill_constant_en", 39, 1, &GdmaFields::fill_constant_en, "source is constant_value instead of memory"},
    {"src_data_format", 40, 3, &GdmaFields::src_data_format,
     "element format code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16"},
    {"reserved.0", 43, 21, &GdmaFields::reserved_0, "reserved"},
    {"cmd_id_dep", 64, 20, &GdmaFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"reserved.1", 84, 12, &GdmaFields::reserved_1, "reserved"},
    {"constant_value", 96, 32, &GdmaFields::constant_value, ""},
};

struct DmaSys : GdmaFields {
  static constexpr std::uint8_t kCmdType = 6;
  static constexpr Operation kOperations[] = {
      {0, "dma.sys"},
      {1, "dma.sys.nop"},
  };
  static constexpr Layout<GdmaFields> kShort{"sDMA_sys", 16, 128, kDmaSysShortFields, std::size(kDmaSysShortFields)};
};

}  // namespace bmemu::isa::bm1684x
