// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// All BM1684X GDMA instructions.
#pragma once

#include <variant>

#include "isa/bm1684x/dma_cw_transpose.h"
#include "isa/bm1684x/dma_gather.h"
#include "isa/bm1684x/dma_general.h"
#include "isa/bm1684x/dma_masked_select.h"
#include "isa/bm1684x/dma_matrix.h"
#include "isa/bm1684x/dma_nonzero.h"
#include "isa/bm1684x/dma_scatter.h"
#include "isa/bm1684x/dma_sys.h"
#include "isa/bm1684x/dma_tensor.h"

namespace bmemu::isa::bm1684x {

using GdmaInstruction = std::variant<DmaTensor, DmaMatrix, DmaMaskedSelect, DmaGeneral, DmaCwTranspose, DmaNonzero,
                                     DmaSys, DmaGather, DmaScatter>;

}  // namespace bmemu::isa::bm1684x
