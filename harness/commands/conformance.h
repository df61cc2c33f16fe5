// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The subcommand `bmemu conformance`.
#pragma once

#include "harness/commands/command.h"

namespace bmemu::harness {

/// Adds the subcommand; when it runs it sets `exit_code` (1 when a record differs). `exit_code` must outlive `app`.
void add_conformance_command(CLI::App& app, int& exit_code);

}  // namespace bmemu::harness
