// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/chip/chip_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::isa {
namespace {

ChipSpec chip_from(const std::string& entry, const std::string& what) {
  const std::size_t colon = entry.rfind(':');
  const std::string chip = entry.substr(0, colon);
  if (chip.empty())
    throw Error({"E-CHIP-LIST", what, fmt::format("\"{}\"", entry), "CHIP or CHIP:PRODUCT, separated by commas",
                 "an entry of the list names no chip"});
  const std::string product = colon == std::string::npos ? "" : entry.substr(colon + 1);
  if (colon != std::string::npos && product.empty())
    throw Error({"E-CHIP-LIST", what, fmt::format("\"{}\"", entry), "CHIP or CHIP:PRODUCT, separated by commas",
                 "an entry of the list names no product behind its colon"});
  try {
    ChipSpec spec = load_chip(chip, product);
    check_chip(spec);
    return spec;
  } catch (const Error& e) {
    if (e.place() != "--chip" && e.place() != "--product") throw;
    throw Error({e.id(), what, e.value(), e.legal(), e.sentence()});
  }
}

}  // namespace

std::vector<ChipSpec> load_chip_list(const std::string& list, const std::string& what) {
  std::vector<ChipSpec> chips;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    chips.push_back(chip_from(list.substr(begin, end - begin), what));
    begin = end + 1;
  }
  return chips;
}

}  // namespace bmemu::isa
