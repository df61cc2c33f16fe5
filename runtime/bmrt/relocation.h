// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A network is compiled for fixed places in device memory; a runtime puts it where there is room.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/program/program.h"

namespace bmemu::runtime {

/// From compiled to real addresses.
/// Source: libsophon tpu-runtime: weights lie below the area of inputs and outputs, and that below activations.
struct Relocation {
  std::uint64_t io_begin = 0;      ///< compiled; weights end here. Without such an area the same as neuron_begin
  std::uint64_t neuron_begin = 0;  ///< compiled
  std::uint64_t weights_offset = 0;
  std::uint64_t io_offset = 0;
  std::uint64_t neuron_offset = 0;  ///< offsets are added modulo 2^64

  /// Addresses below what compilers give out (local and static memory, L2) stay.
  std::uint64_t operator()(isa::Family family, std::uint64_t address) const;
};

/// A group's GDMA stream with relocated addresses, as a file holds it. TIU commands hold no addresses of device memory.
/// Errors: those of isa::decode.
std::vector<std::uint8_t> relocated_gdma(isa::Family family, const isa::CommandStream& stream,
                                         const Relocation& relocation);

}  // namespace bmemu::runtime
