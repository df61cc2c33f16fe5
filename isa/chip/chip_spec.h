// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The description of a chip (and of a product built with it) that every model reads. A chip is a data file:
// isa/chips/*.toml.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "isa/encoding/instruction.h"

namespace bmemu::isa {

/// Tensor computing engine.
struct TiuSpec {
  double clock_mhz = 0;
  std::int64_t lanes = 0;  ///< NPU lanes
  std::int64_t eu_bytes =
      0;  ///< bytes that the execution units of one lane take per cycle; also the alignment of tensors
  std::int64_t cube_channel_bytes = 0;  ///< bytes of input channels that one lane multiplies per cycle and pixel
  std::int64_t cube_pixels = 0;         ///< output pixels that one lane's cube works on at once; 0 = no cube
};

/// Passes over the execution units that the vendor's compiler counts for BM1684X instructions that need several.
struct IdealTiuSpec {
  std::int64_t divide_passes = 0;
  std::int64_t rsqrt_passes = 0;
  std::int64_t compare_passes = 0;
  std::int64_t strided_window_passes = 0;  ///< pooling and depthwise windows that move by more than one both ways
  double hazard_safe_gather_ratio = 0;     ///< gather that may share banks, relative to one that may not
};

/// Lane-banked local memory.
struct LocalMemorySpec {
  std::int64_t lane_bytes = 0;
  std::int64_t banks = 0;  ///< per lane
  std::int64_t bank_bytes() const { return banks == 0 ? 0 : lane_bytes / banks; }
};

/// DMA engine between DDR, L2 and local memory.
struct GdmaSpec {
  double clock_mhz = 0;
  // Undisturbed rates by direction, in bytes per cycle of the DMA engine. S = DDR or L2, L = local memory.
  double s2l_bytes_per_cycle = 0, l2s_bytes_per_cycle = 0, s2s_bytes_per_cycle = 0, l2l_bytes_per_cycle = 0;
  double gather_bytes_per_cycle = 0;
  double tensor_rate_ratio = 0;       ///< rate of tensor copies, share of the rate of matrix copies
  double transpose_rate_ratio = 0;    ///< rate of transposing matrix copies, share of that of plain ones
  std::int64_t row_bytes = 0;         ///< shortest contiguous row: a shorter one takes as long
  std::int64_t rate_controllers = 0;  ///< DDR controllers that a tensor copy must reach to have its full rate
};

/// What a transfer costs when nothing disturbs it, as the vendor's compiler estimates it. BM1684 only: 0 on other
/// chips.
struct IdealDmaSpec {
  std::int64_t port_bytes_per_cycle = 0;  ///< of its memory ports, in the clock of the DMA engine
  double ddr_rate_ratio = 0;              ///< rate outside refresh, as a share of the stated peak of the DDR
  double local_gb_per_s = 0;              ///< one pass over local memory, reading or writing
  double ddr_read_start_ns = 0, ddr_write_start_ns = 0, fill_start_ns = 0, local_start_ns = 0;
  double row_ns = 0;   ///< shortest time of one contiguous row
  double page_ns = 0;  ///< every `page_bytes` that a scattered read passes over
  std::int64_t page_bytes = 0;
  double refresh_share = 0;  ///< of the time, in which DDR is not available
};

/// On-chip SRAM shared by the engines.
struct L2Spec {
  std::int64_t bytes = 0;
  std::int64_t bytes_per_cycle = 0;  ///< of its port, in the clock of the DMA engine
};

/// Tables and 16-bit coefficients (BM1684X).
struct StaticMemorySpec {
  std::int64_t bytes = 0;
};

/// How closely external memory is modelled; the codes of `ddr.detail`.
enum class DdrDetail : std::int64_t {
  kBandwidth = 0,  ///< peak times efficiency
  kBanked = 1,     ///< rows, banks, turnaround, refresh
  kExternal = 2,   ///< a TLM-2.0 target of the user
};

/// External memory as the tensor processor sees it. Times between commands follow JESD209-4; see docs/memory.md.
struct DdrSpec {
  std::int64_t controllers = 0;  ///< that the heap of a program is interleaved over
  std::int64_t bits_per_controller = 0;
  double rate_mt_per_s = 0;
  std::int64_t detail = 1;      ///< DdrDetail
  double efficiency_ratio = 0;  ///< of the peak, detail level `bandwidth` only
  std::int64_t interleave_bytes = 0;
  std::int64_t row_bytes = 0;  ///< of one controller
  std::int64_t banks = 0;      ///< of one controller
  std::int64_t burst_bytes = 0;
  double t_rcd_ns = 0, t_rp_ns = 0, t_ras_ns = 0, t_rc_ns = 0, t_rrd_ns = 0, t_faw_ns = 0;
  double t_refi_ns = 0, t_rfc_ns = 0;
  double read_to_write_ns = 0, write_to_read_ns = 0, write_to_precharge_ns = 0;
  /// Sum of the controllers' peaks.
  double peak_gb_per_s() const {
    return double(controllers) * double(bits_per_controller) / 8.0 * rate_mt_per_s / 1000.0;
  }
};

/// From the command buffer to the engines.
struct QueueSpec {
  std::int64_t tiu_depth = 0;   ///< commands that may wait in front of the TIU
  std::int64_t gdma_depth = 0;  ///< commands that may wait in front of the GDMA
  double fetch_ns = 0;          ///< time that fetching one command takes
};

/// Around a run.
struct LaunchSpec {
  double overhead_us = 0;  ///< host, runtime and firmware, from the call to the first command
};

/// What silicon adds to the ideal costs. Fitted on published run times; docs/silicon.md has the evidence.
struct SiliconSpec {
  double tiu_start_cycles = 0;   ///< start and drain of every TIU command
  double cube_drain_cycles = 0;  ///< in which a block's results leave the cube when every lane has some
  double cube_line_cycles = 0;   ///< from the begin of a line of results to its first, unless its blocks are longer
  double cube_16bit_ratio = 0;   ///< cycles of the cube on 16-bit data, share of the ideal ones
  double window_row_share = 0;   ///< of a cycle, for every further row that a tap of a 32-bit convolution reads
  double matmul_f32_ratio = 0;   ///< cycles of a 32-bit matrix multiplication, share of the ideal ones
  double gather_ratio = 0;       ///< cycles of gather and scatter in local memory, share of the ideal ones
  double dma_start_ns = 0;       ///< start of every DMA command
  double dma_time_ratio = 0;     ///< time of a transfer's bytes, share of the ideal one
  double dma_row_ratio = 0;      ///< time lost on short rows, share of the ideal one
};

/// How far predictions are off, from networks that the fit had not seen: published over emulated time, 5th and 95th
/// percentile by the type that convolutions and matrix multiplications compute in; and the runs that this was found on.
struct CalibrationSpec {
  double fp32_low_ratio = 0, fp32_high_ratio = 0;
  double fp16_low_ratio = 0, fp16_high_ratio = 0;
  double int8_low_ratio = 0, int8_high_ratio = 0;
  double shortest_ms = 0, longest_ms = 0;
};

/// Where a number comes from.
enum class Provenance : std::uint8_t { kStated, kDerived, kFitted, kAssumed };
std::string_view name(Provenance provenance);

struct Origin {
  Provenance provenance = Provenance::kAssumed;
  std::string source;  ///< citation
  std::string set_by;  ///< "bm1684x.toml:12", "product SE7-32", "--set"
};

/// Contract: plain data. Made by `load_chip` (isa/chip/chip_file.h); every number has an entry in `origins`.
struct ChipSpec {
  Family family = Family::kBm1684x;
  std::string name;     ///< "bm1684x" or the name of a variant
  std::string product;  ///< "SE7-32"; empty when no product was chosen
  TiuSpec tiu;
  IdealTiuSpec ideal_tiu;
  LocalMemorySpec local_memory;
  GdmaSpec gdma;
  IdealDmaSpec ideal_dma;
  L2Spec l2;
  StaticMemorySpec static_memory;
  DdrSpec ddr;
  QueueSpec queue;
  SiliconSpec silicon;
  CalibrationSpec calibration;
  LaunchSpec launch;
  std::map<std::string, Origin> origins;  ///< by parameter key, for example "tiu.clock_mhz"
};

/// One number of a chip description: its key with the unit, its legal range, one line of meaning.
struct Parameter {
  std::string_view key;
  double& (*real)(ChipSpec&);           ///< set for real numbers
  std::int64_t& (*integer)(ChipSpec&);  ///< set for integers
  double minimum;
  double maximum;
  std::string_view meaning;
};

/// All parameters in file order. This table is the only place that names a key.
struct ParameterList {
  const Parameter* first;
  std::size_t count;
  const Parameter* begin() const { return first; }
  const Parameter* end() const { return first + count; }
};
ParameterList chip_parameters();

/// The parameter with this key, or null.
const Parameter* find_parameter(std::string_view key);
double value(const Parameter& parameter, const ChipSpec& chip);

}  // namespace bmemu::isa
