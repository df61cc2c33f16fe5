// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/chip/chip_spec.h"

namespace bmemu::isa {
namespace {

#define REAL(key, member, low, high, meaning)                                         \
  Parameter {                                                                         \
    key, [](ChipSpec& c) -> double& { return c.member; }, nullptr, low, high, meaning \
  }
#define INTEGER(key, member, low, high, meaning)                                            \
  Parameter {                                                                               \
    key, nullptr, [](ChipSpec& c) -> std::int64_t& { return c.member; }, low, high, meaning \
  }

const Parameter kParameters[] = {
    REAL("tiu.clock_mhz", tiu.clock_mhz, 1, 10000, "clock of the tensor computing engine"),
    INTEGER("tiu.lanes", tiu.lanes, 1, 64, "NPU lanes"),
    INTEGER("tiu.eu_bytes", tiu.eu_bytes, 16, 1024,
            "bytes that the execution units of one lane take per cycle; tensor alignment"),
    INTEGER("tiu.cube_channel_bytes", tiu.cube_channel_bytes, 0, 1024,
            "bytes of input channels that one lane multiplies per cycle and pixel; 0 = no cube"),
    INTEGER("tiu.cube_pixels", tiu.cube_pixels, 0, 64, "output pixels of one lane's cube; 0 = no cube"),
    INTEGER("ideal_tiu.divide_passes", ideal_tiu.divide_passes, 0, 1000, "passes of a division (BM1684X estimate)"),
    INTEGER("ideal_tiu.rsqrt_passes", ideal_tiu.rsqrt_passes, 0, 1000,
            "passes of a reciprocal square root (BM1684X estimate)"),
    INTEGER("ideal_tiu.compare_passes", ideal_tiu.compare_passes, 0, 1000,
            "passes of compare and select (BM1684X estimate)"),
    INTEGER("ideal_tiu.strided_window_passes", ideal_tiu.strided_window_passes, 0, 1000,
            "passes per tap of a pooling or depthwise window with stride in both directions (BM1684X estimate)"),
    REAL("ideal_tiu.hazard_safe_gather_ratio", ideal_tiu.hazard_safe_gather_ratio, 0, 100,
         "cycles of a gather that may share banks, per element (BM1684X estimate)"),
    INTEGER("local_memory.lane_bytes", local_memory.lane_bytes, 4096, 1 << 24, "local memory of one lane"),
    INTEGER("local_memory.banks", local_memory.banks, 1, 64, "banks of the local memory of one lane"),
    REAL("gdma.clock_mhz", gdma.clock_mhz, 1, 10000, "clock of the DMA engine"),
    REAL("gdma.s2l_bytes_per_cycle", gdma.s2l_bytes_per_cycle, 0, 4096,
         "undisturbed rate from DDR or L2 to local memory"),
    REAL("gdma.l2s_bytes_per_cycle", gdma.l2s_bytes_per_cycle, 0, 4096,
         "undisturbed rate from local memory to DDR or L2"),
    REAL("gdma.s2s_bytes_per_cycle", gdma.s2s_bytes_per_cycle, 0, 4096, "undisturbed rate from DDR or L2 to DDR or L2"),
    REAL("gdma.l2l_bytes_per_cycle", gdma.l2l_bytes_per_cycle, 0, 4096, "undisturbed rate inside local memory"),
    REAL("gdma.gather_bytes_per_cycle", gdma.gather_bytes_per_cycle, 0, 4096, "undisturbed rate of gather and scatter"),
    REAL("gdma.tensor_rate_ratio", gdma.tensor_rate_ratio, 0, 1,
         "rate of tensor copies, share of that of matrix copies"),
    REAL("gdma.transpose_rate_ratio", gdma.transpose_rate_ratio, 0, 1,
         "rate of transposing matrix copies, share of that of plain ones"),
    INTEGER("gdma.row_bytes", gdma.row_bytes, 0, 65536, "shortest row of a transfer: a shorter one takes as long"),
    INTEGER("gdma.rate_controllers", gdma.rate_controllers, 0, 16,
            "DDR controllers that a tensor copy must reach to have its full rate"),
    INTEGER("ideal_dma.port_bytes_per_cycle", ideal_dma.port_bytes_per_cycle, 0, 4096,
            "bytes per DMA clock of a memory port (BM1684 estimate)"),
    REAL("ideal_dma.ddr_rate_ratio", ideal_dma.ddr_rate_ratio, 0, 2, "DDR rate outside refresh, share of the peak"),
    REAL("ideal_dma.local_gb_per_s", ideal_dma.local_gb_per_s, 0, 10000, "one pass over local memory"),
    REAL("ideal_dma.ddr_read_start_ns", ideal_dma.ddr_read_start_ns, 0, 1e6, "start of a transfer that reads DDR"),
    REAL("ideal_dma.ddr_write_start_ns", ideal_dma.ddr_write_start_ns, 0, 1e6, "start of a transfer that writes DDR"),
    REAL("ideal_dma.fill_start_ns", ideal_dma.fill_start_ns, 0, 1e6, "start of a fill with a constant"),
    REAL("ideal_dma.local_start_ns", ideal_dma.local_start_ns, 0, 1e6, "start of a copy inside local memory"),
    REAL("ideal_dma.row_ns", ideal_dma.row_ns, 0, 1e6, "shortest time of one contiguous row"),
    REAL("ideal_dma.page_ns", ideal_dma.page_ns, 0, 1e6, "every page that a scattered read passes over"),
    INTEGER("ideal_dma.page_bytes", ideal_dma.page_bytes, 0, 1 << 20, "page of a scattered read"),
    REAL("ideal_dma.refresh_share", ideal_dma.refresh_share, 0, 0.9, "share of the time spent in DDR refresh"),
    INTEGER("l2.bytes", l2.bytes, 0, 1 << 30, "L2 SRAM"),
    INTEGER("l2.bytes_per_cycle", l2.bytes_per_cycle, 1, 1024, "width of the L2 port, in the clock of the DMA engine"),
    INTEGER("static_memory.bytes", static_memory.bytes, 0, 1 << 20, "memory for tables and 16-bit coefficients"),
    INTEGER("ddr.controllers", ddr.controllers, 1, 16, "DDR controllers that a program's memory is interleaved over"),
    INTEGER("ddr.bits_per_controller", ddr.bits_per_controller, 8, 256, "data width of one DDR controller"),
    REAL("ddr.rate_mt_per_s", ddr.rate_mt_per_s, 100, 20000, "DDR data rate"),
    INTEGER("ddr.detail", ddr.detail, 0, 2,
            "detail of the DDR model: 0 bandwidth, 1 banked, 2 external TLM-2.0 target"),
    REAL("ddr.efficiency_ratio", ddr.efficiency_ratio, 0.01, 1, "share of the peak rate (detail bandwidth)"),
    INTEGER("ddr.interleave_bytes", ddr.interleave_bytes, 64, 1 << 30, "bytes before the next controller's turn"),
    INTEGER("ddr.row_bytes", ddr.row_bytes, 256, 1 << 20, "row (page) of one bank of one controller"),
    INTEGER("ddr.banks", ddr.banks, 1, 256, "banks of one controller"),
    INTEGER("ddr.burst_bytes", ddr.burst_bytes, 8, 1024, "smallest transfer of one controller"),
    REAL("ddr.t_rcd_ns", ddr.t_rcd_ns, 0, 1000, "activate to column command (tRCD)"),
    REAL("ddr.t_rp_ns", ddr.t_rp_ns, 0, 1000, "precharge to activate (tRP)"),
    REAL("ddr.t_ras_ns", ddr.t_ras_ns, 0, 1000, "activate to precharge of a bank (tRAS)"),
    REAL("ddr.t_rc_ns", ddr.t_rc_ns, 0, 1000, "activate to activate of a bank (tRC)"),
    REAL("ddr.t_rrd_ns", ddr.t_rrd_ns, 0, 1000, "activate to activate of another bank (tRRD)"),
    REAL("ddr.t_faw_ns", ddr.t_faw_ns, 0, 1000, "window that holds at most four activates (tFAW)"),
    REAL("ddr.t_refi_ns", ddr.t_refi_ns, 100, 1e6, "interval between refreshes of all banks (tREFI)"),
    REAL("ddr.t_rfc_ns", ddr.t_rfc_ns, 0, 10000, "length of a refresh of all banks (tRFC)"),
    REAL("ddr.read_to_write_ns", ddr.read_to_write_ns, 0, 1000, "from the end of a read burst to a write burst"),
    REAL("ddr.write_to_read_ns", ddr.write_to_read_ns, 0, 1000, "from the end of a write burst to a read burst"),
    REAL("ddr.write_to_precharge_ns", ddr.write_to_precharge_ns, 0, 1000,
         "from the end of a write burst to the precharge of its bank"),
    INTEGER("queue.tiu_depth", queue.tiu_depth, 1, 4096, "commands that may wait in front of the TIU"),
    INTEGER("queue.gdma_depth", queue.gdma_depth, 1, 4096, "commands that may wait in front of the GDMA"),
    REAL("queue.fetch_ns", queue.fetch_ns, 0, 100000, "time that fetching one command takes"),
    REAL("silicon.tiu_start_cycles", silicon.tiu_start_cycles, 0, 10000, "start and drain of every TIU command"),
    REAL("silicon.cube_drain_cycles", silicon.cube_drain_cycles, 0, 1000,
         "cycles in which the results of a block leave the cube when every lane has some"),
    REAL("silicon.cube_line_cycles", silicon.cube_line_cycles, 0, 10000,
         "cycles from the begin of a line of results to its first, unless its blocks are longer"),
    REAL("silicon.cube_16bit_ratio", silicon.cube_16bit_ratio, 1, 100,
         "cycles of the cube on 16-bit data, share of the ideal ones"),
    REAL("silicon.window_row_share", silicon.window_row_share, 0, 10,
         "cycles for every further row that a tap of a 32-bit convolution reads"),
    REAL("silicon.matmul_f32_ratio", silicon.matmul_f32_ratio, 1, 100,
         "cycles of a 32-bit matrix multiplication, share of the ideal ones"),
    REAL("silicon.gather_ratio", silicon.gather_ratio, 1, 100,
         "cycles of gather and scatter in local memory, share of the ideal ones"),
    REAL("silicon.dma_start_ns", silicon.dma_start_ns, 0, 100000, "start of every DMA command"),
    REAL("silicon.dma_time_ratio", silicon.dma_time_ratio, 0.1, 100,
         "time of a transfer's bytes, share of the ideal one"),
    REAL("silicon.dma_row_ratio", silicon.dma_row_ratio, 0, 100, "time lost on short rows, share of the ideal one"),
    REAL("calibration.fp32_low_ratio", calibration.fp32_low_ratio, 0.01, 1,
         "published over emulated fp32 run time, 5th percentile of networks not fitted"),
    REAL("calibration.fp32_high_ratio", calibration.fp32_high_ratio, 1, 100,
         "published over emulated fp32 run time, 95th percentile of networks not fitted"),
    REAL("calibration.fp16_low_ratio", calibration.fp16_low_ratio, 0.01, 1,
         "published over emulated fp16 run time, 5th percentile of networks not fitted"),
    REAL("calibration.fp16_high_ratio", calibration.fp16_high_ratio, 1, 100,
         "published over emulated fp16 run time, 95th percentile of networks not fitted"),
    REAL("calibration.int8_low_ratio", calibration.int8_low_ratio, 0.01, 1,
         "published over emulated int8 run time, 5th percentile of networks not fitted"),
    REAL("calibration.int8_high_ratio", calibration.int8_high_ratio, 1, 100,
         "published over emulated int8 run time, 95th percentile of networks not fitted"),
    REAL("calibration.shortest_ms", calibration.shortest_ms, 0, 1e6, "shortest published run that was fitted"),
    REAL("calibration.longest_ms", calibration.longest_ms, 0, 1e6, "longest published run that was fitted"),
    REAL("launch.overhead_us", launch.overhead_us, 0, 100000, "host, runtime and firmware before the first command"),
};

#undef REAL
#undef INTEGER

}  // namespace

std::string_view name(Provenance provenance) {
  switch (provenance) {
    case Provenance::kStated: return "stated";
    case Provenance::kDerived: return "derived";
    case Provenance::kFitted: return "fitted";
    case Provenance::kAssumed: return "assumed";
  }
  return "?";
}

ParameterList chip_parameters() { return {kParameters, sizeof(kParameters) / sizeof(kParameters[0])}; }

const Parameter* find_parameter(std::string_view key) {
  for (const auto& parameter : chip_parameters())
    if (parameter.key == key) return &parameter;
  return nullptr;
}

double value(const Parameter& parameter, const ChipSpec& chip) {
  auto& c = const_cast<ChipSpec&>(chip);  // the getters give references for writing too; nothing is written here
  return parameter.real != nullptr ? parameter.real(c) : static_cast<double>(parameter.integer(c));
}

}  // namespace bmemu::isa
