// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// All BM1684X TIU instructions.
#pragma once

#include <variant>

#include "isa/encoding/bm1684x/tiu/ar.h"
#include "isa/encoding/bm1684x/tiu/cmp.h"
#include "isa/encoding/bm1684x/tiu/conv.h"
#include "isa/encoding/bm1684x/tiu/lar.h"
#include "isa/encoding/bm1684x/tiu/lin.h"
#include "isa/encoding/bm1684x/tiu/mm.h"
#include "isa/encoding/bm1684x/tiu/mm2.h"
#include "isa/encoding/bm1684x/tiu/pord.h"
#include "isa/encoding/bm1684x/tiu/rqdq.h"
#include "isa/encoding/bm1684x/tiu/seg.h"
#include "isa/encoding/bm1684x/tiu/sfu.h"
#include "isa/encoding/bm1684x/tiu/sg.h"
#include "isa/encoding/bm1684x/tiu/sgl.h"
#include "isa/encoding/bm1684x/tiu/sysid.h"
#include "isa/encoding/bm1684x/tiu/transbc.h"
#include "isa/encoding/bm1684x/tiu/vc.h"

namespace bmemu::isa::bm1684x {

using TiuInstruction =
    std::variant<Conv, PorD, Mm, Mm2, Ar, Seg, RqDq, TransBc, Sg, Sgl, Lar, Sfu, Lin, Cmp, Vc, SysId>;

}  // namespace bmemu::isa::bm1684x
