// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The registers of a BM1684 GDMA command, decoded. All operations share one layout.
#pragma once

#include <cstdint>

namespace bmemu::isa::bm1684 {

/// Names are the vendor's.
struct GdmaFields {
  std::uint64_t pio_gdma_enable = 0;     ///< 1 bit: command valid (1 in real streams)
  std::uint64_t des_type = 0;            ///< 1 bit: descriptor type
  std::uint64_t chain_end = 0;           ///< 1 bit: 1 = last descriptor of the chain
  std::uint64_t intr_en = 0;             ///< 1 bit: raise interrupt on completion
  std::uint64_t barrier_enable = 0;      ///< 1 bit: barrier
  std::uint64_t stride_enable = 0;       ///< 1 bit: 1 = use stride fields
  std::uint64_t direction = 0;           ///< 2 bits: 0 S2L, 1 L2S, 2 S2S, 3 L2L
  std::uint64_t acc_write_enable = 0;    ///< 1 bit: accumulate into destination
  std::uint64_t common_mode = 0;         ///< 1 bit: 1 = linear copy of constant length (see ISA.md)
  std::uint64_t prefetch_disable = 0;    ///< 1 bit: default 1
  std::uint64_t hold_des_value = 0;      ///< 1 bit: keep descriptor registers
  std::uint64_t reserved = 0;            ///< 4 bits: reserved
  std::uint64_t cmd_id = 0;              ///< 16 bits: number of this command in its own engine stream (20 bit)
  std::uint64_t special_func = 0;        ///< 3 bits: operation: 0 copy, 1 NC/matrix transpose, 2 LRN shift, 3 format, 4
                                         ///< constant, 5 CW transpose, 6 winograd, 7 filter
  std::uint64_t dst_data_format = 0;     ///< 3 bits: element format code: 0 f32, 1 i16, 2 u8, 3 i8, 4 f16
  std::uint64_t chw_copy = 0;            ///< 1 bit: 1 = destination sizes equal source sizes
  std::uint64_t sys_mem_type = 0;        ///< 1 bit: 0 neuron (4-D tensor), 1 matrix
  std::uint64_t src_data_format = 0;     ///< 3 bits: element format code: 0 f32, 1 i16, 2 u8, 3 i8, 4 f16
  std::uint64_t lrn_shift_num = 0;       ///< 4 bits
  std::uint64_t lrn_shift_dir = 0;       ///< 1 bit
  std::uint64_t eng0_sync_id = 0;        ///< 16 bits: wait until TIU has completed this id
  std::uint64_t eng1_sync_id = 0;        ///< 16 bits: further engine sync id
  std::uint64_t eng3_sync_id = 0;        ///< 16 bits: further engine sync id
  std::uint64_t constant_value = 0;      ///< 32 bits
  std::uint64_t src_nstride = 0;         ///< 32 bits
  std::uint64_t src_cstride = 0;         ///< 32 bits
  std::uint64_t src_hstride = 0;         ///< 32 bits
  std::uint64_t src_wstride = 0;         ///< 32 bits
  std::uint64_t dst_nstride = 0;         ///< 32 bits
  std::uint64_t dst_cstride = 0;         ///< 32 bits
  std::uint64_t dst_hstride = 0;         ///< 32 bits
  std::uint64_t dst_wstride = 0;         ///< 32 bits
  std::uint64_t src_nsize = 0;           ///< 16 bits
  std::uint64_t src_csize = 0;           ///< 16 bits
  std::uint64_t src_hsize = 0;           ///< 16 bits
  std::uint64_t src_wsize = 0;           ///< 16 bits
  std::uint64_t dst_nsize = 0;           ///< 16 bits
  std::uint64_t dst_csize = 0;           ///< 16 bits
  std::uint64_t dst_hsize = 0;           ///< 16 bits
  std::uint64_t dst_wsize = 0;           ///< 16 bits
  std::uint64_t src_start_addr_l32 = 0;  ///< 32 bits
  std::uint64_t dst_start_addr_l32 = 0;  ///< 32 bits
  std::uint64_t src_start_addr_h8 = 0;   ///< 8 bits
  std::uint64_t dst_start_addr_h8 = 0;   ///< 8 bits
  std::uint64_t src_hshift = 0;          ///< 24 bits
  std::uint64_t src_wshift = 0;          ///< 8 bits
  std::uint64_t dst_hshift = 0;          ///< 8 bits
  std::uint64_t dst_wshift = 0;          ///< 8 bits
  std::uint64_t localmem_mask_l32 = 0xFFFFFFFFu;  ///< 32 bits: lane mask bits 0-31
  std::uint64_t localmem_mask_h32 = 0xFFFFFFFFu;  ///< 32 bits: lane mask bits 32-63
  std::uint64_t single_step = 0;                  ///< 1 bit
  std::uint64_t debug_mode = 0;                   ///< 1 bit
};

}  // namespace bmemu::isa::bm1684
