// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Any text is a chip description or one clear error. A text that begins with '=' is a setting of a built-in chip.
#include <cstdint>
#include <string_view>

#include "isa/chip/chip_file.h"
#include "isa/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bmemu;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const isa::ChipSpec kChip = isa::load_chip("bm1684x");
  try {
    if (!text.empty() && text[0] == '=') {
      isa::ChipSpec changed = kChip;
      isa::apply_setting(changed, text.substr(1));
      isa::check_chip(changed);
    } else {
      isa::load_chip_text(text, "input.toml");
    }
  } catch (const Error&) {
  }
  return 0;
}
