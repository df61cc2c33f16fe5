// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/error.h"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

namespace bmemu {
namespace {

/// Names and values come from files: a line break or a terminal's control code in them must not reach the message.
std::string printable(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7F)
      result += fmt::format("\\x{:02x}", code);
    else
      result += c;
  }
  return result;
}

std::string compose(const Error::Details& d) {
  std::string text = d.id + ": " + d.what;
  if (!d.place.empty()) text += "; at " + d.place;
  if (!d.value.empty()) text += "; found " + d.value;
  if (!d.legal.empty()) text += "; legal: " + d.legal;
  return printable(text);
}

}  // namespace

Error::Error(Details details) : std::runtime_error(compose(details)), details_(std::move(details)) {}

Error Error::in(const std::string& prefix) const {
  Details copy = details_;
  copy.place = copy.place.empty() ? prefix : prefix + ", " + copy.place;
  return Error(std::move(copy));
}

void check_failed(const char* condition, const char* file, int line, const std::string& context) {
  std::cerr << "bmemu: broken invariant " << condition << " (" << file << ":" << line << "): " << context << std::endl;
  std::abort();
}

}  // namespace bmemu
