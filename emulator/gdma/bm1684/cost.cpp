// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of a BM1684 GDMA command: a start, then bytes at the memory's rate or rows at the shortest time of a row,
// whichever takes longer; everything that touches DDR is stretched by refresh. Transposes cost as copies.
// Source: per-command estimates of the vendor's compiler (tpu_mlir 1.9); docs/chip/cost_bm1684.md.
#include "emulator/gdma/bm1684/cost.h"

#include <algorithm>

#include "emulator/event/cost_parts.h"
#include "isa/encoding/codes.h"

namespace bmemu::emulator {
namespace {

using isa::DmaDirection;
using isa::bm1684::Dma;

// Observed on bytes that are four bytes apart in DDR, both directions: twice the time. Assumed for other steps.
constexpr double kScatteredFactor = 2;
// A copy inside local memory reads, then writes: two passes.
constexpr double kLocalPasses = 2;

double element_bytes(std::uint64_t format) {
  const unsigned bytes = bits(isa::bm1684::dma_data_type(format).value_or(isa::DataType::kF32)) / 8;
  return bytes;
}

/// The side of a command whose shape counts: the destination of a fill, the source of anything else.
struct Moved {
  double n, c, h, w, bytes_per_element;
  double bytes() const { return n * c * h * w * bytes_per_element; }
};

Moved moved(const Dma& f) {
  const double e = element_bytes(f.src_data_format);
  if (f.operation() == Dma::Op::kConstant)
    return {double(f.dst_nsize), double(f.dst_csize), double(f.dst_hsize), double(f.dst_wsize), e};
  // Unknown: linear copies (`common_mode`) are not emitted; the n stride holds their length.
  if (f.common_mode != 0) return {1, 1, 1, double(f.src_nstride), e};
  return {double(f.src_nsize), double(f.src_csize), double(f.src_hsize), double(f.src_wsize), e};
}

std::uint64_t step(std::uint64_t stride) { return std::max<std::uint64_t>(stride, 1); }

/// Contiguous rows: those of one channel are one row where they follow each other on both sides.
double rows(const Dma& f, const Moved& m) {
  const double channels = m.n * m.c;
  if (f.common_mode != 0) return 1;
  if (f.sys_mem_type != 0) {
    // Observed on loads: the pieces that go to one lane each count. Stores alike; S2S: assumed, the matrix rows.
    if (f.direction == DmaDirection::kSystemToLocal) return double(f.dst_nsize * f.dst_csize);
    return f.direction == DmaDirection::kLocalToSystem ? channels : channels * m.h;
  }
  if (f.stride_enable == 0) return channels;
  const bool source_gap =
      f.operation() != Dma::Op::kConstant && double(f.src_hstride) != m.w * double(step(f.src_wstride));
  const bool destination_gap = f.dst_hstride != f.dst_wsize * step(f.dst_wstride);
  return source_gap || destination_gap ? channels * m.h : channels;
}

/// From the first to behind the last byte of the source.
double source_extent(const Dma& f, const Moved& m) {
  return ((m.n - 1) * double(f.src_nstride) + (m.c - 1) * double(f.src_cstride) + (m.h - 1) * double(f.src_hstride) +
          m.w * double(f.src_wstride)) *
         m.bytes_per_element;
}

/// Time of a command in cycles of the TIU by cause, before refresh.
struct Times {
  double start = 0, transfer = 0, ddr = 0, row = 0, page = 0;
};

void split(Times& t, double bytes_cycles, double port_cycles, double row_cycles) {
  t.transfer = std::min(port_cycles, bytes_cycles);
  t.ddr = bytes_cycles - t.transfer;
  t.row = std::max(0.0, row_cycles - bytes_cycles);
}

}  // namespace

CostBreakdown cost(const Dma& f, const isa::ChipSpec& chip) {
  const auto& dma = chip.ideal_dma;
  const double cycles_per_ns = chip.tiu.clock_mhz / 1000;
  const Moved m = moved(f);
  const double row_cycles = rows(f, m) * dma.row_ns * cycles_per_ns;
  const bool fill = f.operation() == Dma::Op::kConstant;
  Times t;

  if (f.direction == DmaDirection::kLocalToLocal) {
    const double passes = fill ? 1 : kLocalPasses;
    const double bytes_cycles = passes * m.bytes() / dma.local_gb_per_s * cycles_per_ns;
    t.start = (fill ? dma.fill_start_ns : dma.local_start_ns) * cycles_per_ns;
    split(t, bytes_cycles, bytes_cycles, passes * row_cycles);
    return CostParts()
        .add(Cause::kDescriptor, t.start)
        .add(Cause::kTransfer, t.transfer)
        .add(Cause::kRow, t.row)
        .breakdown();
  }

  const double port_gb_per_s = double(dma.port_bytes_per_cycle) * chip.gdma.clock_mhz / 1000;
  const double ddr_gb_per_s = std::min(port_gb_per_s, chip.ddr.peak_gb_per_s() * dma.ddr_rate_ratio);
  const double ddr_cycles_per_byte = cycles_per_ns / ddr_gb_per_s;
  const double port_cycles = m.bytes() / port_gb_per_s * cycles_per_ns;
  t.start = (fill                                          ? dma.fill_start_ns
             : f.direction == DmaDirection::kLocalToSystem ? dma.ddr_write_start_ns
                                                           : dma.ddr_read_start_ns) *
            cycles_per_ns;
  const bool tensor = f.stride_enable != 0 && f.sys_mem_type == 0 && !fill;
  if (tensor && f.direction == DmaDirection::kSystemToLocal && f.src_wstride > 1) {
    // Observed: everything between the first and the last element of a row is read, twice, and pages cost extra.
    const double passed_over = m.n * m.c * m.h * ((m.w - 1) * double(f.src_wstride) + 1) * m.bytes_per_element;
    split(t, m.bytes() * ddr_cycles_per_byte, port_cycles, kScatteredFactor * passed_over * ddr_cycles_per_byte);
    if (dma.page_bytes > 0)
      t.page = std::floor(source_extent(f, m) / double(dma.page_bytes)) * dma.page_ns * cycles_per_ns;
  } else if (tensor && f.direction == DmaDirection::kLocalToSystem && f.dst_wstride > 1) {
    const double bytes_cycles = m.bytes() * ddr_cycles_per_byte;
    split(t, bytes_cycles, port_cycles, kScatteredFactor * std::max(bytes_cycles, row_cycles));
  } else {
    split(t, m.bytes() * ddr_cycles_per_byte, port_cycles, row_cycles);
  }
  const double undisturbed = t.start + t.transfer + t.ddr + t.row + t.page;
  return CostParts()
      .add(Cause::kDescriptor, t.start)
      .add(Cause::kTransfer, t.transfer)
      .add(Cause::kDdr, t.ddr)
      .add(Cause::kRow, t.row)
      .add(Cause::kDdrRow, t.page)
      .add(Cause::kDdrRefresh, undisturbed * (1 / (1 - dma.refresh_share) - 1))
      .breakdown();
}

CostBreakdown silicon_transfer_cost(const Dma& f, const CostBreakdown& ideal, const isa::ChipSpec& chip) {
  CostParts parts;
  for (std::size_t cause = 0; cause < kCauseCount; ++cause)
    parts.add(static_cast<Cause>(cause), double(ideal[static_cast<Cause>(cause)]) * chip.silicon.dma_time_ratio);
  parts.add(Cause::kDescriptor, chip.silicon.dma_start_ns * chip.tiu.clock_mhz / 1000);
  const double row_time = rows(f, moved(f)) * chip.silicon.dma_row_cycles * (chip.tiu.clock_mhz / chip.gdma.clock_mhz);
  parts.add(Cause::kRow, row_time - double(ideal.total()) * chip.silicon.dma_time_ratio);
  return parts.breakdown();
}

}  // namespace bmemu::emulator
