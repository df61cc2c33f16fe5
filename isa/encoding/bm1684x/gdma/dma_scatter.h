// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_scatter: scatter of rows by index.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_fields.h"
#include "isa/encoding/layout.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<GdmaFields> kDmaScatterLongFields[] = {
    {gdma_register::intr_en, 0, 1},
    {gdma_register::stride_enable, 1, 1},
    {gdma_register::nchw_copy, 2, 1},
    {gdma_register::cmd_short, 3, 1},
    {gdma_register::decompress_enable, 4, 1},
    {gdma_register::cmd_id_en, 5, 4},
    {gdma_register::cmd_id, 9, 20},
    {gdma_register::rsvd, 29, 3},
    {gdma_register::cmd_type, 32, 4},
    {gdma_register::cmd_special_function, 36, 3},
    {gdma_register::fill_constant_en, 39, 1},
    {gdma_register::src_data_format, 40, 3},
    {gdma_register::reserved_0, 43, 21},
    {gdma_register::cmd_id_dep, 64, 20},
    {gdma_register::reserved_1, 84, 12},
    {gdma_register::constant_value, 96, 32},
    {gdma_register::src_cstride, 128, 32},
    {gdma_register::src_hstride, 160, 32},
    {gdma_register::dst_cstride, 192, 32},
    {gdma_register::dst_hstride, 224, 32},
    {gdma_register::index_cstride, 256, 32},
    {gdma_register::index_hstride, 288, 32},
    {gdma_register::reserved_2, 320, 16},
    {gdma_register::src_csize, 336, 16},
    {gdma_register::src_hsize, 352, 32},
    {gdma_register::src_wsize, 384, 16},
    {gdma_register::dst_csize, 400, 16},
    {gdma_register::dst_hsize, 416, 32},
    {gdma_register::dst_wsize, 448, 16},
    {gdma_register::index_csize, 464, 16},
    {gdma_register::index_hsize, 480, 32},
    {gdma_register::src_start_addr_l32, 512, 32},
    {gdma_register::src_start_addr_h8, 544, 8},
    {gdma_register::reserved_3, 552, 24},
    {gdma_register::dst_start_addr_l32, 576, 32},
    {gdma_register::dst_start_addr_h8, 608, 8},
    {gdma_register::reserved_4, 616, 24},
    {gdma_register::index_start_addr_l32, 640, 32},
    {gdma_register::index_start_addr_h8, 672, 8},
    {gdma_register::reserve, 680, 24},
    {gdma_register::localmem_mask_l32, 704, 32},
    {gdma_register::localmem_mask_h32, 736, 32},
};

struct DmaScatter : DmaClass<DmaScatter> {
  static constexpr std::uint8_t kCmdType = 8;
  enum class Op : std::uint8_t {
    kScatter = 0,
  };
  static constexpr Operation kOperations[] = {
      {Op::kScatter, "gdma.scatter"},
  };
  static constexpr Layout<GdmaFields> kLong{"DMA_scatter", 96, 768, kDmaScatterLongFields,
                                            std::size(kDmaScatterLongFields)};
};

}  // namespace bmemu::isa::bm1684x
