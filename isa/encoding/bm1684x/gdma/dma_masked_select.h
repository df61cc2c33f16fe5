// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_masked_select: pack the elements under a mask.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_runs.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr auto kDmaMaskedSelectLongRows = field_run<GdmaFields>({
    {gdma_register::mask_start_addr_l32, 640, 32},
    {gdma_register::mask_start_addr_h8, 672, 32},
});

inline constexpr auto kDmaMaskedSelectLongFields =
    joined(gdma_head(gdma_register::rsvd, gdma_register::mask_data_format), kGdmaDimensions, kGdmaAddresses,
           kDmaMaskedSelectLongRows, kGdmaLaneMask);

inline constexpr auto kDmaMaskedSelectShortRows = field_run<GdmaFields>({
    {gdma_register::src_nsize, 96, 16},
    {gdma_register::src_csize, 112, 16},
    {gdma_register::src_hsize, 128, 16},
    {gdma_register::src_wsize, 144, 16},
    {gdma_register::dst_nsize, 160, 16},
    {gdma_register::dst_csize, 176, 16},
    {gdma_register::dst_hsize, 192, 16},
    {gdma_register::dst_wsize, 208, 16},
    {gdma_register::src_start_addr_l32, 224, 32},
    {gdma_register::src_start_addr_h8, 256, 8},
    {gdma_register::reserved_2, 264, 24},
    {gdma_register::dst_start_addr_l32, 288, 32},
    {gdma_register::dst_start_addr_h8, 320, 8},
    {gdma_register::reserved_3, 328, 24},
    {gdma_register::mask_start_addr_l32, 352, 32},
    {gdma_register::mask_start_addr_h8, 384, 32},
    {gdma_register::reserved_4, 416, 32},
    {gdma_register::reserved_5, 448, 32},
    {gdma_register::reserved_6, 480, 32},
});

inline constexpr auto kDmaMaskedSelectShortFields =
    joined(with_row(gdma_head(gdma_register::rsvd, gdma_register::mask_data_format),
                    {gdma_register::cmd_special_function.as(
                         "cmd_special_function(mask_mem)",
                         "operation selector; low bit = mask lives in local memory (name in source only)"),
                     36, 3}),
           kDmaMaskedSelectShortRows);

struct DmaMaskedSelect : DmaClass<DmaMaskedSelect> {
  static constexpr std::uint8_t kCmdType = 2;
  enum class Op : std::uint8_t {
    kSelect = 0,
  };
  static constexpr Operation kOperations[] = {
      {Op::kSelect, "dma.masked_select"},
  };
  static constexpr Layout<GdmaFields> kLong{"DMA_masked_select", 96, 768, kDmaMaskedSelectLongFields};
  static constexpr Layout<GdmaFields> kShort{"sDMA_masked_select", 64, 512, kDmaMaskedSelectShortFields};
};

}  // namespace bmemu::isa::bm1684x
