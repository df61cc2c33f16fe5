// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A sweep: programs times points, run, stored and given back in order.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/experiment/design.h"
#include "harness/experiment/point.h"
#include "harness/experiment/store.h"
#include "isa/chip/chip_spec.h"

namespace bmemu::harness {

/// How the chip of a point is made: the base of its `chip` and `product`, then its numbers. Errors: those of
/// isa::load_chip and isa::apply_setting.
using BaseChip = std::function<isa::ChipSpec(const std::string& chip, const std::string& product, isa::Family family)>;

/// What a study says of itself; empty for a sweep of the command line.
struct StudyText {
  std::string title, question, setup;
  std::vector<std::string> limits;
};

struct SweepRequest {
  StudyText study;
  std::vector<SweepProgram> programs;
  Design design;
  BaseChip base_chip;    ///< with empty texts: the chip that the command line names
  std::string question;  ///< the options that made the design, for people and the fingerprint
  LayerRows layers = LayerRows::kOff;
};

/// Loads a program for many points, with the layer map beside it when rows of layers are wanted.
/// Errors: those of isa::BModel::open and isa::load_program.
SweepProgram load_sweep_program(const std::string& path, const std::string& network, std::uint32_t stage,
                                LayerRows layers = LayerRows::kOff);
/// A model, compiled once for `chip`, whatever the point's. Errors: those of compile_model.
SweepProgram compile_sweep_program(const ModelOptions& options, const isa::ChipSpec& chip);
/// A model that is compiled for each point's chip. Errors: those of ChipCompiler.
SweepProgram retiled_sweep_program(const ModelOptions& options, const isa::ChipSpec& chip);

/// Every program at every point of the design, in this order: number 1 is the first program at the first point.
/// A point whose chip is none has its diagnostic in `errors`.
class Sweep {
 public:
  explicit Sweep(SweepRequest request);

  std::size_t size() const { return rows_.size(); }
  const SweepRequest& request() const { return request_; }
  const std::vector<SweepRow>& rows() const { return rows_; }  ///< rows()[i] has number i + 1
  const std::vector<PointResult>& results() const { return results_; }
  bool is_finished(std::size_t row) const { return finished_[row]; }
  std::size_t finished() const;
  SweepIdentity identity() const;

  /// A row that was run elsewhere.
  void set_result(std::size_t row, PointResult result);
  /// Takes what `store` has already.
  void resume(const SweepStore& store);
  struct Running {
    unsigned jobs = 1;
    std::uint64_t chunk = 64;
    std::uint64_t part = 0, parts = 1;  ///< rows whose index is `part` modulo `parts`
    std::function<void(std::size_t finished, std::size_t of)> progress;
  };
  /// Runs what is not finished and stores it, chunk by chunk. Errors: those of run_points and SweepStore::add.
  void run(SweepStore& store, const Running& how);
  /// One row, in this process. Errors are in the result.
  PointResult run_row(std::size_t row) const;
  isa::ChipSpec chip_of(std::size_t row) const;
  const SweepProgram& program_of(std::size_t row) const;
  /// How many programs the rows that have not run need to be compiled.
  std::size_t compilations() const;

 private:
  std::string compiler_view(std::size_t row) const;
  SweepRequest request_;
  std::vector<SweepRow> rows_;
  std::vector<PointResult> results_;
  std::vector<bool> finished_;
};

}  // namespace bmemu::harness
