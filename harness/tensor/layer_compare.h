// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Tensors of the layer map against references, and all of them for a file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "emulator/session/layer_tensor.h"
#include "harness/tensor/array.h"
#include "harness/tensor/compare.h"

namespace bmemu::harness {

/// A layer whose result was compared.
struct LayerDifference {
  Difference difference;
  std::string kind;             ///< of the layer's operator
  std::string first_different;  ///< the first element that differs, and when it was whole; for people
};

/// Compares results of layers, slice by slice, as they become whole. A reference has the name of a result and as many
/// elements as the whole tensor, in the order n, c, d, h, w. References of a float type are compared with real values,
/// (stored - zero point) * scale; those of an integer type with what is stored.
class LayerComparison {
 public:
  /// Takes the references that name results of the program's layer map; the others are not its business.
  /// Errors: E-TENSOR-SHAPE. `program` must outlive this object.
  LayerComparison(const isa::Program& program, const std::vector<Array>& references);

  bool empty() const { return references_.empty(); }
  bool has(const std::string& name) const { return references_.count(name) != 0; }
  void add(const isa::LayerResult& result, const isa::ChipSpec& chip, const memory::ChipMemory& memory);

  /// In the order in which the results became whole; a layer stands where its first slice did.
  std::vector<LayerDifference> differences() const;

 private:
  struct Reference {
    std::vector<double> values;
    bool is_stored = false;  ///< compared as stored
  };
  struct Sum {
    std::string name;
    std::string kind;
    DifferenceSum sum;
    std::string first_different;
  };
  const isa::Program* program_;
  std::map<std::string, Reference> references_;
  std::map<std::string, std::size_t> index_;  ///< into sums_
  std::vector<Sum> sums_;
};

/// Collects results of layers as whole f32 arrays of real values; NaN where no slice was seen. Loads are left out: they
/// repeat what is in global memory.
class LayerArrays {
 public:
  explicit LayerArrays(const isa::Program& program) : program_(&program) {}
  void add(const isa::LayerResult& result, const isa::ChipSpec& chip, const memory::ChipMemory& memory);
  /// In the order in which the results became whole.
  const std::vector<Array>& arrays() const { return arrays_; }

 private:
  const isa::Program* program_;
  std::map<std::string, std::size_t> index_;
  std::vector<Array> arrays_;
};

/// The table of all layers and, when one is beyond `tolerance`, a sentence about the first.
std::string layer_comparison_text(const std::vector<LayerDifference>& layers, double tolerance, std::size_t width);

}  // namespace bmemu::harness
