// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators that move elements without computing: they are copies inside global memory.
#include <algorithm>

#include "kernels/op/kernel.h"
#include "kernels/op/move/strided_copy.h"
#include "kernels/op/weights.h"

namespace bmemu::kernels {
namespace {

using Strides = std::vector<std::int64_t>;

class MoveKernel : public GlobalKernel {
 public:
  void emit(const NodeContext& context, GlobalEmission& given) const override {
    const Node& node = context.node;
    GlobalEmission e{given.builder, given.tiu,   given.dma, {}, as_words(given.output, context.chip.family),
                     given.chip,    given.spread};
    for (const Storage& input : given.inputs) e.inputs.push_back(as_words(input, context.chip.family));
    const Storage& out = e.output;
    if (const auto* permute = node.get_if<Permute>()) {
      Strides from;
      for (const std::int64_t axis : permute->order) from.push_back(e.inputs[0].stride[std::size_t(axis)]);
      return strided_copy(e, out.shape, {out.address, out.stride}, {e.inputs[0].address, from}, out.type);
    }
    if (const auto* slice = node.get_if<Slice>()) {
      Strides from;
      std::int64_t start = 0;
      for (std::size_t i = 0; i < slice->start.size(); ++i) {
        start += slice->start[i] * e.inputs[0].stride[i];
        from.push_back(e.inputs[0].stride[i] * slice->step[i]);
      }
      return strided_copy(e, out.shape, {out.address, out.stride}, {e.inputs[0].address + bytes(start, out), from},
                          out.type);
    }
    if (const auto* concat = node.get_if<Concat>()) {
      const auto axis = static_cast<std::size_t>(concat->axis);
      std::int64_t at = 0;
      for (const Storage& in : e.inputs) {
        const std::uint64_t place = out.address + bytes(at * out.stride[axis], out);
        // What was written to its place at once needs no copy.
        if (in.address != place || in.stride != out.stride)
          strided_copy(e, in.shape, {place, out.stride}, {in.address, in.stride}, out.type);
        at += in.shape[axis];
      }
      return;
    }
    if (node.get_if<Broadcast>() != nullptr) {
      Strides from = e.inputs[0].stride;
      for (std::size_t i = 0; i < from.size(); ++i)
        if (e.inputs[0].shape[i] == 1) from[i] = 0;
      return strided_copy(e, out.shape, {out.address, out.stride}, {e.inputs[0].address, from}, out.type);
    }
    if (const auto* pad = node.get_if<Pad>()) return emit_pad(*pad, context.output().type, e);
    // Reshape of what is not contiguous.
    reshaping_copy(e, out, e.inputs[0]);
  }

 private:
  static std::uint64_t bytes(std::int64_t count, const Storage& storage) {
    return static_cast<std::uint64_t>(count * element_bytes(storage.type));
  }

  /// Of one element, or of a word of four bytes.
  static std::uint32_t bits_of(float value, isa::DataType type) {
    switch (type) {
      case isa::DataType::kF16: return half_bits(value);
      case isa::DataType::kBf16: return bfloat_bits(value);
      case isa::DataType::kI8:
      case isa::DataType::kU8: return static_cast<std::uint8_t>(static_cast<int>(value)) * 0x01010101U;
      case isa::DataType::kI32: return static_cast<std::uint32_t>(static_cast<std::int32_t>(value));
      default: return Operand::constant(value).bits;
    }
  }

  static void emit_pad(const Pad& pad, isa::DataType type, GlobalEmission& e) {
    const Storage& out = e.output;
    const Storage& in = e.inputs[0];
    std::int64_t at = 0;
    for (std::size_t i = 0; i < pad.begin.size(); ++i) at += pad.begin[i] * out.stride[i];
    // The frame, one pair of slabs per axis: outer axes whole, inner ones inside of the slabs before.
    Shape inside = out.shape;
    std::int64_t corner = 0;
    for (std::size_t i = 0; i < pad.begin.size(); ++i) {
      const auto slab = [&](std::int64_t first, std::int64_t size) {
        if (size == 0) return;
        Shape shape = inside;
        shape[i] = size;
        strided_fill(e, shape, {out.address + bytes(corner + first * out.stride[i], out), out.stride}, out.type,
                     bits_of(pad.value, type));
      };
      slab(0, pad.begin[i]);
      slab(out.shape[i] - pad.end[i], pad.end[i]);
      corner += pad.begin[i] * out.stride[i];
      inside[i] = in.shape[i];
    }
    strided_copy(e, in.shape, {out.address + bytes(at, out), out.stride}, {in.address, in.stride}, out.type);
  }
};

}  // namespace

const GlobalKernel& move_kernel() {
  static const MoveKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
