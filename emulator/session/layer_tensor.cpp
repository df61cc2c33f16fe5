// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/session/layer_tensor.h"

#include <utility>

#include "emulator/operand/copy_elements.h"
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

/// The first `bytes` of each of `count` words of `step` bytes.
void take_elements(const std::uint8_t* words, std::uint64_t step, std::uint64_t bytes, std::uint64_t count,
                   std::uint8_t* to) {
  if (bytes == 1) return copy_elements<std::uint8_t>(to, bytes, words, step, count);
  if (bytes == 2) return copy_elements<std::uint16_t>(to, bytes, words, step, count);
  copy_elements<std::uint32_t>(to, bytes, words, step, count);
}

}  // namespace

std::vector<std::uint8_t> read_layer_tensor(const isa::LayerTensor& tensor, const isa::ChipSpec& chip,
                                            const memory::ChipMemory& memory) {
  const Places places(tensor, chip);
  const std::uint64_t width = tensor.extent(4);
  const std::uint64_t bytes = places.element_bytes();
  std::vector<std::uint8_t> result(tensor.elements() * bytes);
  if (result.empty()) return result;
  const std::uint64_t height = tensor.extent(3);
  // Most planes are one run of elements or words; otherwise each row is.
  const std::uint64_t row_bytes = width * places.step();
  const bool is_plane = height < 2 || places.row(0, 0, 0, 1) - places.row(0, 0, 0, 0) == row_bytes;
  const std::uint64_t run = is_plane ? height * width : width;
  std::vector<std::uint8_t> words(run * places.step());
  std::uint8_t* to = result.data();
  for (std::uint64_t n = 0; n < tensor.extent(0); ++n)
    for (std::uint64_t c = 0; c < tensor.extent(1); ++c)
      for (std::uint64_t d = 0; d < tensor.extent(2); ++d)
        for (std::uint64_t h = 0; h < height; h += run / width, to += run * bytes) {
          const std::uint64_t from = places.row(n, c, d, h);
          if (places.step() == bytes) {
            memory.read(from, to, run * bytes);
          } else {
            memory.read(from, words.data(), (run - 1) * places.step() + bytes);
            take_elements(words.data(), places.step(), bytes, run, to);
          }
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
