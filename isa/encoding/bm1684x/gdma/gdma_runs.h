// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Runs of rows that the encodings of BM1684X GDMA commands have in common.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_fields.h"

namespace bmemu::isa::bm1684x {

// The first 96 bits of every command, in the pieces that encodings do not agree on.
inline constexpr auto kGdmaHeadStart = field_run<GdmaFields>({
    {gdma_register::intr_en, 0, 1},
    {gdma_register::stride_enable, 1, 1},
    {gdma_register::nchw_copy, 2, 1},
    {gdma_register::cmd_short, 3, 1},
    {gdma_register::decompress_enable, 4, 1},
    {gdma_register::cmd_id_en, 5, 4},
    {gdma_register::cmd_id, 9, 20},
});
inline constexpr auto kGdmaHeadOperation = field_run<GdmaFields>({
    {gdma_register::cmd_type, 32, 4},
    {gdma_register::cmd_special_function, 36, 3},
    {gdma_register::fill_constant_en, 39, 1},
    {gdma_register::src_data_format, 40, 3},
});
inline constexpr auto kGdmaHeadWait = field_run<GdmaFields>({
    {gdma_register::cmd_id_dep, 64, 20},
    {gdma_register::reserved_1, 84, 12},
});

/// The first 96 bits. `reserved`: what the vendor calls the three reserved bits at 29.
constexpr auto gdma_head(const Register<GdmaFields>& reserved) {
  return joined(kGdmaHeadStart, field_run<GdmaFields>({{reserved, 29, 3}}), kGdmaHeadOperation,
                field_run<GdmaFields>({{gdma_register::reserved_0, 43, 21}}), kGdmaHeadWait);
}

/// The same where the element format of a second operand stands at bit 43.
constexpr auto gdma_head(const Register<GdmaFields>& reserved, const Register<GdmaFields>& second_format) {
  return joined(kGdmaHeadStart, field_run<GdmaFields>({{reserved, 29, 3}}), kGdmaHeadOperation,
                field_run<GdmaFields>({{second_format, 43, 3}, {gdma_register::reserved_0, 46, 18}}), kGdmaHeadWait);
}

/// Long forms: constant, strides and sizes of both sides, in four dimensions.
inline constexpr auto kGdmaDimensions = field_run<GdmaFields>({
    {gdma_register::constant_value, 96, 32},
    {gdma_register::src_nstride, 128, 32},
    {gdma_register::src_cstride, 160, 32},
    {gdma_register::src_hstride, 192, 32},
    {gdma_register::src_wstride, 224, 32},
    {gdma_register::dst_nstride, 256, 32},
    {gdma_register::dst_cstride, 288, 32},
    {gdma_register::dst_hstride, 320, 32},
    {gdma_register::dst_wstride, 352, 32},
    {gdma_register::src_nsize, 384, 16},
    {gdma_register::src_csize, 400, 16},
    {gdma_register::src_hsize, 416, 16},
    {gdma_register::src_wsize, 432, 16},
    {gdma_register::dst_nsize, 448, 16},
    {gdma_register::dst_csize, 464, 16},
    {gdma_register::dst_hsize, 480, 16},
    {gdma_register::dst_wsize, 496, 16},
});

/// Long forms that go by an index: constant, strides, sizes and addresses of three operands.
inline constexpr auto kGdmaIndexed = field_run<GdmaFields>({
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
});

/// Long forms: where both sides begin.
inline constexpr auto kGdmaAddresses = field_run<GdmaFields>({
    {gdma_register::src_start_addr_l32, 512, 32},
    {gdma_register::src_start_addr_h8, 544, 8},
    {gdma_register::reserved_2, 552, 24},
    {gdma_register::dst_start_addr_l32, 576, 32},
    {gdma_register::dst_start_addr_h8, 608, 8},
    {gdma_register::reserved_3, 616, 24},
});

/// Long forms without a third operand.
inline constexpr auto kGdmaNoThirdAddress = field_run<GdmaFields>({
    {gdma_register::rsvd_1, 640, 32},
    {gdma_register::rsvd_2, 672, 32},
});

/// Long forms: lanes that results may go to.
inline constexpr auto kGdmaLaneMask = field_run<GdmaFields>({
    {gdma_register::localmem_mask_l32, 704, 32},
    {gdma_register::localmem_mask_h32, 736, 32},
});

}  // namespace bmemu::isa::bm1684x
