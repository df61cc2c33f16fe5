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
    {{"pio_gdma_enable", &GdmaFields::pio_gdma_enable, "command valid (1 in real streams)"}, 0, 1},
    {{"des_type", &GdmaFields::des_type, "descriptor type"}, 1, 1},
    {{"chain_end", &GdmaFields::chain_end, "1 = last descriptor of the chain"}, 2, 1},
    {{"intr_en", &GdmaFields::intr_en, "raise interrupt on completion"}, 3, 1},
    {{"barrier_enable", &GdmaFields::barrier_enable, "barrier"}, 4, 1},
    {{"stride_enable", &GdmaFields::stride_enable, "1 = use stride fields"}, 5, 1},
    {{"direction", &GdmaFields::direction, "0 S2L, 1 L2S, 2 S2S, 3 L2L"}, 6, 2},
    {{"acc_write_enable", &GdmaFields::acc_write_enable, "accumulate into destination"}, 8, 1},
    {{"common_mode", &GdmaFields::common_mode, "1 = linear copy of constant length (see ISA.md)"}, 9, 1},
    {{"prefetch_disable", &GdmaFields::prefetch_disable, "default 1"}, 10, 1},
    {{"hold_des_value", &GdmaFields::hold_des_value, "keep descriptor registers"}, 11, 1},
    {{"reserved", &GdmaFields::reserved, "reserved"}, 12, 4},
    {{"cmd_id", &GdmaFields::cmd_id, "number of this command in its own engine stream (20 bit)"}, 16, 16},
    {{"special_func", &GdmaFields::special_func,
      "operation: 0 copy, 1 NC/matrix transpose, 2 LRN shift, 3 format, 4 constant, 5 CW transpose, 6 winograd, 7 "
      "filter"},
     32,
     3},
    {{"dst_data_format", &GdmaFields::dst_data_format, "element format code: 0 f32, 1 i16, 2 u8, 3 i8, 4 f16"}, 35, 3},
    {{"chw_copy", &GdmaFields::chw_copy, "1 = destination sizes equal source sizes"}, 38, 1},
    {{"sys_mem_type", &GdmaFields::sys_mem_type, "0 neuron (4-D tensor), 1 matrix"}, 39, 1},
    {{"src_data_format", &GdmaFields::src_data_format, "element format code: 0 f32, 1 i16, 2 u8, 3 i8, 4 f16"}, 40, 3},
    {{"lrn_shift_num", &GdmaFields::lrn_shift_num, ""}, 43, 4},
    {{"lrn_shift_dir", &GdmaFields::lrn_shift_dir, ""}, 47, 1},
    {{"eng0_sync_id", &GdmaFields::eng0_sync_id, "wait until TIU has completed this id"}, 48, 16},
    {{"eng1_sync_id", &GdmaFields::eng1_sync_id, "further engine sync id"}, 64, 16},
    {{"eng3_sync_id", &GdmaFields::eng3_sync_id, "further engine sync id"}, 80, 16},
    {{"constant_value", &GdmaFields::constant_value, ""}, 96, 32},
    {{"src_nstride", &GdmaFields::src_nstride, ""}, 128, 32},
    {{"src_cstride", &GdmaFields::src_cstride, ""}, 160, 32},
    {{"src_hstride", &GdmaFields::src_hstride, ""}, 192, 32},
    {{"src_wstride", &GdmaFields::src_wstride, ""}, 224, 32},
    {{"dst_nstride", &GdmaFields::dst_nstride, ""}, 256, 32},
    {{"dst_cstride", &GdmaFields::dst_cstride, ""}, 288, 32},
    {{"dst_hstride", &GdmaFields::dst_hstride, ""}, 320, 32},
    {{"dst_wstride", &GdmaFields::dst_wstride, ""}, 352, 32},
    {{"src_nsize", &GdmaFields::src_nsize, ""}, 384, 16},
    {{"src_csize", &GdmaFields::src_csize, ""}, 400, 16},
    {{"src_hsize", &GdmaFields::src_hsize, ""}, 416, 16},
    {{"src_wsize", &GdmaFields::src_wsize, ""}, 432, 16},
    {{"dst_nsize", &GdmaFields::dst_nsize, ""}, 448, 16},
    {{"dst_csize", &GdmaFields::dst_csize, ""}, 464, 16},
    {{"dst_hsize", &GdmaFields::dst_hsize, ""}, 480, 16},
    {{"dst_wsize", &GdmaFields::dst_wsize, ""}, 496, 16},
    {{"src_start_addr_l32", &GdmaFields::src_start_addr_l32, ""}, 512, 32},
    {{"dst_start_addr_l32", &GdmaFields::dst_start_addr_l32, ""}, 544, 32},
    {{"src_start_addr_h8", &GdmaFields::src_start_addr_h8, ""}, 576, 8},
    {{"dst_start_addr_h8", &GdmaFields::dst_start_addr_h8, ""}, 584, 8},
    {{"src_hshift", &GdmaFields::src_hshift, ""}, 592, 24},
    {{"src_wshift", &GdmaFields::src_wshift, ""}, 616, 8},
    {{"dst_hshift", &GdmaFields::dst_hshift, ""}, 624, 8},
    {{"dst_wshift", &GdmaFields::dst_wshift, ""}, 632, 8},
    {{"localmem_mask_l32", &GdmaFields::localmem_mask_l32, "lane mask bits 0-31"}, 640, 32},
    {{"localmem_mask_h32", &GdmaFields::localmem_mask_h32, "lane mask bits 32-63"}, 672, 32},
    {{"single_step", &GdmaFields::single_step, ""}, 704, 1},
    {{"debug_mode", &GdmaFields::debug_mode, ""}, 705, 1},
};

struct Dma : WithOperation<Dma, GdmaFields, &GdmaFields::special_func> {
  enum class Op : std::uint8_t {
    kCopy = 0,
    kTranspose = 1,
    kLrnShift = 2,
    kFormat = 3,
    kConstant = 4,
    kCwTranspose = 5,
    kWinograd = 6,
    kFilter = 7,
  };
  static constexpr Operation kOperations[] = {
      {Op::kCopy, "dma"},
      {Op::kTranspose, "dma.trans"},
      {Op::kLrnShift, "dma.lrn_shift"},
      {Op::kFormat, "dma.format"},
      {Op::kConstant, "dma.constant"},
      {Op::kCwTranspose, "dma.cw_trans"},
      {Op::kWinograd, "dma.winograd"},
      {Op::kFilter, "dma.filter"},
  };
  /// Bits 706-1023 are declared by nobody and zero in every real stream.
  static constexpr Layout<GdmaFields> kLayout{"dma_tensor", 128, 706, kDmaFields, std::size(kDmaFields)};
};

using GdmaInstruction = std::variant<Dma>;

}  // namespace bmemu::isa::bm1684
