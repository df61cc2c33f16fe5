// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/io_copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "isa/encoding/codes.h"
#include "isa/error.h"
#include "kernels/io_copies.h"

namespace bmemu::runtime {
namespace {

using isa::bm1684::Dma;

constexpr std::uint64_t kLargestSize = 65535;  ///< sizes are 16-bit fields
constexpr std::uint64_t kWordBytes = 4;
constexpr std::uint64_t kBatchesInWord = 4;

using Dimensions = std::array<std::uint64_t, 4>;  ///< n, c, h, w

/// Where elements lie: strides count elements.
struct Place {
  std::uint64_t address = 0;
  Dimensions stride{};
};

void require_sizes(const Dimensions& size) {
  for (const std::uint64_t dimension : size)
    if (dimension > kLargestSize)
      throw Error({"E-RUNTIME-STORAGE", "an input or output", fmt::format("a dimension of {}", dimension),
                   fmt::format("at most {}", kLargestSize), "a repacked tensor is too large for one command"});
}

Dma command(Dma::Op operation, isa::DataType type, const Place& to, const Dimensions& size) {
  require_sizes(size);
  Dma c;
  c.set_operation(operation);
  c.direction = code(isa::DmaDirection::kSystemToSystem);
  c.stride_enable = 1;
  c.prefetch_disable = 1;
  c.src_data_format = c.dst_data_format = isa::bm1684::dma_format(type).value();
  c.set_destination(to.address);
  c.dst_nsize = size[0], c.dst_csize = size[1], c.dst_hsize = size[2], c.dst_wsize = size[3];
  c.dst_nstride = to.stride[0], c.dst_cstride = to.stride[1], c.dst_hstride = to.stride[2];
  c.dst_wstride = to.stride[3];
  return c;
}

void add_copy(kernels::CommandList& list, isa::DataType type, const Place& from, const Place& to,
              const Dimensions& size) {
  Dma c = command(Dma::Op::kCopy, type, to, size);
  c.set_source(from.address);
  c.src_nsize = size[0], c.src_csize = size[1], c.src_hsize = size[2], c.src_wsize = size[3];
  c.src_nstride = from.stride[0], c.src_cstride = from.stride[1], c.src_hstride = from.stride[2];
  c.src_wstride = from.stride[3];
  list.add(isa::bm1684::GdmaInstruction(c));
}

void add_zeros(kernels::CommandList& list, const Place& to, const Dimensions& size) {
  if (size[2] != 0) list.add(isa::bm1684::GdmaInstruction(command(Dma::Op::kConstant, isa::DataType::kF32, to, size)));
}

/// One side of a tensor: its units are words (32-bit elements, or all batches of a word) or bytes.
class Side {
 public:
  Side(const MessageTensor& tensor, bool is_compiled)
      : address_(is_compiled ? tensor.compiled : tensor.user),
        mode_(is_compiled ? tensor.compiled_mode : tensor.user_mode),
        top_(is_compiled ? tensor.padding.top : 0),
        lines_(is_compiled ? tensor.padding.top + tensor.padding.bottom : 0) {}

  /// Units of words.
  Place words(const Dimensions& shape) const {
    const std::uint64_t channel = (shape[2] + lines_) * shape[3];
    return {address_ + top_ * shape[3] * kWordBytes, {shape[1] * channel, channel, shape[3], 1}};
  }
  /// The bytes of the batches `batch`, batch + 4 ...
  Place bytes_of(std::uint64_t batch, const Dimensions& shape) const {
    const std::uint64_t step = mode_ == StorageMode::k4N ? kBatchesInWord : 1;
    const std::uint64_t channel = (shape[2] + lines_) * shape[3] * step;
    const std::uint64_t image = shape[1] * channel;
    const std::uint64_t first = mode_ == StorageMode::k4N ? batch : batch * image;
    const std::uint64_t next = mode_ == StorageMode::k4N ? image : kBatchesInWord * image;
    return {address_ + first + top_ * shape[3] * step, {next, channel, shape[3] * step, step}};
  }

 private:
  std::uint64_t address_;
  StorageMode mode_;
  std::uint64_t top_;
  std::uint64_t lines_;  ///< of padding, in each channel
};

/// Without padding rows follow each other: channels become rows, so that long ones can be counted.
Dimensions four_dimensions(const MessageTensor& tensor) {
  Dimensions shape{1, 1, 1, 1};
  std::copy_n(tensor.shape.begin(), std::min<std::size_t>(tensor.shape.size(), 4), shape.begin());
  std::uint64_t rest = shape[1] * shape[2] * shape[3];
  if (tensor.padding.top + tensor.padding.bottom != 0 || rest <= kLargestSize) return shape;
  for (std::uint64_t columns = kLargestSize; columns > 1; --columns)
    if (rest % columns == 0 && rest / columns <= kLargestSize) return {shape[0], 1, rest / columns, columns};
  return shape;
}

void add_repacking(kernels::CommandList& list, const MessageTensor& tensor, bool is_input) {
  const Dimensions shape = four_dimensions(tensor);
  const Side user(tensor, false);
  const Side compiled(tensor, true);
  const Side& from = is_input ? user : compiled;
  const Side& to = is_input ? compiled : user;
  const bool in_words = tensor.compiled_mode == tensor.user_mode;
  Dimensions planes = shape;
  if (tensor.compiled_mode != StorageMode::k1N) {
    const std::uint64_t in_word = tensor.compiled_mode == StorageMode::k4N ? kBatchesInWord : 2;
    planes[0] = (shape[0] + in_word - 1) / in_word;
  }
  const Place inside = compiled.words(planes);
  const std::uint64_t row = planes[3] * kWordBytes;
  add_zeros(list, {inside.address - tensor.padding.top * row, inside.stride},
            {planes[0], planes[1], tensor.padding.top, planes[3]});
  add_zeros(list, {inside.address + planes[2] * row, inside.stride},
            {planes[0], planes[1], tensor.padding.bottom, planes[3]});
  if (in_words) return add_copy(list, isa::DataType::kF32, from.words(planes), to.words(planes), planes);
  for (std::uint64_t batch = 0; batch < std::min(shape[0], kBatchesInWord); ++batch) {
    Dimensions those = shape;
    those[0] = (shape[0] - batch + kBatchesInWord - 1) / kBatchesInWord;
    add_copy(list, isa::DataType::kU8, from.bytes_of(batch, shape), to.bytes_of(batch, shape), those);
  }
}

}  // namespace

std::optional<isa::Program> io_copies(const std::vector<MessageTensor>& tensors, bool is_input, isa::Family family) {
  kernels::CommandList list(family);
  for (const MessageTensor& tensor : tensors) {
    if (!tensor.is_copied()) continue;
    if (tensor.is_plain()) {
      kernels::add_ddr_copy(list, family, is_input ? tensor.user : tensor.compiled,
                            is_input ? tensor.compiled : tensor.user, tensor.user_bytes);
    } else {
      add_repacking(list, tensor, is_input);
    }
  }
  if (list.count(isa::Engine::kGdma) == 0) return std::nullopt;
  return list.finish(is_input ? "input copies" : "output copies");
}

}  // namespace bmemu::runtime
