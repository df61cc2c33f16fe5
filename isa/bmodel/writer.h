// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Writes a program as a BModel file that the vendor's runtime loads and `BModel::open` reads back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isa/program/program.h"

namespace bmemu::isa {

/// What a file says about itself beside the program. Everything may be empty.
struct BModelNotes {
  std::string compiler = "bmemu";  ///< `version` of the file
  std::string time;                ///< when it was made; empty keeps the file the same from build to build
  /// Description of the chip that it was compiled for (TOML), see `chip_text_of`; empty: the program's own.
  std::string chip_text;
  std::string layer_map;  ///< text of a tensor_location.json
};

/// The bytes of a file with one network of one stage: the program's command groups (by sub-network), its memory image
/// as coefficients, inputs, outputs and activation area. Segments of the image become one region from the lowest to
/// the highest address, zeros between them. The same program gives the same bytes.
/// The chip description is kept where the vendor's runtime does not look (`net_stat`), the layer map in `tensor_loc`.
/// Errors: E-BMODEL-WRITE (a program that a file cannot hold: no command group, more than 4 GiB of data, an image that
/// overlaps the activation area).
std::vector<std::uint8_t> write_bmodel(const Program& program, const BModelNotes& notes = {});

/// The chip description that `write_bmodel` put into a file's `net_stat`; empty when the text is another's.
std::string chip_text_of(ByteView statistics);

}  // namespace bmemu::isa
