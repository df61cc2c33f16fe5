// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Builds a whole program: commands with their waits, constants, inputs, outputs, layers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"
#include "kernels/builder/prefetch.h"
#include "kernels/builder/tensors.h"
#include "kernels/command_list.h"
#include "kernels/cost_model.h"

namespace bmemu::kernels {

/// Contract: commands are added in an order in which running them one after the other is right; each then waits for
/// exactly those of the other engine that it depends on. Loads of constants come earlier where the GDMA would wait
/// otherwise (kernels/builder/prefetch.h). Streams longer than the chip's ids are cut into command groups where a layer
/// begins.
class ProgramBuilder {
 public:
  /// `constant_bytes`: upper limit of the constants; the activation area begins behind it.
  /// `cost`: what tells how long commands take; none: the plain estimate. Must outlive the builder.
  ProgramBuilder(const isa::ChipSpec& chip, std::string network, std::uint64_t constant_bytes,
                 const CostModel* cost = nullptr);

  ProgramBuilder(const ProgramBuilder&) = delete;
  ProgramBuilder& operator=(const ProgramBuilder&) = delete;

  const isa::ChipSpec& chip() const { return chip_; }

  /// Appends a command and finds its wait. Errors: E-ISA-FIELD-RANGE; E-KERNELS-UNSUPPORTED (millions of them).
  void add(const isa::Instruction& instruction, const LocalAccess& access);

  /// How long the next commands of the TIU take together, roughly: where the cost model knows no single commands.
  void expect_tiu_ns(double ns) { expected_tiu_ns_ = ns; }

  /// Commands from here on belong to this operator of the network.
  void begin_layer(const std::string& name, const std::string& kind);

  /// Address of constant data in global memory; equal data are stored once.
  /// Errors: E-KERNELS-CONSTANTS (more than the limit that was given).
  std::uint64_t add_constant(std::vector<std::uint8_t> data);
  /// Start of the activation area.
  std::uint64_t neuron_address() const { return neuron_address_; }
  /// What the activation area needs; the largest of what was asked for.
  void reserve_neurons(std::uint64_t bytes);

  void add_input(isa::TensorInfo tensor) { program_.inputs.push_back(std::move(tensor)); }
  void add_output(isa::TensorInfo tensor) { program_.outputs.push_back(std::move(tensor)); }

  /// What was added, in that order.
  const std::vector<PlannedCommand>& commands() const { return planned_; }

  /// With its commands in an order that is right for them.
  isa::Program finish(const Schedule& schedule);
  /// With loads of constants where they cost least.
  isa::Program finish() { return finish(prefetched(planned_, chip_.local_memory.lane_bytes)); }
  /// Of the finished program, by the cost model.
  ProgramCost estimated_cost() const { return {estimated_ns_, moved_bytes_}; }

 private:
  void put_in(const PlannedCommand& command);
  void open_layer(std::uint32_t layer);
  void close_layer();
  void close_group();

  isa::ChipSpec chip_;
  isa::Program program_;
  CostModel plain_cost_;
  const CostModel& cost_;
  std::vector<PlannedCommand> planned_;
  std::uint32_t layer_ = 0;  ///< of what is added
  double expected_tiu_ns_ = 0;
  double estimated_ns_ = 0, moved_bytes_ = 0;
  CommandList list_;
  Dependencies dependencies_;
  std::uint32_t tiu_wait_ = 0, gdma_wait_ = 0;  ///< of the last command: waits never fall
  std::vector<std::uint8_t> constants_;
  std::uint64_t constant_limit_;
  std::multimap<std::size_t, std::pair<std::uint64_t, std::uint64_t>> known_;  ///< by hash: offset, bytes
  std::uint64_t neuron_address_ = 0;
  bool layer_open_ = false;
  isa::LayerSpan span_;
  std::map<std::pair<std::string, std::string>, std::uint32_t> layers_;
};

/// Where the constants of a compiled program start. Source: compilers of the vendor (bmrt_arch_info.cpp).
std::uint64_t constants_base(isa::Family family);

}  // namespace bmemu::kernels
