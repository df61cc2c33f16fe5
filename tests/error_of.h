// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The id of the error that an action ends with.
#pragma once

#include <string>

#include "isa/error.h"

namespace bmemu {

/// "no error" when it ends well.
template <class Action>
std::string error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.id();
  }
  return "no error";
}

}  // namespace bmemu
