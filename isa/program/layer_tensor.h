// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A tensor, or the slice of one, that an operator of the network left in memory, as the compiler's layer map states it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "isa/layout/data_type.h"

namespace bmemu::isa {

/// How the elements lie. Local memory: channel c in lane c % lanes; a lane's rows of channels follow each other.
enum class TensorLayout : std::uint8_t {
  kContinuous,  ///< global memory: n, c, d, h, w without gaps
  kAligned,     ///< local memory, each channel at a multiple of the execution units' bytes
  kCompact,     ///< local memory, channels without gaps
};

/// Dimensions n, c, d, h, w.
using Dimensions = std::array<std::uint64_t, 5>;

/// Contract: begin < end <= shape in every dimension.
struct LayerTensor {
  std::string name;
  DataType type = DataType::kF32;
  TensorLayout layout = TensorLayout::kContinuous;
  bool is_packed = false;     ///< BM1684: several batches share a 32-bit word (2N, 4N)
  std::uint64_t address = 0;  ///< of the slice's first element: chip address, or offset in the lanes of local memory
  Dimensions shape{};         ///< of the whole tensor
  Dimensions begin{}, end{};  ///< the slice
  bool is_quantised = false;  ///< value = (stored - zero_point) * scale
  double scale = 1;
  std::int64_t zero_point = 0;

  std::uint64_t extent(std::size_t dimension) const { return end[dimension] - begin[dimension]; }
  std::uint64_t elements() const { return extent(0) * extent(1) * extent(2) * extent(3) * extent(4); }
  std::uint64_t whole_elements() const { return shape[0] * shape[1] * shape[2] * shape[3] * shape[4]; }
};

/// A tensor's entry as the file has it; empty texts where it lacks them.
struct LayerTensorText {
  std::string name;
  std::uint64_t address = 0;
  std::string layout;       ///< "eu_align", "compact_xn", "continuous_group3d" ...
  std::string memory_type;  ///< "<1x3x24x94xsi8>": shape in memory and stored type
  std::string reshape;      ///< "<1x3x1x24x94>": whole tensor
  std::string slice;        ///< "[0:1, 0:3, 0:1, 0:24, 0:94]"
  std::string type;         ///< "tensor<...!quant.uniform<i8:f32, 0.0118>>"
};

/// Empty for entries whose bytes cannot be told: a type of the compiler that no chip stores, a layout or a slice that
/// is not known, several batches of a tensor with depth. Such entries are legal; they only cannot be looked at.
std::optional<LayerTensor> layer_tensor(const LayerTensorText& text);

}  // namespace bmemu::isa
