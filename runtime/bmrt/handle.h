// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The border of libbmrt to C: the opaque pointer of the interface is a ModelRuntime.
#pragma once

#include "runtime/bmrt/model_runtime.h"
#include "runtime/interface/guard.h"

namespace bmemu::runtime {

/// Whether `body`, which gets the runtime behind the client's pointer, was done.
template <class Body>
bool with_runtime(const char* function, ModelRuntime* runtime, Body&& body) noexcept {
  return guarded(function, [&] {
           require_pointer(runtime, "runtime");
           body(*runtime);
         }) == kOk;
}

/// The network of this name. Errors: E-RUNTIME-ARGUMENT (null), E-RUNTIME-NETWORK (no such network).
inline const LoadedNetwork& network_of(const ModelRuntime& runtime, const char* name) {
  require_pointer(name, "network name");
  return runtime.network(name);
}

}  // namespace bmemu::runtime
