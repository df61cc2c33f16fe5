// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "tests/kernels/tutorial/scaled_residual.h"

#include "kernels/builder/dma.h"
#include "kernels/builder/program_builder.h"
#include "kernels/builder/tiu.h"

namespace bmemu::kernels::tutorial {

// [kernel]
isa::Program scaled_residual(const isa::ChipSpec& chip, std::int64_t rows, std::int64_t columns, std::int64_t tiles) {
  ProgramBuilder builder(chip, "scaled_residual", 0);
  Dma dma(builder);
  const auto tiu = make_tiu(builder);

  // Global memory: x, y and out, one after the other in the activation area.
  const std::int64_t bytes = rows * columns * 4;
  const auto whole = [&](std::int64_t i) {
    return packed_tensor(chip.family, isa::DataType::kF32, {1, rows, 1, columns},
                         builder.neuron_address() + static_cast<std::uint64_t>(i * bytes));
  };
  const auto info = [&](const char* name, std::int64_t i) {
    isa::TensorInfo tensor;
    tensor.name = name;
    tensor.shape = {std::uint64_t(rows), std::uint64_t(columns)};
    tensor.address = whole(i).address;
    tensor.bytes = std::uint64_t(bytes);
    return tensor;
  };
  builder.add_input(info("x", 0));
  builder.add_input(info("y", 1));
  builder.add_output(info("out", 2));
  builder.reserve_neurons(std::uint64_t(3 * bytes));

  // Local memory: three tensors of a tile, twice, so that one tile is moved while the other is computed.
  const std::int64_t width = columns / tiles;
  const Dims shape{1, rows, 1, width};
  const std::int64_t size =
      align_up(lane_bytes(aligned_tensor(chip, isa::DataType::kF32, shape), chip), chip.tiu.eu_bytes);
  const auto local = [&](std::int64_t tile, std::int64_t i) {
    return aligned_tensor(chip, isa::DataType::kF32, shape, (tile % 2 * 3 + i) * size);
  };
  const auto part = [&](std::int64_t tile, std::int64_t i) {
    return part_of(whole(i), {0, 0, 0, tile * width}, shape);
  };
  const auto load = [&](std::int64_t tile) {
    dma.load(local(tile, 0), part(tile, 0));
    dma.load(local(tile, 1), part(tile, 1));
  };

  builder.begin_layer("out", "ScaledResidual");
  load(0);
  for (std::int64_t tile = 0; tile < tiles; ++tile) {
    if (tile + 1 < tiles) load(tile + 1);
    const LocalTensor x = local(tile, 0), y = local(tile, 1), out = local(tile, 2);
    tiu->arithmetic(Arithmetic::kMul, out, x, Operand::constant(0.5F));
    tiu->arithmetic(Arithmetic::kAdd, out, out, y);
    tiu->arithmetic(Arithmetic::kMax, out, out, Operand::constant(0.0F));
    dma.store(part(tile, 2), out);
  }
  return builder.finish();
}
// [kernel]

}  // namespace bmemu::kernels::tutorial
