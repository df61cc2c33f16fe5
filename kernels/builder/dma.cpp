// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/builder/dma.h"

#include <algorithm>
#include <utility>

#include "isa/encoding/codes.h"
#include "isa/layout/address_map.h"

namespace bmemu::kernels {
namespace {

using isa::Family;

using isa::kLocalBase;
constexpr std::int64_t kLargestSize = 65535;  ///< sizes are 16-bit fields

std::uint64_t u64(std::int64_t value) { return static_cast<std::uint64_t>(value); }

/// The format of elements of this size; a copy looks at nothing else.
std::uint64_t format_code(Family family, std::int64_t unit) {
  const isa::DataType type = unit == 4 ? isa::DataType::kF32 : unit == 2 ? isa::DataType::kI16 : isa::DataType::kU8;
  return (family == Family::kBm1684 ? isa::bm1684::dma_format(type) : isa::bm1684x::dma_format(type)).value();
}

template <class Command>
void set_source(Command& c, const Dma::Side& s, const Dims& shape) {
  c.set_source(s.address);
  c.src_nsize = u64(shape[0]), c.src_csize = u64(shape[1]), c.src_hsize = u64(shape[2]), c.src_wsize = u64(shape[3]);
  c.src_nstride = u64(s.stride[0]), c.src_cstride = u64(s.stride[1]), c.src_hstride = u64(s.stride[2]);
  c.src_wstride = u64(s.stride[3]);
}
template <class Command>
void set_destination(Command& c, const Dma::Side& s, const Dims& shape) {
  c.set_destination(s.address);
  c.dst_nsize = u64(shape[0]), c.dst_csize = u64(shape[1]), c.dst_hsize = u64(shape[2]), c.dst_wsize = u64(shape[3]);
  c.dst_nstride = u64(s.stride[0]), c.dst_cstride = u64(s.stride[1]), c.dst_hstride = u64(s.stride[2]);
  c.dst_wstride = u64(s.stride[3]);
}

isa::bm1684::Dma bm1684_command(isa::bm1684::Dma::Op operation, bool from_local, bool to_local) {
  using isa::DmaDirection;
  isa::bm1684::Dma c;
  c.set_operation(operation);
  c.stride_enable = 1;
  c.prefetch_disable = 1;
  c.lrn_shift_num = 1;  // as every command of compilers has it
  c.direction = code(from_local ? (to_local ? DmaDirection::kLocalToLocal : DmaDirection::kLocalToSystem)
                                : (to_local ? DmaDirection::kSystemToLocal : DmaDirection::kSystemToSystem));
  return c;
}

Dims planes(Dims shape, std::int64_t batches) {
  shape[0] = ceil_div(shape[0], batches);
  return shape;
}

Dma::Side side_of(const GlobalTensor& t) { return {t.address, false, t.stride}; }

/// Dimensions that follow each other without a gap on both sides become one: fewer, longer rows.
void join_dimensions(Dma::Side& to, Dma::Side& from, Dims& shape) {
  const auto join = [&](std::size_t outer, std::size_t inner) {
    if (shape[outer] == 1 || shape[inner] == 1) return;
    if (to.stride[outer] != shape[inner] * to.stride[inner]) return;
    if (from.stride[outer] != shape[inner] * from.stride[inner]) return;
    if (shape[outer] * shape[inner] > kLargestSize) return;
    shape[inner] *= shape[outer];
    shape[outer] = 1;
  };
  join(2, 3);
}

}  // namespace

Dma::Side Dma::side(const LocalTensor& t) const {
  const auto lane_size = builder_.chip().local_memory.lane_bytes;
  return {kLocalBase + u64(t.lane * lane_size + t.offset), true, t.stride};
}

LaneRange Dma::range(const LocalTensor& t) const { return {t.offset, t.offset + lane_bytes(t, builder_.chip())}; }

void Dma::load(const LocalTensor& to, const GlobalTensor& from) {
  const bool is_constant =
      from.address >= constants_base(builder_.chip().family) && from.address < builder_.neuron_address();
  move(side(to), side_of(from), planes(to.shape, to.batches), to.unit, {{}, {range(to)}, is_constant});
}

void Dma::store(const GlobalTensor& to, const LocalTensor& from) {
  move(side_of(to), side(from), planes(from.shape, from.batches), from.unit, {{range(from)}, {}});
}

void Dma::copy(const GlobalTensor& to, const GlobalTensor& from) {
  move(side_of(to), side_of(from), planes(from.shape, from.batches), from.unit, {});
}

void Dma::copy(const LocalTensor& to, const LocalTensor& from) {
  move(side(to), side(from), planes(from.shape, from.batches), from.unit, {{range(from)}, {range(to)}});
}

void Dma::load_l2(std::uint64_t l2_offset, std::uint64_t from, std::int64_t bytes) {
  const Dims shape{1, 1, 1, bytes / 4}, stride{bytes / 4, bytes / 4, bytes / 4, 1};
  move({isa::kL2Base + l2_offset, false, stride}, {from, false, stride}, shape, 4, {{}, {l2_range(l2_offset, bytes)}});
}

void Dma::move(const Side& to, const Side& from, Dims shape, std::int64_t unit, const LocalAccess& access) {
  for (std::size_t d = 0; d < 4; ++d) {
    if (shape[d] <= kLargestSize) continue;
    const std::int64_t step = d == 1 && (to.is_local || from.is_local)
                                  ? kLargestSize / builder_.chip().tiu.lanes * builder_.chip().tiu.lanes
                                  : kLargestSize;
    const auto shifted = [&](const Side& s, std::int64_t at) {
      Side result = s;
      const std::int64_t steps = d == 1 && s.is_local ? at / builder_.chip().tiu.lanes : at;
      result.address += u64(steps * s.stride[d] * unit);
      return result;
    };
    for (std::int64_t at = 0; at < shape[d]; at += step) {
      Dims piece = shape;
      piece[d] = std::min(step, shape[d] - at);
      move(shifted(to, at), shifted(from, at), piece, unit, access);
    }
    return;
  }
  emit(to, from, shape, unit, access);
}

void Dma::emit(const Side& to, const Side& from, const Dims& shape_in, std::int64_t unit, const LocalAccess& touched) {
  Dims shape = shape_in;
  Side target = to, source = from;
  join_dimensions(target, source, shape);
  LocalAccess access = touched;
  access.moved_rows = double(shape[0] * shape[1] * shape[2]);
  access.row_bytes = double(shape[3] * unit);
  // A stride of dimensions of size 1 counts for nothing; compilers write neither 0 there.
  for (Side* s : {&target, &source})
    for (std::size_t d = 0; d < 4; ++d)
      if (shape[d] == 1) s->stride[d] = d == 3 ? 1 : std::max<std::int64_t>(s->stride[d], 1);
  if (builder_.chip().family == Family::kBm1684) {
    isa::bm1684::Dma c = bm1684_command(isa::bm1684::Dma::Op::kCopy, source.is_local, target.is_local);
    c.src_data_format = format_code(Family::kBm1684, unit);
    set_source(c, source, shape);
    set_destination(c, target, shape);
    builder_.add(isa::bm1684::GdmaInstruction(c), access);
    return;
  }
  isa::bm1684x::DmaTensor c;
  c.stride_enable = 1;
  c.nchw_copy = 1;
  c.src_data_format = format_code(Family::kBm1684x, unit);
  set_source(c, source, shape);
  set_destination(c, target, shape);
  if (!source.is_local && target.is_local && source.stride[1] == 0 && shape[1] > 1) {
    c.set_operation(isa::bm1684x::DmaTensor::Op::kBroadcast);
    c.nchw_copy = 0;
    c.src_csize = 1;
    c.src_cstride = 1;
  }
  builder_.add(isa::bm1684x::GdmaInstruction(c), access);
}

void Dma::fill(const LocalTensor& to, std::uint32_t bits) {
  emit_fill(side(to), planes(to.shape, to.batches), to.unit, bits, {{}, {range(to)}});
}

void Dma::fill(const GlobalTensor& to, std::uint32_t bits) {
  emit_fill(side_of(to), planes(to.shape, to.batches), to.unit, bits, {});
}

void Dma::emit_fill(const Side& to, const Dims& shape, std::int64_t unit, std::uint32_t bits,
                    const LocalAccess& access) {
  for (std::size_t d = 0; d < 4; ++d) {
    if (shape[d] <= kLargestSize) continue;
    const std::int64_t lanes = builder_.chip().tiu.lanes;
    const bool by_lane = d == 1 && to.is_local;
    const std::int64_t step = by_lane ? kLargestSize / lanes * lanes : kLargestSize;
    for (std::int64_t at = 0; at < shape[d]; at += step) {
      Dims piece = shape;
      piece[d] = std::min(step, shape[d] - at);
      Side moved = to;
      moved.address += u64((by_lane ? at / lanes : at) * to.stride[d] * unit);
      emit_fill(moved, piece, unit, bits, access);
    }
    return;
  }
  if (builder_.chip().family == Family::kBm1684) {
    isa::bm1684::Dma c = bm1684_command(isa::bm1684::Dma::Op::kConstant, to.is_local, to.is_local);
    c.constant_value = bits;
    c.src_data_format = c.dst_data_format = format_code(Family::kBm1684, unit);
    set_destination(c, to, shape);
    builder_.add(isa::bm1684::GdmaInstruction(c), access);
    return;
  }
  isa::bm1684x::DmaTensor c;
  c.stride_enable = 1;
  c.fill_constant_en = 1;
  c.constant_value = bits;
  c.src_data_format = format_code(Family::kBm1684x, unit);
  set_source(c, {0, false, {}}, shape);
  set_destination(c, to, shape);
  builder_.add(isa::bm1684x::GdmaInstruction(c), access);
}

void Dma::transpose_cw(const LocalTensor& to, const LocalTensor& from) {
  const LocalAccess access{{range(from)}, {range(to)}};
  if (builder_.chip().family == Family::kBm1684) {
    isa::bm1684::Dma c = bm1684_command(isa::bm1684::Dma::Op::kCwTranspose, true, true);
    set_source(c, side(from), from.shape);
    set_destination(c, side(to), to.shape);
    builder_.add(isa::bm1684::GdmaInstruction(c), access);
    return;
  }
  isa::bm1684x::DmaCwTranspose c;
  c.stride_enable = 1;
  c.src_data_format = format_code(Family::kBm1684x, from.unit);
  set_source(c, side(from), from.shape);
  set_destination(c, side(to), to.shape);
  builder_.add(isa::bm1684x::GdmaInstruction(c), access);
}

void Dma::transpose_nc(const GlobalTensor& to, const GlobalTensor& from) {
  if (builder_.chip().family == Family::kBm1684) {
    isa::bm1684::Dma c = bm1684_command(isa::bm1684::Dma::Op::kTranspose, false, false);
    c.src_data_format = format_code(Family::kBm1684, from.unit);
    set_source(c, side_of(from), from.shape);
    set_destination(c, side_of(to), to.shape);
    builder_.add(isa::bm1684::GdmaInstruction(c), {});
    return;
  }
  isa::bm1684x::DmaTensor c;
  c.stride_enable = 1;
  c.set_operation(isa::bm1684x::DmaTensor::Op::kTransposeNc);
  c.src_data_format = format_code(Family::kBm1684x, from.unit);
  set_source(c, side_of(from), from.shape);
  set_destination(c, side_of(to), to.shape);
  builder_.add(isa::bm1684x::GdmaInstruction(c), {});
}

void Dma::gather_rows(const GlobalTensor& to, const GlobalTensor& from, const GlobalTensor& index) {
  isa::bm1684x::DmaGather c;
  c.stride_enable = 1;
  c.src_data_format = format_code(Family::kBm1684x, from.unit);
  set_source(c, side_of(from), from.shape);
  set_destination(c, side_of(to), to.shape);
  c.set_index(index.address);
  c.index_csize = 1;
  c.index_hsize = u64(to.shape[2]);
  c.index_cstride = u64(to.shape[2]);
  c.index_hstride = 1;
  builder_.add(isa::bm1684x::GdmaInstruction(c), {});
}

}  // namespace bmemu::kernels
