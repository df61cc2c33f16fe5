// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/causes.h"

#include <array>

namespace bmemu::harness {
namespace {

constexpr std::array<CauseText, emulator::kCauseCount> kTexts{{
    {"work at full use of lanes and execution units", "a faster clock, a smaller type, or fewer operations"},
    {"work on shapes rounded up to lanes, execution units or cube", "channels and widths that fill lanes and units"},
    {"operands or results shared a bank", "another placement of tensors in banks"},
    {"the pipeline started up or drained", "fewer and larger commands: larger slices or batches"},
    {"operands or weights came too slowly from local memory", "more reuse of what is in local memory"},
    {"bytes moved at the port's rate", "fewer bytes: smaller types, weights that stay, layers fused"},
    {"short or strided rows: bytes moved in vain, overhead of rows", "longer rows, another layout"},
    {"start-up of a DMA descriptor", "fewer and larger transfers"},
    {"DDR was slower than the port: bandwidth", "more DDR bandwidth"},
    {"DDR opened other rows", "accesses that stay in a row"},
    {"DDR changed between reading and writing", "longer runs of reads and of writes"},
    {"DDR refreshed itself", "nothing: DDR must"},
    {"bytes that DDR moved in vain, as runs did not fill bursts", "runs that are whole bursts"},
    {"bytes unevenly spread over the DDR controllers", "addresses that alternate between controllers"},
    {"waited for the other engine", "loads earlier, so that both engines work at once"},
    {"waited for the command itself", "fewer and larger commands"},
    {"before the first and after the last command: host, firmware", "several images per launch: a larger batch"},
    {"own commands done, the other engine still worked", "an even share of work between the engines"},
}};

}  // namespace

CauseText text_of(emulator::Cause cause) { return kTexts[static_cast<std::size_t>(cause)]; }

}  // namespace bmemu::harness
