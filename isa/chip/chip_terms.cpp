// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/chip/chip_terms.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/error.h"

namespace bmemu::isa {
namespace {

/// Keys, or the beginnings of keys, of terms that one family alone has.
struct Term {
  std::string_view key;
  Family family;
};
constexpr Term kTerms[] = {
    {"tiu.cube_", Family::kBm1684x},
    {"ideal_tiu.", Family::kBm1684x},
    {"gdma.s2l_", Family::kBm1684x},
    {"gdma.l2s_", Family::kBm1684x},
    {"gdma.s2s_", Family::kBm1684x},
    {"gdma.l2l_", Family::kBm1684x},
    {"gdma.gather_", Family::kBm1684x},
    {"gdma.tensor_rate_ratio", Family::kBm1684x},
    {"gdma.transpose_rate_ratio", Family::kBm1684x},
    {"gdma.row_bytes", Family::kBm1684x},
    {"gdma.rate_controllers", Family::kBm1684x},
    {"ideal_dma.", Family::kBm1684},
    {"static_memory.", Family::kBm1684x},
    {"silicon.cube_", Family::kBm1684x},
    {"silicon.window_row_share", Family::kBm1684x},
    {"silicon.matmul_f32_ratio", Family::kBm1684x},
    {"silicon.gather_ratio", Family::kBm1684x},
};

}  // namespace

Influence influence(const Parameter& parameter, Family family) {
  const bool other_family = std::any_of(std::begin(kTerms), std::end(kTerms), [&](const Term& term) {
    return parameter.key.rfind(term.key, 0) == 0 && term.family != family;
  });
  if (other_family) return Influence::kNone;
  if (parameter.key == "l2.bytes" || parameter.key == "static_memory.bytes") return Influence::kLimit;
  // The cost of BM1684 instructions knows no conflicts of banks.
  if (parameter.key == "local_memory.banks" && family == Family::kBm1684) return Influence::kLimit;
  return Influence::kFigures;
}

double neutral_value(const Parameter& parameter) { return parameter.minimum == 1 ? 1 : 0; }

void check_terms(const ChipSpec& chip) {
  for (const auto& parameter : chip_parameters()) {
    const double found = value(parameter, chip);
    if (influence(parameter, chip.family) != Influence::kNone || found == neutral_value(parameter)) continue;
    throw Error({"E-CHIP-NO-EFFECT", fmt::format("{}, key {}", chip.name, parameter.key), fmt::format("{}", found),
                 fmt::format("{} on chips of family {}", neutral_value(parameter), name(chip.family)),
                 "the parameter has no effect on this chip"});
  }
}

}  // namespace bmemu::isa
