// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The part of `bmemu run` that is about values: inputs, outputs, references, operands of chosen commands.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/session/layer_tensor.h"
#include "emulator/session/session.h"
#include "harness/commands/command.h"
#include "harness/tensor/binding.h"
#include "harness/tensor/dump.h"
#include "harness/tensor/layer_compare.h"
#include "harness/tensor/value_checks.h"

namespace bmemu::harness {

struct ValueOptions {
  std::string input;
  InputLayout layout = InputLayout::kNchw;
  std::string output;
  std::string reference;
  double tolerance = 0;
  std::string layer_tensors;
  std::vector<std::string> dump;
  std::string dump_to;
  emulator::HostArithmetic host;
  bool fast_float = false;
};
void add_value_options(CLI::App& run, Console& console, ValueOptions& options);

/// Contract: made before a run whose options have an input, read after it; `options` and `session` outlive it.
class RunValues {
 public:
  /// Opens the results, binds the inputs, reads the references and watches the session. `first_group`: see
  /// choose_commands.
  /// Errors: E-CHIP-GEOMETRY (values need the chip that the program was compiled for), those of inputs_from,
  /// bind_inputs, read_arrays, choose_commands and CommandDump; E-TENSOR-NAME when no reference has the name of an
  /// output or a layer, E-COMPARE-NONE when there is nothing to compare.
  RunValues(const ValueOptions& options, emulator::Session& session, CommandFiles& files, std::uint32_t first_group);

  /// Outputs, tensors of layers and operands into the files that were opened. Errors: E-FILE-WRITE, E-TENSOR-COUNT.
  void write();
  /// After the run: what was noted about inputs and found in values. `probe`: unwritten memory filled otherwise.
  RunNotes notes(bool probe);

  struct Verdict {
    std::string text;  ///< empty without references
    bool is_within = true;
  };
  Verdict compare(std::size_t width) const;  ///< lines of at most `width` columns; 0: of any length

 private:
  void check_references() const;
  InputLayout layout() const;

  const ValueOptions& options_;
  emulator::Session& session_;
  std::ostream* outputs_ = nullptr;
  std::ostream* layer_tensors_ = nullptr;
  std::vector<Array> inputs_;
  std::vector<std::string> notes_;
  std::vector<Array> references_;
  ValueCounter counter_;
  std::optional<LayerComparison> layers_;
  std::optional<LayerArrays> layer_arrays_;
  std::unique_ptr<emulator::LayerResultWatcher> watcher_;
  std::unique_ptr<CommandDump> dump_;
};

}  // namespace bmemu::harness
