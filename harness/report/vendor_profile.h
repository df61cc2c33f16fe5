// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A run in the format of the vendor's profiler, so that its viewer (tpu_profile --mode time) opens it.
#pragma once

#include <string>

#include "harness/measure/run.h"

namespace bmemu::harness {

/// Writes global.profile and iter0.profile into `folder`, which exists. Times count cycles from the first command's
/// begin: of 550 MHz (TIU) and 575 MHz (GDMA) on BM1684, whose viewer knows no others; of the TIU's clock on BM1684X.
/// Ids of command groups are counted on. Source: libsophon's runtime (bmruntime_profile) and the viewer of tpu_mlir.
/// Errors: E-FILE-WRITE.
void write_vendor_profile(const Run& run, const std::string& folder);

}  // namespace bmemu::harness
