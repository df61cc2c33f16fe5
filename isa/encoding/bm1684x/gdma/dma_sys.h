// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class sDMA_sys: end of stream.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_runs.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr auto kDmaSysShortRows = field_run<GdmaFields>({
    {gdma_register::constant_value, 96, 32},
});

inline constexpr auto kDmaSysShortFields = joined(gdma_head(gdma_register::rsvd), kDmaSysShortRows);

struct DmaSys : DmaClass<DmaSys> {
  static constexpr std::uint8_t kCmdType = 6;
  enum class Op : std::uint8_t {
    kEnd = 0,
    kNop = 1,
  };
  static constexpr Operation kOperations[] = {
      {Op::kEnd, "dma.sys"},
      {Op::kNop, "dma.sys.nop"},
  };
  static constexpr Layout<GdmaFields> kShort{"sDMA_sys", 16, 128, kDmaSysShortFields};
};

}  // namespace bmemu::isa::bm1684x
