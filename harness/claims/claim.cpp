// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/claim.h"

namespace bmemu::harness {

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kConfirmed: return "confirmed";
    case Verdict::kPartly: return "partly";
    case Verdict::kRefuted: return "refuted";
    case Verdict::kCannotTell: return "cannot tell";
    case Verdict::kNotTestable: return "not testable";
  }
  return "";
}

std::string_view name(Basis basis) {
  switch (basis) {
    case Basis::kPublished: return "published figures";
    case Basis::kModel: return "model with numbers from elsewhere";
    case Basis::kFittedModel: return "model fitted to these times";
  }
  return "";
}

}  // namespace bmemu::harness
