// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Nearest and linear resizing: lines first, then columns. Output lines with the same weight that lie evenly apart are
// one command.
#include <algorithm>

#include "kernels/op/elementwise.h"

namespace bmemu::kernels {
namespace {

/// Output elements first, first + step ... made of input elements `from` and `second`, each `advance` further.
struct Run {
  std::int64_t first, step, count;
  std::int64_t from, second, advance;
  float weight;
};

std::vector<Run> runs_of(const std::vector<ResizeTap>& taps, std::int64_t begin, std::int64_t end) {
  std::vector<Run> runs;
  std::vector<bool> done(static_cast<std::size_t>(end - begin));
  const auto at = [&](std::int64_t i) -> const ResizeTap& { return taps[static_cast<std::size_t>(i)]; };
  for (std::int64_t i = begin; i < end; ++i) {
    if (done[std::size_t(i - begin)]) continue;
    Run best{i, 1, 1, at(i).first, at(i).second, 1, at(i).weight};
    for (std::int64_t step = 1; step <= 16 && i + step < end; ++step) {
      const std::int64_t advance = at(i + step).first - at(i).first;
      if (advance < 0) continue;
      std::int64_t count = 1;
      for (std::int64_t j = i + step; j < end && !done[std::size_t(j - begin)]; j += step, ++count)
        if (at(j).weight != at(i).weight || at(j).first != at(i).first + count * advance ||
            (at(j).weight != 0 && at(j).second != at(i).second + count * advance))
          break;
      if (count > best.count) best.step = step, best.count = count, best.advance = advance;
    }
    for (std::int64_t j = 0; j < best.count; ++j) done[std::size_t(i + j * best.step - begin)] = true;
    runs.push_back(best);
  }
  return runs;
}

const std::vector<ResizeTap>& lines(const NodeContext& c) { return c.node.as<Resize>().taps[1]; }
const std::vector<ResizeTap>& columns(const NodeContext& c) { return c.node.as<Resize>().taps[2]; }

void range_of(const std::vector<ResizeTap>& taps, std::int64_t out_begin, std::int64_t out_end, std::int64_t& begin,
              std::int64_t& end) {
  begin = taps[std::size_t(out_begin)].first, end = begin + 1;
  for (std::int64_t i = out_begin; i < out_end; ++i) {
    const ResizeTap& tap = taps[std::size_t(i)];
    begin = std::min({begin, tap.first, tap.weight != 0 ? tap.second : tap.first});
    end = std::max({end, tap.first + 1, tap.weight != 0 ? tap.second + 1 : 0});
  }
}

class ResizeKernel : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    const Shape& shape = context.output().shape;
    if (shape.size() == 3 && columns(context).size() == static_cast<std::size_t>(shape[2])) return {View::kImage};
    return shape.size() == 4 ? std::vector<View>{View::kImage} : std::vector<View>{};
  }

  Region needs(const NodeContext& context, View, std::size_t, const Region& out) const override {
    Region region = out;
    if (context.output().shape.size() == 4)
      range_of(lines(context), out.begin[2], out.end[2], region.begin[2], region.end[2]);
    range_of(columns(context), out.begin[3], out.end[3], region.begin[3], region.end[3]);
    return region;
  }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    // Lines resized, before the columns; and one product.
    const Dims in = dims_of(View::kImage, context.input(0).shape);
    const Dims middle{out[0], out[1], out[2], std::max(in[3], out[3])};
    return 2 * Scratch::bytes(context.chip, context.output().type, middle);
  }

  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return Kernel::cycles(context, view, out) * 8 + 66 * 16;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const isa::ChipSpec& chip = context.chip;
    const SliceTensor& in = e.inputs[0];
    const LocalTensor& out = e.output.tensor;
    const Region need = needs(context, e.view, 0, e.output.region);
    Dims begin{};
    for (std::size_t d = 0; d < 4; ++d) begin[d] = need.begin[d] - in.region.begin[d];
    const LocalTensor x = part_of(in.tensor, begin, need.size(), chip);
    Scratch scratch(chip, e.scratch);
    const LocalTensor middle =
        scratch.tensor(out.type, {out.shape[0], out.shape[1], out.shape[2], x.shape[3]}, out.lane);
    const std::int64_t rest = scratch.tensor(out.type, {1, 1, 1, 1}, 0).offset;
    if (context.output().shape.size() == 4)
      resize_axis(chip, e.tiu, lines(context), 2, middle, e.output.region.begin[2], x, need.begin[2], rest);
    else
      e.tiu.copy(middle, x);
    resize_axis(chip, e.tiu, columns(context), 3, out, e.output.region.begin[3], middle, need.begin[3], rest);
  }

 private:
  static void resize_axis(const isa::ChipSpec& chip, Tiu& tiu, const std::vector<ResizeTap>& taps, std::size_t axis,
                          const LocalTensor& out, std::int64_t out_begin, const LocalTensor& in, std::int64_t in_begin,
                          std::int64_t rest) {
    for (const Run& run : runs_of(taps, out_begin, out_begin + out.shape[axis])) {
      const auto every = [&](const LocalTensor& t, std::int64_t first, std::int64_t step) {
        Dims begin{}, shape = t.shape;
        begin[axis] = first;
        shape[axis] = run.count;
        LocalTensor part = part_of(t, begin, shape, chip);
        part.stride[axis] = t.stride[axis] * step;
        return part;
      };
      const LocalTensor to = every(out, run.first - out_begin, run.step);
      const LocalTensor a = every(in, run.from - in_begin, run.advance);
      if (run.weight == 0) {
        tiu.copy(to, a);
        continue;
      }
      const LocalTensor b = every(in, run.second - in_begin, run.advance);
      const LocalTensor product = aligned_tensor(chip, out.type, to.shape, rest, out.lane);
      tiu.arithmetic(Arithmetic::kMul, product, b, Operand::constant(run.weight));
      tiu.arithmetic(Arithmetic::kMul, to, a, Operand::constant(1.0F - run.weight));
      tiu.arithmetic(Arithmetic::kAdd, to, to, product);
    }
  }
};

}  // namespace

const Kernel& resize_kernel() {
  static const ResizeKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
