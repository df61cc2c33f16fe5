// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The BM1684 GDMA command: one layout, the operation is in `special_func`.
#pragma once

#include <variant>

#include "isa/encoding/bm1684/gdma_fields.h"
#include "isa/encoding/layout.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684 {

inline constexpr Field<GdmaFields> kDmaFields[] = {
    {"pio_gdma_enable", 0, 1, &GdmaFields::pio_gdma_enable, "command valid (1 in real streams)"},
    {"des_type", 1, 1, &GdmaFields::des_type, "descriptor type"},
    {"chain_end", 2, 1, &GdmaFields::chain_end, "1 = last descriptor of the chain"},
    {"intr_en", 3, 1, &GdmaFields::intr_en, "raise interrupt on completion"},
    {"barrier_enable", 4, 1, &GdmaFields::barrier_enable, "barrier"},
    {"stride_enable", 5, 1, &GdmaFields::stride_enable, "1 = use stride fields"},
    {"direction", 6, 2, &GdmaFields::direction, "0 S2L, 1 L2S, 2 S2S, 3 L2L"},
    {"acc_write_enable", 8, 1, &GdmaFields::acc_write_enable, "accumulate into destination"},
    {"common_mode", 9, 1, &GdmaFields::common_mode, "1 = linear copy of constant length (see ISA.md)"},
    {"prefetch_disable", 10, 1, &GdmaFields::prefetch_disable, "default 1"},
    {"hold_des_value", 11, 1, &GdmaFields::hold_des_value, "keep descriptor registers"},
    {"reserved", 12, 4, &GdmaFields::reserved, "reserved"},
    {"cmd_id", 16, 16, &GdmaFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"special_func", 32, 3, &GdmaFields::special_func,
     "operation: 0 copy, 1 NC/matrix transpose, 2 LRN shift, 3 format, 4 constant, 5 CW transpose, 6 winograd, 7 "
     "filter"},
    {"dst_data_format", 35, 3, &GdmaFields::dst_data_format, "element format code: 0 f32, 1 i16, 2 u8, 3 i8, 4 f16"},
    {"chw_copy", 38, 1, &GdmaFields::chw_copy, "1 = destination sizes equal source sizes"},
    {"sys_mem_type", 39, 1, &GdmaFields::sys_mem_type, "0 neuron (4-D tensor), 1 matrix"},
    {"src_data_format", 40, 3, &GdmaFields::src_data_format, "element format code: 0 f32, 1 i16, 2 u8, 3 i8, 4 f16"},
    {"lrn_shift_num", 43, 4, &GdmaFields::lrn_shift_num, ""},
    {"lrn_shift_dir", 47, 1, &GdmaFields::lrn_shift_dir, ""},
    {"eng0_sync_id", 48, 16, &GdmaFields::eng0_sync_id, "wait until TIU has completed this id"},
    {"eng1_sync_id", 64, 16, &GdmaFields::eng1_sync_id, "further engine sync id"},
    {"eng3_sync_id", 80, 16, &GdmaFields::eng3_sync_id, "further engine sync id"},
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
    {"src_start_addr_l32", 512, 32, &GdmaFields::src_start_addr_l32, ""},
    {"dst_start_addr_l32", 544, 32, &GdmaFields::dst_start_addr_l32, ""},
    {"src_start_addr_h8", 576, 8, &GdmaFields::src_start_addr_h8, ""},
    {"dst_start_addr_h8", 584, 8, &GdmaFields::dst_start_addr_h8, ""},
    {"src_hshift", 592, 24, &GdmaFields::src_hshift, ""},
    {"src_wshift", 616, 8, &GdmaFields::src_wshift, ""},
    {"dst_hshift", 624, 8, &GdmaFields::dst_hshift, ""},
    {"dst_wshift", 632, 8, &GdmaFields::dst_wshift, ""},
    {"localmem_mask_l32", 640, 32, &GdmaFields::localmem_mask_l32, "lane mask bits 0-31"},
    {"localmem_mask_h32", 672, 32, &GdmaFields::localmem_mask_h32, "lane mask bits 32-63"},
    {"single_step", 704, 1, &GdmaFields::single_step, ""},
    {"debug_mode", 705, 1, &GdmaFields::debug_mode, ""},
};

struct Dma : GdmaFields {
  static constexpr Operation kOperations[] = {
      {0, "dma"},          {1, "dma.trans"},    {2, "dma.lrn_shift"}, {3, "dma.format"},
      {4, "dma.constant"}, {5, "dma.cw_trans"}, {6, "dma.winograd"},  {7, "dma.filter"},
  };
  /// Bits 706-1023 are declared by nobody and zero in every real stream.
  static constexpr Layout<GdmaFields> kLayout{"dma_tensor", 128, 706, kDmaFields, std::size(kDmaFields)};
};

using GdmaInstruction = std::variant<Dma>;

}  // namespace bmemu::isa::bm1684
