// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The registers of a BM1684 GDMA command, decoded. All operations share one layout.
#pragma once

#include <cstdint>

namespace bmemu::isa::bm1684 {

/// Names are the vendor's; meanings stand in the table of fields (gdma.h).
struct GdmaFields {
  std::uint64_t pio_gdma_enable = 0;
  std::uint64_t des_type = 0;
  std::uint64_t chain_end = 0;
  std::uint64_t intr_en = 0;
  std::uint64_t barrier_enable = 0;
  std::uint64_t stride_enable = 0;
  std::uint64_t direction = 0;
  std::uint64_t acc_write_enable = 0;
  std::uint64_t common_mode = 0;
  std::uint64_t prefetch_disable = 0;
  std::uint64_t hold_des_value = 0;
  std::uint64_t reserved = 0;
  std::uint64_t cmd_id = 0;
  std::uint64_t special_func = 0;
  std::uint64_t dst_data_format = 0;
  std::uint64_t chw_copy = 0;
  std::uint64_t sys_mem_type = 0;
  std::uint64_t src_data_format = 0;
  std::uint64_t lrn_shift_num = 0;
  std::uint64_t lrn_shift_dir = 0;
  std::uint64_t eng0_sync_id = 0;
  std::uint64_t eng1_sync_id = 0;
  std::uint64_t eng3_sync_id = 0;
  std::uint64_t constant_value = 0;
  std::uint64_t src_nstride = 0;
  std::uint64_t src_cstride = 0;
  std::uint64_t src_hstride = 0;
  std::uint64_t src_wstride = 0;
  std::uint64_t dst_nstride = 0;
  std::uint64_t dst_cstride = 0;
  std::uint64_t dst_hstride = 0;
  std::uint64_t dst_wstride = 0;
  std::uint64_t src_nsize = 0;
  std::uint64_t src_csize = 0;
  std::uint64_t src_hsize = 0;
  std::uint64_t src_wsize = 0;
  std::uint64_t dst_nsize = 0;
  std::uint64_t dst_csize = 0;
  std::uint64_t dst_hsize = 0;
  std::uint64_t dst_wsize = 0;
  std::uint64_t src_start_addr_l32 = 0;
  std::uint64_t dst_start_addr_l32 = 0;
  std::uint64_t src_start_addr_h8 = 0;
  std::uint64_t dst_start_addr_h8 = 0;
  std::uint64_t src_hshift = 0;
  std::uint64_t src_wshift = 0;
  std::uint64_t dst_hshift = 0;
  std::uint64_t dst_wshift = 0;
  std::uint64_t localmem_mask_l32 = 0xFFFFFFFFu;
  std::uint64_t localmem_mask_h32 = 0xFFFFFFFFu;
  std::uint64_t single_step = 0;
  std::uint64_t debug_mode = 0;

  // Addresses and the lane mask are stored in two pieces.
  std::uint64_t source_address() const { return src_start_addr_h8 << 32 | src_start_addr_l32; }
  std::uint64_t destination_address() const { return dst_start_addr_h8 << 32 | dst_start_addr_l32; }
  std::uint64_t lane_mask() const { return localmem_mask_h32 << 32 | localmem_mask_l32; }
  void set_source(std::uint64_t address) { split(address, src_start_addr_h8, src_start_addr_l32); }
  void set_destination(std::uint64_t address) { split(address, dst_start_addr_h8, dst_start_addr_l32); }
  void set_lane_mask(std::uint64_t mask) { split(mask, localmem_mask_h32, localmem_mask_l32); }

 private:
  static void split(std::uint64_t value, std::uint64_t& high, std::uint64_t& low) {
    high = value >> 32;
    low = value & 0xFFFFFFFF;
  }
};

}  // namespace bmemu::isa::bm1684
