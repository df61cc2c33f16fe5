// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X transfers other than tensors: matrices, gather and scatter, and the forms that select.
#include "emulator/gdma/bm1684x/cost.h"

#include <algorithm>

#include "emulator/gdma/bm1684x/rate.h"
#include "isa/encoding/codes.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684x;
using isa::bm1684x::GdmaFields;

double element_bytes(const GdmaFields& f) { return double(isa::bm1684x::precision_bits(f.src_data_format)) / 8.0; }

double source_bytes(const GdmaFields& f) {
  return double(f.src_nsize) * double(f.src_csize) * double(f.src_hsize) * double(f.src_wsize) * element_bytes(f);
}

RatedTransfer plain(double bytes, double rate) {
  RatedTransfer transfer;
  transfer.bytes = transfer.row_bytes = bytes;
  transfer.rate = rate;
  return transfer;
}

/// Lines picked by an index. Observed for gather: the index is not counted, nor are short lines.
RatedTransfer indexed(const GdmaFields& f, const isa::ChipSpec& chip) {
  const double lines = double(std::max(f.src_csize, f.index_csize)) * double(f.index_hsize);
  return plain(lines * double(f.src_wsize) * element_bytes(f), per_tiu_cycle(chip.gdma.gather_bytes_per_cycle, chip));
}

}  // namespace

// Observed: the columns that one lane holds are a row; a shorter one than the engine's shortest wastes the rest, in
// proportion also for the last columns of a line; a transposing copy is slower by a fixed share.
RatedTransfer rated(const isa::bm1684x::DmaMatrix& f, const isa::ChipSpec& chip) {
  const Direction direction = direction_of(f, chip);
  const bool to_local = direction == Direction::kS2L || direction == Direction::kL2L;
  double elements = to_local ? double(f.src_hsize) * double(f.src_wsize) : double(f.dst_hsize) * double(f.dst_wsize);
  // Unknown: a matrix filled with a constant, which was not seen; its size is that of the local side.
  if (f.fill_constant_en != 0 && to_local) elements = double(f.dst_nsize) * double(f.dst_csize) * double(f.dst_wsize);
  const double row = double(std::max<std::uint64_t>(to_local ? f.dst_wsize : f.src_wsize, 1)) * element_bytes(f);
  RatedTransfer transfer = plain(elements * element_bytes(f), rate_of(direction, chip));
  transfer.row_bytes = transfer.bytes * std::max(double(chip.gdma.row_bytes) / row, 1.0);
  if (f.operation() == isa::bm1684x::DmaMatrix::Op::kTranspose) {
    transfer.slowdown = 1 / chip.gdma.transpose_rate_ratio;
    transfer.slowdown_cause = Cause::kRow;
  }
  return transfer;
}

// Observed inside local memory only, on short lines: no shortest row.
RatedTransfer rated(const isa::bm1684x::DmaCwTranspose& f, const isa::ChipSpec& chip) {
  return plain(source_bytes(f), rate_of(direction_of(f, chip), chip));
}

RatedTransfer rated(const isa::bm1684x::DmaGather& f, const isa::ChipSpec& chip) { return indexed(f, chip); }

// Unknown: never emitted; taken as the gather that it mirrors.
RatedTransfer rated(const isa::bm1684x::DmaScatter& f, const isa::ChipSpec& chip) { return indexed(f, chip); }

// Unknown: never emitted; taken as one row of the given length.
RatedTransfer rated(const isa::bm1684x::DmaGeneral& f, const isa::ChipSpec& chip) {
  RatedTransfer transfer = plain(double(f.src_cstride) * element_bytes(f), rate_of(direction_of(f, chip), chip));
  transfer.row_bytes = std::max(transfer.bytes, double(chip.gdma.row_bytes));
  return transfer;
}

// Unknown: never emitted; taken as reading all elements and the mask.
RatedTransfer rated(const isa::bm1684x::DmaMaskedSelect& f, const isa::ChipSpec& chip) {
  const double elements = double(f.src_nsize) * double(f.src_csize) * double(f.src_hsize) * double(f.src_wsize);
  const double bytes = elements * (element_bytes(f) + double(isa::bm1684x::precision_bits(f.mask_data_format)) / 8.0);
  return plain(bytes, rate_of(direction_of(f, chip), chip));
}

// Unknown: never emitted; taken as reading all elements and writing an index for each.
RatedTransfer rated(const isa::bm1684x::DmaNonzero& f, const isa::ChipSpec& chip) {
  const double elements = double(f.src_nsize) * double(f.src_csize) * double(f.src_hsize) * double(f.src_wsize);
  const double bytes = elements * (element_bytes(f) + double(isa::bm1684x::precision_bits(f.index_data_format)) / 8.0);
  return plain(bytes, rate_of(direction_of(f, chip), chip));
}

CostBreakdown cost(const isa::bm1684x::DmaMatrix& f, const isa::ChipSpec& chip) {
  return transfer_cost(rated(f, chip));
}
CostBreakdown cost(const isa::bm1684x::DmaCwTranspose& f, const isa::ChipSpec& chip) {
  return transfer_cost(rated(f, chip));
}
CostBreakdown cost(const isa::bm1684x::DmaGather& f, const isa::ChipSpec& chip) {
  return transfer_cost(rated(f, chip));
}
CostBreakdown cost(const isa::bm1684x::DmaScatter& f, const isa::ChipSpec& chip) {
  return transfer_cost(rated(f, chip));
}
CostBreakdown cost(const isa::bm1684x::DmaGeneral& f, const isa::ChipSpec& chip) {
  return transfer_cost(rated(f, chip));
}
CostBreakdown cost(const isa::bm1684x::DmaMaskedSelect& f, const isa::ChipSpec& chip) {
  return transfer_cost(rated(f, chip));
}
CostBreakdown cost(const isa::bm1684x::DmaNonzero& f, const isa::ChipSpec& chip) {
  return transfer_cost(rated(f, chip));
}

// The end of a stream has no estimate and takes no time.
CostBreakdown cost(const isa::bm1684x::DmaSys&, const isa::ChipSpec&) { return {}; }

}  // namespace bmemu::emulator
