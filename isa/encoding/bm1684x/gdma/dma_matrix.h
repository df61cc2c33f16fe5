// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_matrix: matrix copy and transpose.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_fields.h"
#include "isa/encoding/layout.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<GdmaFields> kDmaMatrixLongFields[] = {
    {"intr_en", 0, 1, &GdmaFields::intr_en, "raise interrupt on completion"},
    {"stride_enable", 1, 1, &GdmaFields::stride_enable, "1 = stride fields used, 0 = packed defaults"},
    {"nchw_copy", 2, 1, &GdmaFields::nchw_copy, "1 = destination shape equals source shape, dst size fields ignored"},
    {"cmd_short", 3, 1, &GdmaFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"decompress_enable", 4, 1, &GdmaFields::decompress_enable, "data compression on the source side"},
    {"cmd_id_en", 5, 4, &GdmaFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"cmd_id", 9, 20, &GdmaFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"Reserved.0", 29, 3, &GdmaFields::rsvd_0, "reserved"},
    {"cmd_type", 32, 4, &GdmaFields::cmd_type, "instruction class selector"},
    {"cmd_special_function", 36, 3, &GdmaFields::cmd_special_function, "operation selector inside the class"},
    {"fill_constant_en", 39, 1, &GdmaFields::fill_constant_en, "source is constant_value instead of memory"},
    {"src_data_format", 40, 3, &GdmaFields::src_data_format,
     "element format code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16"},
    {"reserved.0", 43, 21, &GdmaFields::reserved_0, "reserved"},
    {"cmd_id_dep", 64, 20, &GdmaFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"reserved.1", 84, 12, &GdmaFields::reserved_1, "reserved"},
    {"constant_value", 96, 32, &GdmaFields::constant_value, ""},
    {"src_nstride", 128, 32, &GdmaFields::src_nstride, ""},
    {"src_cstride", 160, 32, &GdmaFields::src_cstride, ""},
    {"src_hstride", 192, 32, &GdmaFields::src_hstride, ""},
    {"src_wstride", 224, 32, &GdmaFields::src_wstride, ""},
    {"dst_nstride", 256, 32, &GdmaFields::dst_nstride, ""},
    {"dst_cstride", 288, 32, &GdmaFields::dst_cstride, ""},
    {"dst_hstride", 320, 32, &GdmaFields::dst_hstride, ""},
    {"dst_wstride", 352, 32, &GdmaFields::dst_wstride, ""},
    {"src_nsize", 384, 16, &GdmaFields::src_nsize, ""},
    {"src_csize", 400, 16, &GdmaFields::src_csize, ""},
    {"src_hsize", 416, 16, &GdmaFields::src_hsize, ""},
    {"src_wsize", 432, 16, &GdmaFields::src_wsize, ""},
    {"dst_nsize", 448, 16, &GdmaFields::dst_nsize, ""},
    {"dst_csize", 464, 16, &GdmaFields::dst_csize, ""},
    {"dst_hsize", 480, 16, &GdmaFields::dst_hsize, ""},
    {"dst_wsize", 496, 16, &GdmaFields::dst_wsize, ""},
    {"src_start_addr_h32", 512, 32, &GdmaFields::src_start_addr_l32,
     "low 32 bits of the address; the vendor's field name says otherwise"},
    {"src_start_addr_l8", 544, 8, &GdmaFields::src_start_addr_h8,
     "high 8 bits of the address; the vendor's field name says otherwise"},
    {"reserved.2", 552, 24, &GdmaFields::reserved_2, "reserved"},
    {"dst_start_addr_h32", 576, 32, &GdmaFields::dst_start_addr_l32,
     "low 32 bits of the address; the vendor's field name says otherwise"},
    {"dst_start_addr_l8", 608, 8, &GdmaFields::dst_start_addr_h8,
     "high 8 bits of the address; the vendor's field name says otherwise"},
    {"reserved.3", 616, 24, &GdmaFields::reserved_3, "reserved"},
    {"Reserved.1", 640, 32, &GdmaFields::rsvd_1, "reserved"},
    {"Reserved.2", 672, 32, &GdmaFields::rsvd_2, "reserved"},
    {"localmem_mask_l32", 704, 32, &GdmaFields::localmem_mask_l32, "lane mask bits 0-31"},
    {"localmem_mask_h32", 736, 32, &GdmaFields::localmem_mask_h32, "lane mask bits 32-63"},
};

inline constexpr Field<GdmaFields> kDmaMatrixShortFields[] = {
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
    {"src_hstride/dst_hstride", 96, 32, &GdmaFields::src_hstride, ""},
    {"dst_nstride/src_nstride", 128, 32, &GdmaFields::dst_nstride, ""},
    {"dst_cstride/src_cstride", 160, 32, &GdmaFields::dst_cstride, ""},
    {"src_hsize/dst_hsize", 192, 16, &GdmaFields::src_hsize, ""},
    {"src_wsize/dst_wsize", 208, 16, &GdmaFields::src_wsize, ""},
    {"dst_nsize/src_nsize", 224, 16, &GdmaFields::dst_nsize, ""},
    {"dst_csize/src_csize", 240, 16, &GdmaFields::dst_csize, ""},
    {"dst_wsize/src_wsize", 256, 16, &GdmaFields::dst_wsize, ""},
    {"reserved.2", 272, 16, &GdmaFields::reserved_2, "reserved"},
    {"src_start_addr_l32", 288, 32, &GdmaFields::src_start_addr_l32, ""},
    {"src_start_addr_h8", 320, 8, &GdmaFields::src_start_addr_h8, ""},
    {"reserved.3", 328, 24, &GdmaFields::reserved_3, "reserved"},
    {"dst_start_addr_l32", 352, 32, &GdmaFields::dst_start_addr_l32, ""},
    {"dst_start_addr_h8", 384, 8, &GdmaFields::dst_start_addr_h8, ""},
    {"reserved.4", 392, 24, &GdmaFields::reserved_4, "reserved"},
    {"reserved.5", 416, 32, &GdmaFields::reserved_5, "reserved"},
    {"localmem_mask_l32", 448, 32, &GdmaFields::localmem_mask_l32, "lane mask bits 0-31"},
    {"localmem_mask_h32", 480, 32, &GdmaFields::localmem_mask_h32, "lane mask bits 32-63"},
};

struct DmaMatrix : GdmaFields {
  static constexpr std::uint8_t kCmdType = 1;
  static constexpr Operation kOperations[] = {
      {0, "dma.matrix"},
      {1, "dma.matrix.transpose"},
  };
  static constexpr Layout<GdmaFields> kLong{"DMA_matrix", 96, 768, kDmaMatrixLongFields,
                                            std::size(kDmaMatrixLongFields)};
  static constexpr Layout<GdmaFields> kShort{"sDMA_matrix", 64, 512, kDmaMatrixShortFields,
                                             std::size(kDmaMatrixShortFields)};
};

}  // namespace bmemu::isa::bm1684x
