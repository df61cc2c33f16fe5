// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The registers of a BM1684X GDMA command, decoded. Which of them an instruction encodes is in its layout.
#pragma once

#include <cstdint>

namespace bmemu::isa::bm1684x {

/// Names are the vendor's, with alternatives in brackets or after a slash left out.
struct GdmaFields {
  std::uint64_t intr_en = 0;            ///< 1 bit: raise interrupt on completion
  std::uint64_t stride_enable = 0;      ///< 1 bit: 1 = stride fields used, 0 = packed defaults
  std::uint64_t nchw_copy = 0;          ///< 1 bit: 1 = destination shape equals source shape, dst size fields ignored
  std::uint64_t cmd_short = 0;          ///< 1 bit: short-form selector: 1 = short command, 0 = long command
  std::uint64_t decompress_enable = 0;  ///< 1 bit: data compression on the source side
  std::uint64_t cmd_id_en = 0;  ///< 4 bits: bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three
                                ///< further engines (SYSID cmd_id_eng1..3)
  std::uint64_t cmd_id = 0;     ///< 20 bits: number of this command in its own engine stream (20 bit)
  std::uint64_t rsvd_0 = 0;     ///< 3 bits: reserved
  std::uint64_t cmd_type = 0;   ///< 4 bits: instruction class selector
  std::uint64_t cmd_special_function = 0;  ///< 3 bits: operation selector inside the class
  std::uint64_t fill_constant_en = 0;      ///< 1 bit: source is constant_value instead of memory
  std::uint64_t src_data_format = 0;       ///< 3 bits: element format code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16
  std::uint64_t reserved_0 = 0;            ///< 21 bits: reserved
  std::uint64_t cmd_id_dep = 0;            ///< 20 bits: wait until the other engine has completed this id (20 bit)
  std::uint64_t reserved_1 = 0;            ///< 12 bits: reserved
  std::uint64_t constant_value = 0;        ///< 32 bits
  std::uint64_t src_nstride = 0;           ///< 32 bits
  std::uint64_t src_cstride = 0;           ///< 32 bits
  std::uint64_t src_hstride = 0;           ///< 32 bits
  std::uint64_t src_wstride = 0;           ///< 32 bits
  std::uint64_t dst_nstride = 0;           ///< 32 bits
  std::uint64_t dst_cstride = 0;           ///< 32 bits
  std::uint64_t dst_hstride = 0;           ///< 32 bits
  std::uint64_t dst_wstride = 0;           ///< 32 bits
  std::uint64_t src_nsize = 0;             ///< 16 bits
  std::uint64_t src_csize = 0;             ///< 16 bits
  std::uint64_t src_hsize = 0;             ///< 32 bits
  std::uint64_t src_wsize = 0;             ///< 16 bits
  std::uint64_t dst_nsize = 0;             ///< 16 bits
  std::uint64_t dst_csize = 0;             ///< 16 bits
  std::uint64_t dst_hsize = 0;             ///< 32 bits
  std::uint64_t dst_wsize = 0;             ///< 16 bits
  std::uint64_t src_start_addr_l32 = 0;    ///< 32 bits
  std::uint64_t src_start_addr_h8 = 0;     ///< 8 bits
  std::uint64_t reserved_2 = 0;            ///< 24 bits: reserved
  std::uint64_t dst_start_addr_l32 = 0;    ///< 32 bits
  std::uint64_t dst_start_addr_h8 = 0;     ///< 8 bits
  std::uint64_t reserved_3 = 0;            ///< 24 bits: reserved
  std::uint64_t rsvd_1 = 0;                ///< 32 bits: reserved
  std::uint64_t rsvd_2 = 0;                ///< 32 bits: reserved
  std::uint64_t localmem_mask_l32 = 0xFFFFFFFFu;  ///< 32 bits: lane mask bits 0-31
  std::uint64_t localmem_mask_h32 = 0xFFFFFFFFu;  ///< 32 bits: lane mask bits 32-63
  std::uint64_t rsvd = 0;                         ///< 3 bits: reserved
  std::uint64_t index_cstride = 0;                ///< 32 bits
  std::uint64_t index_hstride = 0;                ///< 32 bits
  std::uint64_t index_csize = 0;                  ///< 16 bits
  std::uint64_t index_hsize = 0;                  ///< 32 bits
  std::uint64_t reserved_4 = 0;                   ///< 32 bits: reserved
  std::uint64_t index_start_addr_l32 = 0;         ///< 32 bits
  std::uint64_t index_start_addr_h8 = 0;          ///< 8 bits
  std::uint64_t reserve = 0;                      ///< 24 bits: reserved
  std::uint64_t mask_data_format = 0;     ///< 3 bits: element format code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16
  std::uint64_t mask_start_addr_l32 = 0;  ///< 32 bits
  std::uint64_t mask_start_addr_h8 = 0;   ///< 32 bits
  std::uint64_t index_data_format = 0;    ///< 3 bits: element format code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16
  std::uint64_t reserved_5 = 0;           ///< 32 bits: reserved
  std::uint64_t reserved_6 = 0;           ///< 32 bits: reserved
};

}  // namespace bmemu::isa::bm1684x
