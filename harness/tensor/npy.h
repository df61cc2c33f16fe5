// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// NumPy's array files: .npy holds one array, .npz (a ZIP archive of .npy members) several.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "harness/tensor/array.h"

namespace bmemu::harness {

/// Format versions 1.0 to 3.0, little-endian or single-byte elements, C order. `name` is used in errors.
/// Errors: E-NPY-FORMAT (not such a file, cut off, big-endian, Fortran order, an element type that arrays cannot have).
Array parse_npy(isa::ByteView bytes, const std::string& name);

/// Version 1.0.
std::vector<std::uint8_t> to_npy(const Array& array);

/// The arrays of a .npz file in the order of the archive, or the only one of a .npy file (told apart by content; its
/// name is empty). Errors: E-FILE-OPEN, E-NPY-FORMAT, E-NPZ-FORMAT (not a ZIP archive, or a damaged one).
std::vector<Array> read_arrays(const std::string& path);

/// A path that ends in .npy takes exactly one array; any other is written as .npz with compressed members.
/// Errors: E-FILE-WRITE, E-TENSOR-COUNT (several arrays for a .npy file).
void write_arrays(const std::string& path, const std::vector<Array>& arrays);
/// The same to a stream, which the caller checks; `path` says which of the two forms.
void write_arrays(const std::string& path, const std::vector<Array>& arrays, std::ostream& out);
/// Whether so many arrays fit the form that the path asks for. Errors: E-TENSOR-COUNT.
void check_array_count(const std::string& path, std::size_t arrays);

}  // namespace bmemu::harness
