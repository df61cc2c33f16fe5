// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The border to C: nothing that goes wrong inside leaves it but as a line on standard error and a status.
#pragma once

#include <fmt/format.h>

#include <exception>
#include <new>

#include "isa/error.h"
#include "runtime/interface/messages.h"

namespace bmemu::runtime {

/// Runs `body`, which returns nothing.
template <class Body>
Status guarded(const char* function, Body&& body) noexcept {
  try {
    try {
      body();
      return kOk;
    } catch (const Error& error) {
      tell(error, function);
      return verdict_of(error.id()).status;
    } catch (const std::bad_alloc&) {
      tell(Blame::kLimit, function, "this computer has no memory left");
      return kNoMemory;
    } catch (const std::exception& error) {
      tell(Blame::kOurs, function, error.what());
      return kFailure;
    }
  } catch (...) {  // not even the line could be made
    return kFailure;
  }
}

/// Errors: E-RUNTIME-ARGUMENT.
inline void require(bool condition, const char* argument, const char* legal) {
  if (!condition)
    throw Error({"E-RUNTIME-ARGUMENT", argument, "what the client passed", legal, "an argument that cannot be used"});
}

/// For pointers that the library writes to or reads from.
inline void require_pointer(const void* pointer, const char* argument) {
  require(pointer != nullptr, argument, "not null");
}

/// Errors: E-RUNTIME-UNSUPPORTED.
[[noreturn]] inline void unsupported(const std::string& what, const std::string& why) {
  throw Error({"E-RUNTIME-UNSUPPORTED", what, "", "docs/runtime.md lists what is supported", why});
}

}  // namespace bmemu::runtime
