// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How the process deals with memory that it no longer needs.
#pragma once

namespace bmemu::memory {

/// A command's operands are copied to arrays as large as they are. Memory that goes back to the system after each
/// command has to be zeroed page by page for the next one; observed: a third of the time of a network.
/// For programs, once at their start: a library leaves that to its user.
void keep_freed_memory();

}  // namespace bmemu::memory
