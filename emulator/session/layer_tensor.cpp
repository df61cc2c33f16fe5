// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/session/layer_tensor.h"

#include <algorithm>
#include <utility>

#include "isa/layout/address_map.h"

namespace bmemu::emulator {
namespace {

std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) { return (value + unit - 1) / unit * unit; }

/// Where the elements of a tensor lie, in bytes.
class Places {
 public:
  Places(const isa::LayerTensor& tensor, const isa::ChipSpec& chip)
      : tensor_(tensor),
        lanes_(static_cast<std::uint64_t>(chip.tiu.lanes)),
        lane_bytes_(static_cast<std::uint64_t>(chip.local_memory.lane_bytes)),
        is_local_(tensor.layout != isa::TensorLayout::kContinuous),
        element_(isa::bits(tensor.type) / 8),
        batches_(tensor.is_packed ? 4 / element_ : 1),
        step_(tensor.is_packed ? 4 : element_) {
    for (std::size_t k = 0; k < 5; ++k) size_[k] = is_local_ ? tensor.extent(k) : tensor.shape[k];
    plane_ = size_[3] * size_[4] * step_;
    if (tensor.layout == isa::TensorLayout::kAligned)
      plane_ = round_up(plane_, static_cast<std::uint64_t>(chip.tiu.eu_bytes));
    rows_ = is_local_ ? (size_[1] + lanes_ - 1) / lanes_ : 0;
  }

  std::uint64_t element_bytes() const { return element_; }
  std::uint64_t step() const { return step_; }

  /// Chip address of element (n, c, d, h, 0) of the slice.
  std::uint64_t row(std::uint64_t n, std::uint64_t c, std::uint64_t d, std::uint64_t h) const {
    return is_local_ ? local(n, c, d, h) : global(n, c, d, h);
  }

 private:
  std::uint64_t word_of_batch(std::uint64_t n) const { return n % batches_ * element_; }

  std::uint64_t local(std::uint64_t n, std::uint64_t c, std::uint64_t d, std::uint64_t h) const {
    const std::uint64_t outer = n / batches_ + d;  // one of the two has no extent
    const std::uint64_t offset =
        tensor_.address + (outer * rows_ + c / lanes_) * plane_ + h * size_[4] * step_ + word_of_batch(n);
    return isa::kLocalBase + c % lanes_ * lane_bytes_ + offset;
  }

  std::uint64_t global(std::uint64_t n, std::uint64_t c, std::uint64_t d, std::uint64_t h) const {
    const std::uint64_t plane = (n / batches_ * size_[1] + c) * size_[2] + d;
    return tensor_.address + plane * plane_ + h * size_[4] * step_ + word_of_batch(n);
  }

  const isa::LayerTensor& tensor_;
  std::uint64_t lanes_, lane_bytes_;
  bool is_local_;
  std::uint64_t element_, batches_, step_;
  isa::Dimensions size_{};   ///< of what lies in memory
  std::uint64_t plane_ = 0;  ///< bytes from channel row to channel row
  std::uint64_t rows_ = 0;   ///< channels of one lane
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
