// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Values that tell of trouble: NaN, infinities, saturation, and whether memory that nobody wrote matters.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "emulator/session/layer_tensor.h"
#include "emulator/session/session.h"
#include "harness/measure/run_notes.h"
#include "harness/tensor/array.h"

namespace bmemu::harness {

/// Counts such values in the results of layers, slice by slice, and in outputs.
class ValueCounter {
 public:
  explicit ValueCounter(const isa::Program& program) : program_(&program) {}
  void add(const isa::LayerResult& result, const isa::ChipSpec& chip, const memory::ChipMemory& memory);
  void add_outputs(const std::vector<Array>& outputs);
  /// Tensors with at least one such value, in the order in which they became whole.
  std::vector<ValueCounts> counts() const;
  bool has_not_finite() const;

 private:
  ValueCounts& of(const std::string& name, const std::string& kind);
  const isa::Program* program_;
  std::map<std::string, std::size_t> index_;
  std::vector<ValueCounts> counts_;
};

/// Gives a session its inputs.
using SetInputs = std::function<void(emulator::Session&)>;

/// Computes the program again, command by command, up to the first that writes a NaN or an infinity from operands that
/// hold none: "tiu group 0 command 3 (sCONV conv.normal) of layer x". Empty when there is none.
std::string first_not_finite(const emulator::Session& run, const emulator::HostArithmetic& host,
                             const SetInputs& set_inputs);

/// Computes the program again with all memory that nobody writes before filled otherwise, and compares the outputs.
ProbeResult probe_unwritten(const emulator::Session& run, const emulator::HostArithmetic& host,
                            const SetInputs& set_inputs);

}  // namespace bmemu::harness
