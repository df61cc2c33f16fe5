// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// TRANS&BC: transposition of channels and columns, copies and broadcasts between lanes and from static memory.
#include <algorithm>

#include "emulator/operand/gather.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

/// Moves elements of T, which are only bits here.
template <class T>
void move(const isa::bm1684x::TransBc& transbc, const TransBcOperands& set, const isa::ChipSpec& chip,
          memory::ChipMemory& memory) {
  using Op = isa::bm1684x::TransBc::Op;
  const auto source = gathered<T>(set.input, chip, memory);
  const auto [n, c, h, w] = set.result.shape;
  std::vector<T> out(element_count(set.result));
  switch (transbc.operation()) {
    case Op::kCwTranspose:
    case Op::kWcTranspose: {
      std::size_t i = 0;
      for (std::size_t b = 0; b < n; ++b)
        for (std::size_t y = 0; y < c; ++y)
          for (std::size_t row = 0; row < h; ++row)
            for (std::size_t x = 0; x < w; ++x) out[i++] = source[((b * w + x) * h + row) * c + y];
      break;
    }
    case Op::kLaneBroadcast:
    case Op::kStaticBroadcast: {
      const std::size_t plane = std::size_t{h} * w;
      for (std::size_t b = 0; b < n; ++b)
        for (std::size_t y = 0; y < c; ++y)
          std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(b * plane), plane,
                      out.begin() + static_cast<std::ptrdiff_t>((b * c + y) * plane));
      break;
    }
    default: out = source; break;
  }
  scatter(set.result, chip, memory, out.data());
}

}  // namespace

void execute(const isa::bm1684x::TransBc& transbc, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const TransBcOperands set = operand_set(transbc, chip);
  switch (bits(set.result.format)) {
    case 8: return move<std::uint8_t>(transbc, set, chip, memory);
    case 16: return move<std::uint16_t>(transbc, set, chip, memory);
    default: return move<std::uint32_t>(transbc, set, chip, memory);
  }
}

}  // namespace bmemu::emulator
