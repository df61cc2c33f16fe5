// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What Python holds: a program that is opened once and run or timed as often as wanted. Knows no Python.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/compare/report.h"
#include "harness/compile/open_program.h"
#include "harness/measure/point.h"
#include "harness/tensor/array.h"
#include "python/bindings/interrupt.h"

namespace bmemu::python {

/// How to run: the chip, what the host adds, how values are computed.
struct RunRequest {
  harness::ChipChoice chip;  ///< empty chip and product: the chip that the program was opened with
  bool io_copies = true;
  bool fast_float = false;
};

/// A run and what is needed to write its reports.
struct FinishedRun {
  harness::Run run;
  std::vector<harness::Array> outputs;                    ///< empty for a run without values
  std::shared_ptr<const harness::LoadedProgram> program;  ///< what ran, to be run again
  std::string path;                                       ///< of the program or model
  bool io_copies = true;
};

/// Contract: immutable. Runs of the process are serialised inside: SystemC has one simulation context. Callers may be
/// on any thread. All errors are bmemu::Error, and what
/// `interrupt` throws.
class Program {
 public:
  Program(const harness::ProgramSource& source, Interrupt& interrupt);

  const harness::OpenedProgram& opened() const { return opened_; }
  /// Messages for the user: layer maps that do not fit, parts that are left out.
  std::vector<std::string> notes() const;

  /// Times alone. Errors: those of load_chip and emulator::run.
  FinishedRun time_run(const RunRequest& request, Interrupt& interrupt) const;
  /// Values and times. `inputs` in any order, with the program's names. Errors also: E-CHIP-GEOMETRY, those of
  /// order_inputs and bind_inputs.
  FinishedRun run(const std::vector<harness::Array>& inputs, const RunRequest& request, Interrupt& interrupt) const;
  /// The same with inputs of a file or "random:SEED" (harness::inputs_from).
  FinishedRun run(const std::string& inputs, const RunRequest& request, Interrupt& interrupt) const;
  /// The run's length alone, in picoseconds; about a millisecond for 1500 commands.
  emulator::Picoseconds time(const RunRequest& request) const;
  /// A compiled model as a BModel, with its layer map beside it. Errors: E-FILE-WRITE, those of write_program.
  void save(const std::string& path) const;

 private:
  isa::ChipSpec chip_for(const harness::ChipChoice& choice) const;
  FinishedRun finished(harness::Run run, std::vector<harness::Array> outputs, const RunRequest& request) const;

  std::string path_;
  harness::OpenedProgram opened_;
  std::shared_ptr<const harness::LoadedProgram> loaded_;  ///< for times: commands alone
};

/// Writes a report of a run (an option of `bmemu run`: "--report", "--trace" ...) to a file, whole or not at all.
/// Errors: E-FILE-WRITE; std::invalid_argument (no such report).
void write_report(const FinishedRun& finished, const std::string& option, const std::string& path);

/// Two runs, and why the second takes longer.
struct FinishedComparison {
  harness::Side a, b;
  harness::Comparison comparison;

  std::string text() const { return harness::compare_text(a, b, comparison); }
  std::string json() const { return harness::compare_json(a, b, comparison).dump(); }
  std::string markdown() const { return harness::compare_markdown(a, b, comparison); }
  /// Errors: E-FILE-WRITE.
  void write_page(const std::string& path) const;
};
/// Errors: those of harness::compare.
FinishedComparison compare_runs(const FinishedRun& a, const FinishedRun& b, const Interrupt& interrupt);

}  // namespace bmemu::python
