// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The registers of a BM1684X GDMA command, decoded. Which of them an instruction encodes is in its layout.
#pragma once

#include <cstdint>

#include "isa/encoding/layout.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

/// Names are the vendor's, with alternatives in brackets or after a slash left out. Meanings are in the registers
/// below.
struct GdmaFields {
  std::uint64_t intr_en = 0;
  std::uint64_t stride_enable = 0;
  std::uint64_t nchw_copy = 0;
  std::uint64_t cmd_short = 0;
  std::uint64_t decompress_enable = 0;
  std::uint64_t cmd_id_en = 0;
  std::uint64_t cmd_id = 0;
  std::uint64_t rsvd_0 = 0;
  std::uint64_t cmd_type = 0;
  std::uint64_t cmd_special_function = 0;
  std::uint64_t fill_constant_en = 0;
  std::uint64_t src_data_format = 0;
  std::uint64_t reserved_0 = 0;
  std::uint64_t cmd_id_dep = 0;
  std::uint64_t reserved_1 = 0;
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
  std::uint64_t src_start_addr_h8 = 0;
  std::uint64_t reserved_2 = 0;
  std::uint64_t dst_start_addr_l32 = 0;
  std::uint64_t dst_start_addr_h8 = 0;
  std::uint64_t reserved_3 = 0;
  std::uint64_t rsvd_1 = 0;
  std::uint64_t rsvd_2 = 0;
  std::uint64_t localmem_mask_l32 = 0xFFFFFFFFu;
  std::uint64_t localmem_mask_h32 = 0xFFFFFFFFu;
  std::uint64_t rsvd = 0;
  std::uint64_t index_cstride = 0;
  std::uint64_t index_hstride = 0;
  std::uint64_t index_csize = 0;
  std::uint64_t index_hsize = 0;
  std::uint64_t reserved_4 = 0;
  std::uint64_t index_start_addr_l32 = 0;
  std::uint64_t index_start_addr_h8 = 0;
  std::uint64_t reserve = 0;
  std::uint64_t mask_data_format = 0;
  std::uint64_t mask_start_addr_l32 = 0;
  std::uint64_t mask_start_addr_h8 = 0;
  std::uint64_t index_data_format = 0;
  std::uint64_t reserved_5 = 0;
  std::uint64_t reserved_6 = 0;

  // Addresses and the lane mask are stored in two pieces.
  std::uint64_t source_address() const { return src_start_addr_h8 << 32 | src_start_addr_l32; }
  std::uint64_t destination_address() const { return dst_start_addr_h8 << 32 | dst_start_addr_l32; }
  std::uint64_t index_address() const { return index_start_addr_h8 << 32 | index_start_addr_l32; }
  std::uint64_t mask_address() const { return mask_start_addr_h8 << 32 | mask_start_addr_l32; }
  std::uint64_t lane_mask() const { return localmem_mask_h32 << 32 | localmem_mask_l32; }
  void set_source(std::uint64_t address) { split(address, src_start_addr_h8, src_start_addr_l32); }
  void set_destination(std::uint64_t address) { split(address, dst_start_addr_h8, dst_start_addr_l32); }
  void set_index(std::uint64_t address) { split(address, index_start_addr_h8, index_start_addr_l32); }
  void set_mask(std::uint64_t address) { split(address, mask_start_addr_h8, mask_start_addr_l32); }
  void set_lane_mask(std::uint64_t mask) { split(mask, localmem_mask_h32, localmem_mask_l32); }

 private:
  static void split(std::uint64_t value, std::uint64_t& high, std::uint64_t& low) {
    high = value >> 32;
    low = value & 0xFFFFFFFF;
  }
};

/// The registers: name, place in GdmaFields, meaning. Encodings say which bits hold them.
namespace gdma_register {  // NOLINTBEGIN(readability-identifier-naming): the names of the members

inline constexpr Register<GdmaFields> intr_en{"intr_en", &GdmaFields::intr_en, "raise interrupt on completion"};
inline constexpr Register<GdmaFields> stride_enable{"stride_enable", &GdmaFields::stride_enable,
                                                    "1 = stride fields used, 0 = packed defaults"};
inline constexpr Register<GdmaFields> nchw_copy{"nchw_copy", &GdmaFields::nchw_copy,
                                                "1 = destination shape equals source shape, dst size fields ignored"};
inline constexpr Register<GdmaFields> cmd_short{"cmd_short", &GdmaFields::cmd_short,
                                                "short-form selector: 1 = short command, 0 = long command"};
inline constexpr Register<GdmaFields> decompress_enable{"decompress_enable", &GdmaFields::decompress_enable,
                                                        "data compression on the source side"};
inline constexpr Register<GdmaFields> cmd_id_en{
    "cmd_id_en", &GdmaFields::cmd_id_en,
    "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"};
inline constexpr Register<GdmaFields> cmd_id{"cmd_id", &GdmaFields::cmd_id,
                                             "number of this command in its own engine stream (20 bit)"};
inline constexpr Register<GdmaFields> rsvd_0{"Reserved.0", &GdmaFields::rsvd_0, "reserved"};
inline constexpr Register<GdmaFields> cmd_type{"cmd_type", &GdmaFields::cmd_type, "instruction class selector"};
inline constexpr Register<GdmaFields> cmd_special_function{"cmd_special_function", &GdmaFields::cmd_special_function,
                                                           "operation selector inside the class"};
inline constexpr Register<GdmaFields> fill_constant_en{"fill_constant_en", &GdmaFields::fill_constant_en,
                                                       "source is constant_value instead of memory"};
inline constexpr Register<GdmaFields> src_data_format{"src_data_format", &GdmaFields::src_data_format,
                                                      "element format code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16"};
inline constexpr Register<GdmaFields> reserved_0{"reserved.0", &GdmaFields::reserved_0, "reserved"};
inline constexpr Register<GdmaFields> cmd_id_dep{"cmd_id_dep", &GdmaFields::cmd_id_dep,
                                                 "wait until the other engine has completed this id (20 bit)"};
inline constexpr Register<GdmaFields> reserved_1{"reserved.1", &GdmaFields::reserved_1, "reserved"};
inline constexpr Register<GdmaFields> constant_value{"constant_value", &GdmaFields::constant_value, ""};
inline constexpr Register<GdmaFields> src_nstride{"src_nstride", &GdmaFields::src_nstride, ""};
inline constexpr Register<GdmaFields> src_cstride{"src_cstride", &GdmaFields::src_cstride, ""};
inline constexpr Register<GdmaFields> src_hstride{"src_hstride", &GdmaFields::src_hstride, ""};
inline constexpr Register<GdmaFields> src_wstride{"src_wstride", &GdmaFields::src_wstride, ""};
inline constexpr Register<GdmaFields> dst_nstride{"dst_nstride", &GdmaFields::dst_nstride, ""};
inline constexpr Register<GdmaFields> dst_cstride{"dst_cstride", &GdmaFields::dst_cstride, ""};
inline constexpr Register<GdmaFields> dst_hstride{"dst_hstride", &GdmaFields::dst_hstride, ""};
inline constexpr Register<GdmaFields> dst_wstride{"dst_wstride", &GdmaFields::dst_wstride, ""};
inline constexpr Register<GdmaFields> src_nsize{"src_nsize", &GdmaFields::src_nsize, ""};
inline constexpr Register<GdmaFields> src_csize{"src_csize", &GdmaFields::src_csize, ""};
inline constexpr Register<GdmaFields> src_hsize{"src_hsize", &GdmaFields::src_hsize, ""};
inline constexpr Register<GdmaFields> src_wsize{"src_wsize", &GdmaFields::src_wsize, ""};
inline constexpr Register<GdmaFields> dst_nsize{"dst_nsize", &GdmaFields::dst_nsize, ""};
inline constexpr Register<GdmaFields> dst_csize{"dst_csize", &GdmaFields::dst_csize, ""};
inline constexpr Register<GdmaFields> dst_hsize{"dst_hsize", &GdmaFields::dst_hsize, ""};
inline constexpr Register<GdmaFields> dst_wsize{"dst_wsize", &GdmaFields::dst_wsize, ""};
inline constexpr Register<GdmaFields> src_start_addr_l32{"src_start_addr_l32", &GdmaFields::src_start_addr_l32, ""};
inline constexpr Register<GdmaFields> src_start_addr_h8{"src_start_addr_h8", &GdmaFields::src_start_addr_h8, ""};
inline constexpr Register<GdmaFields> reserved_2{"reserved.2", &GdmaFields::reserved_2, "reserved"};
inline constexpr Register<GdmaFields> dst_start_addr_l32{"dst_start_addr_l32", &GdmaFields::dst_start_addr_l32, ""};
inline constexpr Register<GdmaFields> dst_start_addr_h8{"dst_start_addr_h8", &GdmaFields::dst_start_addr_h8, ""};
inline constexpr Register<GdmaFields> reserved_3{"reserved.3", &GdmaFields::reserved_3, "reserved"};
inline constexpr Register<GdmaFields> rsvd_1{"Reserved.1", &GdmaFields::rsvd_1, "reserved"};
inline constexpr Register<GdmaFields> rsvd_2{"Reserved.2", &GdmaFields::rsvd_2, "reserved"};
inline constexpr Register<GdmaFields> localmem_mask_l32{"localmem_mask_l32", &GdmaFields::localmem_mask_l32,
                                                        "lane mask bits 0-31"};
inline constexpr Register<GdmaFields> localmem_mask_h32{"localmem_mask_h32", &GdmaFields::localmem_mask_h32,
                                                        "lane mask bits 32-63"};
inline constexpr Register<GdmaFields> rsvd{"Reserved", &GdmaFields::rsvd, "reserved"};
inline constexpr Register<GdmaFields> index_cstride{"index_cstride", &GdmaFields::index_cstride, ""};
inline constexpr Register<GdmaFields> index_hstride{"index_hstride", &GdmaFields::index_hstride, ""};
inline constexpr Register<GdmaFields> index_csize{"index_csize", &GdmaFields::index_csize, ""};
inline constexpr Register<GdmaFields> index_hsize{"index_hsize", &GdmaFields::index_hsize, ""};
inline constexpr Register<GdmaFields> reserved_4{"reserved.4", &GdmaFields::reserved_4, "reserved"};
inline constexpr Register<GdmaFields> index_start_addr_l32{"index_start_addr_l32", &GdmaFields::index_start_addr_l32,
                                                           ""};
inline constexpr Register<GdmaFields> index_start_addr_h8{"index_start_addr_h8", &GdmaFields::index_start_addr_h8, ""};
inline constexpr Register<GdmaFields> reserve{"reserve", &GdmaFields::reserve, "reserved"};
inline constexpr Register<GdmaFields> mask_data_format{"mask_data_format", &GdmaFields::mask_data_format,
                                                       "element format code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16"};
inline constexpr Register<GdmaFields> mask_start_addr_l32{"mask_start_addr_l32", &GdmaFields::mask_start_addr_l32, ""};
inline constexpr Register<GdmaFields> mask_start_addr_h8{"mask_start_addr_h8", &GdmaFields::mask_start_addr_h8, ""};
inline constexpr Register<GdmaFields> index_data_format{
    "index_data_format", &GdmaFields::index_data_format,
    "element format code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16"};
inline constexpr Register<GdmaFields> reserved_5{"reserved.5", &GdmaFields::reserved_5, "reserved"};
inline constexpr Register<GdmaFields> reserved_6{"reserved.6", &GdmaFields::reserved_6, "reserved"};
// NOLINTEND(readability-identifier-naming)
}  // namespace gdma_register

template <class Class>
using DmaClass = WithOperation<Class, GdmaFields, &GdmaFields::cmd_special_function>;

}  // namespace bmemu::isa::bm1684x
