// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Functions of libbmlib that work on the device of a handle.
#pragma once

#include "runtime/devices.h"
#include "runtime/interface/guard.h"

namespace bmemu::runtime {

/// `guarded` with the device of a handle.
template <class Body>
Status on_device(const char* function, const Handle* handle, Body&& body) noexcept {
  return guarded(function, [&] { body(Devices::instance().device(handle)); });
}

}  // namespace bmemu::runtime
