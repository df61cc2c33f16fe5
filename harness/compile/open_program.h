// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A program from a file, compiled or a model, with its layer map and its chip: what every command and the Python
// package start from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/compile/compile_model.h"
#include "harness/measure/network.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_spec.h"
#include "isa/program/layer_map.h"

namespace bmemu::harness {

/// Which chip; all empty: the program's own.
struct ChipChoice {
  std::string chip;                   ///< name or file
  std::string product;                ///< name
  std::vector<std::string> settings;  ///< "tiu.clock_mhz=750"
};

/// The chip that the choice asks for; without any, the chip that is named like `fallback`.
/// Errors: those of isa::load_chip, isa::apply_setting and isa::check_chip.
isa::ChipSpec load_chip(const ChipChoice& choice, std::optional<isa::Family> fallback);

/// The same for a program: without chip and product, the one that its compiler wrote into the file, if it did.
isa::ChipSpec chip_of_program(const ChipChoice& choice, const isa::BModel& model);

/// The layer map of a compiled program: `layers` when that is a path, else the file beside the program.
/// Errors: those of isa::load_layer_map.
isa::FoundLayerMap find_layers(const std::string& layers, const std::string& program_path, const isa::Program& program);

struct ProgramSource {
  ModelOptions model;  ///< `path` of a program or a model; all other members are for models
  std::string layers;  ///< layer map of a compiled program; empty: the one beside it
  isa::Selection selection{{}, 0, isa::Parts::kStatic};
  ChipChoice chip;
};

/// Errors: E-USAGE where a model is asked for what only a compiled program has: a layer map of its own, networks and
/// stages to choose from.
void require_no_program_options(const ProgramSource& source);

struct OpenedProgram {
  isa::Program program;  ///< with its layers
  isa::ChipSpec chip;
  Network network;
  std::string layer_map;                         ///< file that was used; empty: none
  std::vector<std::string> rejected_layer_maps;  ///< one message for each that was there but does not fit
};

/// Errors: those of isa::BModel::open, isa::load_program, load_chip, find_layers and compile_model; E-CHIP-PROGRAM.
OpenedProgram open_program(const ProgramSource& source, const StepWatcher& step = {},
                           const Checkpoint& checkpoint = {});

/// The operators of a model as its program's layers have them: shapes and types are known from the graph.
Network network_of_model(const isa::Program& program, const kernels::Graph& graph);

}  // namespace bmemu::harness
