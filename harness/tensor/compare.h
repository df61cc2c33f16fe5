// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How far outputs are from reference outputs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/tensor/array.h"

namespace bmemu::harness {

/// One tensor against its reference. Elements are compared as f64; a NaN equals a NaN.
struct Difference {
  std::string name;
  std::uint64_t elements = 0;
  std::uint64_t different = 0;  ///< elements that are not equal
  double max_absolute = 0;
  double max_relative = 0;  ///< |a - b| / |b|, over elements with b != 0
  double cosine = 1;        ///< similarity of the two as vectors; 1 when both are zero
  bool within(double tolerance) const { return max_absolute <= tolerance; }
};

/// Adds up the difference of one tensor, element by element.
class DifferenceSum {
 public:
  /// Whether they differ; NaN equals NaN.
  bool add(double found, double wanted);
  Difference result(std::string name) const;

 private:
  Difference sum_;
  double dot_ = 0, found_ = 0, wanted_ = 0;  ///< products of the two vectors
};

/// The elements as numbers; Booleans are 0 and 1.
std::vector<double> as_f64(const Array& array);

/// The reference of an output: of its name, or of the name that it has in the network when the compiler appended _f32,
/// and the reverse. Null when there is none.
const Array* find_reference(const std::vector<Array>& references, const std::string& output);

/// Outputs in the program's order against references of the same names, or in the same order when there is only one of
/// each. Shapes may differ where the number of elements is the same. Errors: E-TENSOR-NAME (no reference of that name),
/// E-TENSOR-SHAPE, E-TENSOR-TYPE (bf16 bits and floats do not compare).
std::vector<Difference> compare_arrays(const std::vector<Array>& outputs, const std::vector<Array>& references);

/// What compare_arrays() takes all the same: the only reference under another name, and references whose shape is not
/// the output's (dimensions of 1 and one-dimensional arrays aside), which are compared in the order of their elements.
std::vector<std::string> reference_notes(const std::vector<Array>& outputs, const std::vector<Array>& references);

/// A table for people under the heading `what`; says which are beyond `tolerance` (largest absolute difference).
/// Lines of at most `width` columns; 0: of any length.
std::string comparison_text(const std::string& what, const std::vector<Difference>& differences, double tolerance,
                            std::size_t width);

}  // namespace bmemu::harness
