// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Tensors as commands see them: where they lie in local and in global memory.
#pragma once

#include <array>
#include <cstdint>

#include "isa/chip/chip_spec.h"
#include "isa/layout/data_type.h"
#include "isa/layout/local_layout.h"

namespace bmemu::kernels {

/// n, c, h, w.
using Dims = std::array<std::int64_t, 4>;

constexpr std::int64_t count(const Dims& d) { return d[0] * d[1] * d[2] * d[3]; }
constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
constexpr std::int64_t align_up(std::int64_t a, std::int64_t unit) { return ceil_div(a, unit) * unit; }

/// A tensor in local memory: an offset and what isa::LocalLayout says of its places, with real batches. Strides may be
/// those of a part or repeat a dimension.
struct LocalTensor {
  std::int64_t offset = 0;  ///< bytes in a lane
  std::int64_t lane = 0;    ///< of the first channel
  Dims shape{1, 1, 1, 1};   ///< n counts real batches
  Dims stride{0, 0, 0, 1};  ///< units; 0 repeats a dimension (operands of elementwise commands)
  isa::DataType type = isa::DataType::kF32;
  std::int64_t unit = 4;     ///< bytes of what strides count
  std::int64_t batches = 1;  ///< that one unit holds (BM1684: 2N, 4N)
};

/// A tensor in DDR or L2; strides in elements (of 4N and 2N storage: in words).
struct GlobalTensor {
  std::uint64_t address = 0;
  Dims shape{1, 1, 1, 1};
  Dims stride{0, 0, 0, 1};
  isa::DataType type = isa::DataType::kF32;
  std::int64_t unit = 4;
  std::int64_t batches = 1;
};

/// Bytes of an element, 1 at least.
std::int64_t element_bytes(isa::DataType type);
/// Elements one by one, strides in elements: what is not packed.
GlobalTensor plain_tensor(std::uint64_t address, const Dims& shape, const Dims& stride, isa::DataType type);
/// What strides of a tensor count on this chip: BM1684 packs 8- and 16-bit batches into words.
isa::Unit storage_unit(isa::Family family, isa::DataType type);
/// Whether a word holds several batches of this type (2N, 4N).
inline bool packs_batches(isa::Family family, isa::DataType type) { return storage_unit(family, type).batches > 1; }

/// Every channel begins at a multiple of the bytes that the execution units take per cycle.
LocalTensor aligned_tensor(const isa::ChipSpec& chip, isa::DataType type, const Dims& shape, std::int64_t offset = 0,
                           std::int64_t lane = 0);
/// Channels without gaps, one element after the other ("1N"): weights, biases.
LocalTensor compact_tensor(const isa::ChipSpec& chip, isa::DataType type, const Dims& shape, std::int64_t offset = 0,
                           std::int64_t lane = 0);
/// Contiguous in n, c, h, w.
GlobalTensor packed_tensor(isa::Family family, isa::DataType type, const Dims& shape, std::uint64_t address);

/// Bytes of a lane from the tensor's first to behind its last.
std::int64_t lane_bytes(const LocalTensor& tensor, const isa::ChipSpec& chip);
bool is_aligned(const LocalTensor& tensor, const isa::ChipSpec& chip);
bool is_compact(const LocalTensor& tensor, const isa::ChipSpec& chip);

/// The part that starts at `begin`; a channel start moves lane and offset. Contract: n starts at whole units.
LocalTensor part_of(const LocalTensor& tensor, const Dims& begin, const Dims& shape, const isa::ChipSpec& chip);
GlobalTensor part_of(const GlobalTensor& tensor, const Dims& begin, const Dims& shape);

/// The same bytes with other rows. Contract: same channels, same h * w, channels without gaps inside.
LocalTensor reshaped(LocalTensor tensor, const Dims& shape);

/// A packed tensor as its words, one per batch group: what copies, logic and shifts work on. Others stay as they are.
LocalTensor as_words(LocalTensor tensor);
/// Every `step`-th batch from `first` on. Contract: one batch per unit.
LocalTensor batches_of(LocalTensor tensor, std::int64_t first, std::int64_t step);

/// For an elementwise command whose result has `shape`: dimensions of size 1 are repeated.
LocalTensor repeated_to(LocalTensor tensor, const Dims& shape);

}  // namespace bmemu::kernels
