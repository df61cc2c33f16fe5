// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X tensor transfers: rows, DDR controllers in use, direction.
#include <algorithm>
#include <optional>

#include "emulator/event/counts.h"
#include "emulator/gdma/bm1684x/channels.h"
#include "emulator/gdma/bm1684x/cost.h"
#include "emulator/gdma/bm1684x/rate.h"
#include "isa/encoding/codes.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684x;
using isa::bm1684x::DmaTensor;

struct Shape {
  std::int64_t n, c, h, w;
};

Shape source_shape(const DmaTensor& f) {
  return {i64(f.src_nsize), i64(f.src_csize), i64(f.src_hsize), i64(f.src_wsize)};
}
Shape destination_shape(const DmaTensor& f) {
  return {i64(f.dst_nsize), i64(f.dst_csize), i64(f.dst_hsize), i64(f.dst_wsize)};
}

std::int64_t bytes_of(std::int64_t elements, const DmaTensor& f) {
  return elements * std::int64_t{isa::bm1684x::precision_bits(f.src_data_format)} / 8;
}

/// `rows` contiguous rows, each at least as long as the shortest that the engine moves.
RatedTransfer rows_transfer(std::int64_t rows, std::int64_t row_bytes, double rate, const isa::ChipSpec& chip) {
  RatedTransfer transfer;
  transfer.bytes = double(rows) * double(row_bytes);
  transfer.row_bytes = double(rows) * double(std::max(row_bytes, chip.gdma.row_bytes));
  transfer.rate = rate;
  return transfer;
}

/// Blocks of one side in system memory; empty when the side has no line stride.
std::optional<BlockPattern> system_blocks(const DmaTensor& f, bool destination) {
  Shape shape = source_shape(f);
  const bool transposes = f.operation() == DmaTensor::Op::kTransposeNc;
  if (destination && transposes) std::swap(shape.n, shape.c);
  if (destination && !transposes && f.nchw_copy == 0) shape = destination_shape(f);
  const auto stride = [&](std::uint64_t source, std::uint64_t dest) {
    return bytes_of(i64(destination ? dest : source), f);
  };
  const std::int64_t line = stride(f.src_hstride, f.dst_hstride);
  if (line == 0) return std::nullopt;
  return BlockPattern{shape.n, shape.c, stride(f.src_nstride, f.dst_nstride), stride(f.src_cstride, f.dst_cstride),
                      shape.h * line};
}

/// Observed: a fill knows only its result; planes without gaps are one row.
RatedTransfer filled(const DmaTensor& f, const isa::ChipSpec& chip) {
  const Shape shape = destination_shape(f);
  const bool whole_planes = shape.h == 1 || i64(f.dst_hstride) == shape.w;
  const std::int64_t rows = shape.n * shape.c * (whole_planes ? 1 : shape.h);
  const std::int64_t row = bytes_of(shape.w * (whole_planes ? shape.h : 1), f);
  return rows_transfer(rows, row, rate_of(Direction::kS2L, chip), chip);
}

/// Observed: the source is read once, whatever the number of lanes that it goes to, at the full rate.
RatedTransfer broadcast(const DmaTensor& f, const isa::ChipSpec& chip) {
  const Shape shape = source_shape(f);
  const bool whole_planes = shape.h == 1 || i64(f.src_hstride) == shape.w;
  const std::int64_t rows = shape.n * (whole_planes ? 1 : shape.h);
  const std::int64_t row = bytes_of(shape.w * (whole_planes ? shape.h : 1), f);
  return rows_transfer(rows, row, rate_of(direction_of(f, chip), chip), chip);
}

/// Observed where the source's elements are apart (scatter to indices): each is a row of its own. Unknown: a result
/// whose elements are apart; taken likewise.
bool has_elements_apart(const DmaTensor& f) { return f.stride_enable != 0 && (f.src_wstride > 1 || f.dst_wstride > 1); }

/// The source has no gaps and is read from front to back.
bool is_read_in_order(const DmaTensor& f) {
  const Shape s = source_shape(f);
  if (has_elements_apart(f) || f.operation() == DmaTensor::Op::kTransposeNc) return false;
  const bool lines = s.h == 1 || i64(f.src_hstride) == s.w;
  const bool planes = s.c == 1 || i64(f.src_cstride) == s.h * s.w;
  return lines && planes && (s.n == 1 || i64(f.src_nstride) == s.c * s.h * s.w);
}

std::int64_t count(std::uint32_t set) {
  std::int64_t n = 0;
  for (; set != 0; set &= set - 1) ++n;
  return n;
}

}  // namespace

// Observed, for copies and transposes of n and c: a line, or a whole plane where both sides have no gaps, is a row;
// the rate is that of all DDR controllers, and scales with the share of them that the side in system memory reaches.
// On a chip with more controllers it is no higher. From system to system memory it scales twice: with the controllers
// of the source, and with those of source and destination together. A side in system memory with line stride zero has
// no estimate at all: the command counts as nothing (recurrent networks have such commands; a stride of zero is of no
// consequence there, since the plane has one line). Unknown: collect, distribute and the four-bank forms, which are
// never emitted; taken as copy and broadcast.
RatedTransfer rated(const DmaTensor& f, const isa::ChipSpec& chip) {
  if (f.fill_constant_en != 0) return filled(f, chip);
  if (f.operation() == DmaTensor::Op::kBroadcast || f.operation() == DmaTensor::Op::kFourBankBroadcast)
    return broadcast(f, chip);

  const Shape shape = source_shape(f);
  const bool whole_planes = shape.h == 1 || (i64(f.src_hstride) == shape.w && i64(f.dst_hstride) == shape.w);
  const std::int64_t row_elements = has_elements_apart(f) ? 1 : shape.w * (whole_planes ? shape.h : 1);
  const std::int64_t rows = product(shape.n, shape.c, shape.h, shape.w) / std::max<std::int64_t>(row_elements, 1);
  const std::int64_t row = bytes_of(row_elements, f);
  const Direction direction = direction_of(f, chip);
  RatedTransfer transfer = rows_transfer(rows, row, rate_of(direction, chip) * chip.gdma.tensor_rate_ratio, chip);
  if (direction == Direction::kL2L) return transfer;
  transfer.is_dealt_out = direction == Direction::kS2L && is_read_in_order(f);

  const auto slowdown = [&](std::uint32_t reached) {
    return std::max(double(chip.gdma.rate_controllers) / double(std::max<std::int64_t>(count(reached), 1)), 1.0);
  };
  const auto blocks = system_blocks(f, direction == Direction::kL2S);
  if (!blocks) {
    transfer.has_estimate = false;
    return transfer;
  }
  const std::uint32_t reached = controllers_reached(*blocks, chip);
  transfer.slowdown = slowdown(reached);
  if (direction == Direction::kS2S) {
    if (const auto destination = system_blocks(f, true))
      transfer.slowdown *= slowdown(reached | controllers_reached(*destination, chip));
    else
      transfer.slowdown *= slowdown(reached);
  }
  return transfer;
}

CostBreakdown cost(const DmaTensor& f, const isa::ChipSpec& chip) { return transfer_cost(rated(f, chip)); }

}  // namespace bmemu::emulator
