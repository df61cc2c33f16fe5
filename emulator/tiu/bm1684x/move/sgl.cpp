// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// SGL: gather and scatter of whole rows.
#include <algorithm>

#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/values.h"
#include "isa/error.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

template <class T>
void move_rows(const isa::bm1684x::Sgl& sgl, const SglOperands& set, const isa::ChipSpec& chip,
               memory::ChipMemory& memory) {
  const bool is_gather = sgl.operation() == isa::bm1684x::Sgl::Op::kGatherLine;
  const auto source = gathered<T>(set.input, chip, memory);
  auto out = gathered<T>(set.result, chip, memory);
  const Integers index = load_integers(set.index, chip, memory);
  const auto [batches, channels, rows, width] = set.result.shape;
  const std::size_t source_rows = set.input.shape[2], lines = set.index.shape[2];
  const std::int64_t none = bits(set.index.format) == 8 ? 0xFF : 0xFFFF;
  const std::size_t end = is_gather ? source_rows : rows;
  for (std::size_t n = 0; n < batches; ++n)
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t i = 0; i < lines; ++i) {
        const std::int64_t at = index[(n * channels + c) * lines + i];
        const std::size_t fixed = is_gather ? (n * channels + c) * rows + i : c * source_rows + i;
        if (sgl.opd3_const != 0 && at == none) {
          if (is_gather && sgl.opd2_const != 0)
            std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(fixed * width), width, static_cast<T>(sgl.opd2_addr));
          continue;
        }
        if (static_cast<std::uint64_t>(at) >= end)
          throw Error({"E-OPERAND-RANGE", "index of a gather or scatter of rows", std::to_string(at),
                       "0.." + std::to_string(end - 1), "an index leaves the tensor"});
        const auto row = static_cast<std::size_t>(at);
        const std::size_t from = is_gather ? c * source_rows + row : fixed;
        const std::size_t to = is_gather ? fixed : (n * channels + c) * rows + row;
        std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(from * width), width,
                    out.begin() + static_cast<std::ptrdiff_t>(to * width));
      }
  scatter(set.result, chip, memory, out.data());
}

}  // namespace

void execute(const isa::bm1684x::Sgl& sgl, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const SglOperands set = operand_set(sgl, chip);
  switch (bits(set.result.format)) {
    case 8: return move_rows<std::uint8_t>(sgl, set, chip, memory);
    case 16: return move_rows<std::uint16_t>(sgl, set, chip, memory);
    default: return move_rows<std::uint32_t>(sgl, set, chip, memory);
  }
}

}  // namespace bmemu::emulator
