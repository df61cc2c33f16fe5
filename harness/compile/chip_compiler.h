// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A model compiled for many chips: what studies of a chip need whose programs are tiled for it.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "harness/compile/compile_model.h"
#include "harness/measure/point.h"

namespace bmemu::harness {

/// Contract: the program for a chip depends on the model, the options and the chip's parameters that the compiler reads
/// (kernels::chip_parameters_read) alone, whatever was compiled before. One thread at a time.
class ChipCompiler {
 public:
  /// Imports and prepares the model for a chip's family. Errors: those of prepare_model.
  ChipCompiler(ModelOptions options, const isa::ChipSpec& chip);

  /// Compiled once for all chips that look alike to the compiler; the last kKept programs are kept.
  /// Errors: those of prepare_model (another family) and kernels::compile; they name what the chip cannot hold.
  std::shared_ptr<const LoadedProgram> program_for(const isa::ChipSpec& chip) const;
  static constexpr std::size_t kKept = 16;

  /// Of the model with its weights, as it was prepared, and of the options.
  std::uint64_t hash() const { return hash_; }
  /// What the compiler sees of a chip: its family and the parameters that it reads. Equal texts, equal programs.
  static std::string view_of(const isa::ChipSpec& chip);

  const std::string& network() const { return network_; }
  std::uint32_t batch() const { return batch_; }
  const ModelOptions& options() const { return options_; }

 private:
  const kernels::Graph& graph_for(isa::Family family) const;

  ModelOptions options_;
  std::string network_;
  std::uint32_t batch_ = 1;
  std::uint64_t hash_ = 0;
  mutable std::map<isa::Family, kernels::Graph> graphs_;
  mutable std::list<std::pair<std::string, std::shared_ptr<const LoadedProgram>>> programs_;  ///< the last used first
};

}  // namespace bmemu::harness
