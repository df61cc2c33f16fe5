// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/session/layer_tensor.h"

#include <algorithm>
#include <utility>

#include "isa/layout/address_map.h"
#include "isa/layout/local_layout.h"

namespace bmemu::emulator {
namespace {

/// Where the elements of a tensor lie, in bytes.
class Places {
 public:
  Places(const isa::LayerTensor& tensor, const isa::ChipSpec& chip)
      : tensor_(tensor),
        chip_(chip),
        is_local_(tensor.layout != isa::TensorLayout::kContinuous),
        element_(isa::bits(tensor.type) / 8),
        unit_(tensor.is_packed ? isa::packed(tensor.type) : isa::plain(tensor.type)) {
    if (!is_local_) return;
    // Of batches and depth one has no extent: both are outer dimensions.
    const isa::Shape shape{isa::planes(tensor.extent(0), unit_) * tensor.extent(2), tensor.extent(1), tensor.extent(3),
                           tensor.extent(4)};
    const isa::LayoutMaker maker(chip);
    local_ = tensor.layout == isa::TensorLayout::kAligned ? maker.aligned(shape, unit_) : maker.compact(shape, unit_);
  }

  std::uint64_t element_bytes() const { return element_; }
  std::uint64_t step() const { return unit_.bytes; }

  /// Chip address of element (n, c, d, h, 0) of the slice.
  std::uint64_t row(std::uint64_t n, std::uint64_t c, std::uint64_t d, std::uint64_t h) const {
    const std::uint64_t in_word = n % unit_.batches * element_;
    if (is_local_)
      return isa::kLocalBase + local_.address(tensor_.address, {n / unit_.batches + d, c, h, 0}, chip_) + in_word;
    const isa::Dimensions& size = tensor_.shape;
    const std::uint64_t plane = (n / unit_.batches * size[1] + c) * size[2] + d;
    return tensor_.address + (plane * size[3] + h) * size[4] * unit_.bytes + in_word;
  }

 private:
  const isa::LayerTensor& tensor_;
  const isa::ChipSpec& chip_;
  bool is_local_;
  std::uint64_t element_;
  isa::Unit unit_;
  isa::LocalLayout local_{};
};

}  // namespace

std::vector<std::uint8_t> read_layer_tensor(const isa::LayerTensor& tensor, const isa::ChipSpec& chip,
                                            const memory::ChipMemory& memory) {
  const Places places(tensor, chip);
  const std::uint64_t width = tensor.extent(4);
  const std::uint64_t bytes = places.element_bytes();
  std::vector<std::uint8_t> result(tensor.elements() * bytes);
  std::vector<std::uint8_t> row(width * places.step());
  std::uint8_t* to = result.data();
  for (std::uint64_t n = 0; n < tensor.extent(0); ++n)
    for (std::uint64_t c = 0; c < tensor.extent(1); ++c)
      for (std::uint64_t d = 0; d < tensor.extent(2); ++d)
        for (std::uint64_t h = 0; h < tensor.extent(3); ++h) {
          memory.read(places.row(n, c, d, h), row.data(), (width - 1) * places.step() + bytes);
          for (std::uint64_t w = 0; w < width; ++w, to += bytes) std::copy_n(row.data() + w * places.step(), bytes, to);
        }
  return result;
}

LayerResultWatcher::LayerResultWatcher(const isa::Program& program, Whole whole)
    : program_(&program), whole_(std::move(whole)), group_(UINT32_MAX) {}

bool LayerResultWatcher::is_whole(const isa::LayerResult& result) const {
  return done_[0] >= result.tiu_after && done_[1] >= result.gdma_after;
}

void LayerResultWatcher::after(const ExecutedCommand& command, const memory::ChipMemory& memory) {
  if (command.group != group_) {
    group_ = command.group;
    done_[0] = done_[1] = 0;
    open_.clear();
    for (const isa::LayerResult& result : program_->layers.results)
      if (result.group == group_) open_.push_back(&result);
  }
  done_[static_cast<std::size_t>(command.engine)] = command.index + 1;
  std::size_t kept = 0;
  for (const isa::LayerResult* result : open_) {
    if (is_whole(*result))
      whole_(*result, memory);
    else
      open_[kept++] = result;
  }
  open_.resize(kept);
}

}  // namespace bmemu::emulator
