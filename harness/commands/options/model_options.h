// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The options that `bmemu compile` and `bmemu run` share for models.
#pragma once

#include "harness/commands/command.h"
#include "harness/compile/compile_model.h"

namespace bmemu::harness {

/// All but the path. `options` must outlive `app`.
void add_model_options(CLI::App& app, Console& console, ModelOptions& options);

}  // namespace bmemu::harness
