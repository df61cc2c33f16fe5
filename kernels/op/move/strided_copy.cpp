// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/move/strided_copy.h"

#include <algorithm>
#include <functional>

#include "kernels/op/move/transposing_copy.h"

namespace bmemu::kernels {
namespace {

struct Dimension {
  std::int64_t size, to, from;
};

/// Without dimensions of size 1, neighbours joined where both sides allow it; outermost first.
std::vector<Dimension> joined(const Shape& shape, const std::vector<std::int64_t>& to,
                              const std::vector<std::int64_t>& from) {
  std::vector<Dimension> result;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const Dimension next{shape[i], to[i], from[i]};
    if (next.size == 1) continue;
    if (!result.empty() && result.back().to == next.size * next.to && result.back().from == next.size * next.from &&
        result.back().size * next.size <= 65535) {
      result.back() = {result.back().size * next.size, next.to, next.from};
    } else {
      result.push_back(next);
    }
  }
  return result;
}

/// Calls `command` for every four innermost dimensions.
void for_each_box(
    const std::vector<Dimension>& dimensions, std::uint64_t to, std::uint64_t from, std::int64_t bytes,
    const std::function<void(const Dims&, std::uint64_t, const Dims&, std::uint64_t, const Dims&)>& command) {
  bool descends = dimensions.size() > 4;
  for (const Dimension& d : dimensions) descends |= d.from < 0;
  if (!descends) {
    Dims shape{1, 1, 1, 1}, to_stride{1, 1, 1, 1}, from_stride{1, 1, 1, 1};
    std::size_t at = 4;
    for (std::size_t i = dimensions.size(); i-- > 0;) {
      --at;
      shape[at] = dimensions[i].size;
      to_stride[at] = dimensions[i].to;
      from_stride[at] = dimensions[i].from;
    }
    // A copy along w reads neighbours: where neither side has them, w is one element.
    if (shape[3] > 1 && (to_stride[3] != 1 || from_stride[3] != 1) && shape[0] == 1) {
      shape = {shape[1], shape[2], shape[3], 1};
      to_stride = {to_stride[1], to_stride[2], to_stride[3], 1};
      from_stride = {from_stride[1], from_stride[2], from_stride[3], 1};
    }
    command(shape, to, to_stride, from, from_stride);
    return;
  }
  std::size_t outer = 0;  // one at a time: what runs backwards, else the outermost
  for (std::size_t i = 0; i < dimensions.size(); ++i)
    if (dimensions[i].from < 0) outer = i;
  std::vector<Dimension> rest = dimensions;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(outer));
  for (std::int64_t i = 0; i < dimensions[outer].size; ++i)
    for_each_box(rest, to + static_cast<std::uint64_t>(i * dimensions[outer].to * bytes),
                 from + static_cast<std::uint64_t>(i * dimensions[outer].from * bytes), bytes, command);
}

}  // namespace

void strided_copy(GlobalEmission& e, const Shape& shape, const Strided& to, const Strided& from, isa::DataType type) {
  std::vector<CopyDimension> dimensions;
  for (const Dimension& d : joined(shape, to.stride, from.stride)) dimensions.push_back({d.size, d.to, d.from});
  if (transposing_copy(e, std::move(dimensions), to.address, from.address, type)) return;
  for_each_box(joined(shape, to.stride, from.stride), to.address, from.address, element_bytes(type),
               [&](const Dims& box, std::uint64_t to_address, const Dims& to_stride, std::uint64_t from_address,
                   const Dims& from_stride) {
                 e.dma.copy(plain_tensor(to_address, box, to_stride, type),
                            plain_tensor(from_address, box, from_stride, type));
               });
}

void strided_fill(GlobalEmission& e, const Shape& shape, const Strided& to, isa::DataType type, std::uint32_t bits) {
  for_each_box(joined(shape, to.stride, to.stride), to.address, to.address, element_bytes(type),
               [&](const Dims& box, std::uint64_t address, const Dims& stride, std::uint64_t, const Dims&) {
                 e.dma.fill(plain_tensor(address, box, stride, type), bits);
               });
}

void reshaping_copy(GlobalEmission& e, const Storage& out, const Storage& in) {
  // Walks both shapes from the inside; the contiguous one is cut as the other needs it.
  const Storage& apart = in.is_contiguous() ? out : in;
  std::vector<std::int64_t> packed(apart.shape.size(), 1);
  for (std::size_t i = packed.size(); i-- > 1;) packed[i - 1] = packed[i] * apart.shape[i];
  if (&apart == &in)
    strided_copy(e, in.shape, {out.address, packed}, {in.address, in.stride}, out.type);
  else
    strided_copy(e, out.shape, {out.address, out.stride}, {in.address, packed}, out.type);
}

}  // namespace bmemu::kernels
