// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/shared/views.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/error.h"
#include "isa/layout/address_map.h"
#include "isa/layout/local_layout.h"

namespace bmemu::emulator::gdma {
namespace {

/// Sizes and strides of senseless commands multiply to more than 64 bits: a distance that leaves every memory is far
/// enough.
std::int64_t distance(std::int64_t steps, std::int64_t stride) {
  constexpr std::int64_t kFar = std::int64_t{1} << 60;
  const double exact = static_cast<double>(steps) * static_cast<double>(stride);
  if (exact >= static_cast<double>(kFar)) return kFar;
  if (exact <= -static_cast<double>(kFar)) return -kFar;
  return steps * stride;
}

[[noreturn]] void leaves(const OperandView& view, std::int64_t first, std::int64_t end, std::uint64_t room) {
  throw Error({"E-OPERAND-RANGE",
               fmt::format("GDMA {} at 0x{:x} in {}", view.access == memory::Access::kWrite ? "result" : "operand",
                           chip_address(view), isa::name(view.space)),
               fmt::format("bytes {}..{} of a tensor [{},{},{},{}] with strides [{},{},{},{}]", first, end - 1,
                           view.shape[0], view.shape[1], view.shape[2], view.shape[3], view.stride[0], view.stride[1],
                           view.stride[2], view.stride[3]),
               fmt::format("0..{}", room - 1),
               view.space == isa::Space::kLocal ? "the tensor leaves its lanes" : "the tensor leaves its memory"});
}

}  // namespace

Start start_of(std::uint64_t address, const isa::ChipSpec& chip) {
  const isa::Place place = isa::locate(address, chip);
  return {place.space, place.space == isa::Space::kLocal ? place.offset : address};
}

std::uint64_t chip_address(const OperandView& view) {
  return view.space == isa::Space::kLocal ? isa::kLocalBase + view.address : view.address;
}

Strides dense_strides(const Start& start, const Shape& shape, unsigned element_bytes, const isa::ChipSpec& chip) {
  const std::int64_t element = element_bytes;
  const std::int64_t plane = distance(shape[2], shape[3] * element);
  if (start.space != isa::Space::kLocal) return {distance(shape[1], plane), plane, shape[3] * element, element};
  const isa::LayoutMaker maker(chip, isa::Lanes(chip).lane(start.address));
  return maker.aligned({shape[0], shape[1], shape[2], shape[3]}, {element_bytes, 1}).stride_bytes();
}

OperandView slice(OperandView view, unsigned dimension, std::uint32_t begin, std::uint32_t count,
                  const isa::ChipSpec& chip) {
  view.shape[dimension] = count;
  if (view.space == isa::Space::kLocal && dimension == 1) {
    view.address = isa::Lanes(chip).channel(view.address, begin, view.stride[1]);
  } else {
    view.address += begin * static_cast<std::uint64_t>(view.stride[dimension]);
  }
  return view;
}

std::vector<OperandView> linear(const Start& start, std::uint64_t elements, const OperandView& like,
                                const isa::ChipSpec& chip) {
  OperandView view = like;
  view.space = start.space;
  view.address = start.address;
  view.shape = {1, 1, 1, 1};
  const isa::Lanes lanes(chip);
  const std::int64_t element = bits(like.format) / 8;
  view.stride = {element, element, element, element};
  if (start.space == isa::Space::kLocal) {
    const std::uint64_t room = lanes.all_bytes();
    if (elements > (room - std::min(room, start.address)) / static_cast<std::uint64_t>(element)) {
      view.shape[3] = static_cast<std::uint32_t>(std::min<std::uint64_t>(elements, 0xFFFFFFFF));
      const auto first = static_cast<std::int64_t>(start.address);
      leaves(view, first, first + distance(static_cast<std::int64_t>(elements), element), room);
    }
  }
  std::vector<OperandView> pieces;
  while (elements > 0) {
    std::uint64_t take = std::min<std::uint64_t>(elements, 0x7FFFFFFF);
    if (start.space == isa::Space::kLocal) {
      const std::uint64_t room = (lanes.lane_bytes() - lanes.offset(view.address)) / element;
      take = std::min(take, std::max<std::uint64_t>(room, 1));
    }
    view.shape[3] = static_cast<std::uint32_t>(take);
    pieces.push_back(view);
    view.address += take * static_cast<std::uint64_t>(element);
    elements -= take;
  }
  return pieces;
}

std::uint64_t elements(const OperandView& view) {
  return std::uint64_t{view.shape[0]} * view.shape[1] * view.shape[2] * view.shape[3];
}

bool is_empty(const OperandView& view) { return elements(view) == 0; }

void require_inside(const OperandView& view, const isa::ChipSpec& chip) {
  if (is_empty(view)) return;
  const bool local = view.space == isa::Space::kLocal;
  const isa::Lanes lanes(chip);
  auto first = static_cast<std::int64_t>(local ? lanes.offset(view.address) : view.address - base_of(view.space, chip));
  std::int64_t end = first + bits(view.format) / 8;
  for (unsigned d = 0; d < 4; ++d) {
    std::int64_t steps = std::int64_t{view.shape[d]} - 1;
    if (local && d == 1) steps = static_cast<std::int64_t>(lanes.rows(view.shape[1], lanes.lane(view.address))) - 1;
    (view.stride[d] < 0 ? first : end) += distance(steps, view.stride[d]);
  }
  const std::uint64_t room = local ? lanes.lane_bytes() : bytes_of(view.space, chip);
  if (first < 0 || end > static_cast<std::int64_t>(room)) leaves(view, first, end, room);
}

}  // namespace bmemu::emulator::gdma
