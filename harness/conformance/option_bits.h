// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What each option bit of each encoding does to values, found by turning it over in single-command records.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bmemu::harness {

/// What the emulator does with a bit in the records of an encoding.
struct OptionBit {
  bool used = false;     ///< values of some record change
  bool ignored = false;  ///< values of some record stay
  bool refused = false;  ///< some record is refused with it
};

struct OptionField {
  std::string chip, encoding, field;
  std::vector<OptionBit> bits;  ///< from the lowest
};

/// `path`: a folder of vector files or one. At most `records_per_operation` records, the first exact ones, stand for an
/// operation of an encoding. Options are fields of at most 8 bits that are no address, size, stride or id.
/// Errors: E-FILE-OPEN, E-VECTOR-FORMAT.
std::vector<OptionField> option_bits(const std::string& path, std::size_t records_per_operation = 12);

/// As a Markdown page.
std::string option_bits_page(const std::vector<OptionField>& fields);

}  // namespace bmemu::harness
