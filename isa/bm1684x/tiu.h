// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// All BM1684X TIU instructions.
#pragma once

#include <variant>

#include "isa/bm1684x/ar.h"
#include "isa/bm1684x/cmp.h"
#include "isa/bm1684x/conv.h"
#include "isa/bm1684x/lar.h"
#include "isa/bm1684x/lin.h"
#include "isa/bm1684x/mm.h"
#include "isa/bm1684x/mm2.h"
#include "isa/bm1684x/pord.h"
#include "isa/bm1684x/rqdq.h"
#include "isa/bm1684x/seg.h"
#include "isa/bm1684x/sfu.h"
#include "isa/bm1684x/sg.h"
#include "isa/bm1684x/sgl.h"
#include "isa/bm1684x/sysid.h"
#include "isa/bm1684x/transbc.h"
#include "isa/bm1684x/vc.h"

namespace bmemu::isa::bm1684x {

using TiuInstruction =
    std::variant<Conv, PorD, Mm, Mm2, Ar, Seg, RqDq, TransBc, Sg, Sgl, Lar, Sfu, Lin, Cmp, Vc, SysId>;

}  // namespace bmemu::isa::bm1684x
