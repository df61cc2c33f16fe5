// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// All BM1684X GDMA instructions.
#pragma once

#include <variant>

#include "isa/encoding/bm1684x/gdma/dma_cw_transpose.h"
#include "isa/encoding/bm1684x/gdma/dma_gather.h"
#include "isa/encoding/bm1684x/gdma/dma_general.h"
#include "isa/encoding/bm1684x/gdma/dma_masked_select.h"
#include "isa/encoding/bm1684x/gdma/dma_matrix.h"
#include "isa/encoding/bm1684x/gdma/dma_nonzero.h"
#include "isa/encoding/bm1684x/gdma/dma_scatter.h"
#include "isa/encoding/bm1684x/gdma/dma_sys.h"
#include "isa/encoding/bm1684x/gdma/dma_tensor.h"

namespace bmemu::isa::bm1684x {

using GdmaInstruction = std::variant<DmaTensor, DmaMatrix, DmaMaskedSelect, DmaGeneral, DmaCwTranspose, DmaNonzero,
                                     DmaSys, DmaGather, DmaScatter>;

}  // namespace bmemu::isa::bm1684x
