// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Transfers, the same for both chips: tensors of equal shape with any strides on both sides.
#pragma once

#include <cstdint>

#include "kernels/builder/program_builder.h"
#include "kernels/builder/tensors.h"

namespace bmemu::kernels {

/// Contract: both sides of a transfer have the same shape and type. Sizes beyond a field are cut into several commands.
class Dma {
 public:
  explicit Dma(ProgramBuilder& builder) : builder_(builder) {}

  /// A global channel stride of 0 gives every lane of `to` the same data.
  void load(const LocalTensor& to, const GlobalTensor& from);
  void store(const GlobalTensor& to, const LocalTensor& from);
  void copy(const GlobalTensor& to, const GlobalTensor& from);
  void copy(const LocalTensor& to, const LocalTensor& from);
  /// A table of 32-bit words to an offset of L2, where BM1684's tensor unit looks things up.
  void load_l2(std::uint64_t l2_offset, std::uint64_t from, std::int64_t bytes);
  /// Every unit of `to` gets these bits.
  void fill(const LocalTensor& to, std::uint32_t bits);
  void fill(const GlobalTensor& to, std::uint32_t bits);
  /// local[n, w, h, c] = from[n, c, h, w] inside local memory; both with w stride 1.
  void transpose_cw(const LocalTensor& to, const LocalTensor& from);
  /// to[c, n, h, w] = from[n, c, h, w].
  void transpose_nc(const GlobalTensor& to, const GlobalTensor& from);
  /// BM1684X: to[0, c, h, :] = from[0, c, index[h], :] for u32 row indices; rows are `from`'s h.
  void gather_rows(const GlobalTensor& to, const GlobalTensor& from, const GlobalTensor& index);

  /// One side of a transfer.
  struct Side {
    std::uint64_t address = 0;
    bool is_local = false;
    Dims stride{};
  };

 private:
  Side side(const LocalTensor& tensor) const;
  void move(const Side& to, const Side& from, Dims shape, std::int64_t unit, const LocalAccess& access);
  void emit(const Side& to, const Side& from, const Dims& shape, std::int64_t unit, const LocalAccess& access);
  void emit_fill(const Side& to, const Dims& shape, std::int64_t unit, std::uint32_t bits, const LocalAccess& access);
  LaneRange range(const LocalTensor& tensor) const;

  ProgramBuilder& builder_;
};

}  // namespace bmemu::kernels
