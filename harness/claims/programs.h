// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Compiled programs of published networks.
#pragma once

#include <optional>
#include <string>

#include "harness/claims/registry.h"
#include "harness/measure/point.h"
#include "harness/published/tables.h"
#include "isa/chip/chip_spec.h"

namespace bmemu::harness {

/// The file "yolov5s_bm1684x_fp32_1b.bmodel.zst" in the folder of the options, or else in traces or share/bmemu beside
/// the executable or the current folder.
std::optional<std::string> find_program_file(const ClaimOptions& options, const std::string& network,
                                             const std::string& chip, const std::string& type, int batch);

/// The same of any file below those folders ("fp32/lenet_input.npy").
std::optional<std::string> find_claim_file(const ClaimOptions& options, const std::string& file);

/// Our name for the network of a published bmodel or model ("yolov5s_v6.1_3output_fp32_1b.bmodel" -> "yolov5s"); empty:
/// none that a program exists of.
std::string network_of(const Publication& row);

/// A built-in chip or product with the options' settings; settings that the family has no term for are left out.
/// Errors: those of isa::load_chip, isa::apply_setting, isa::check_chip.
isa::ChipSpec claim_chip(const ClaimOptions& options, const std::string& chip, const std::string& product = "");

/// "bm1684x: tiu.clock_mhz 900 (was 1000, --set)" for each chip that the options' settings change.
/// Errors: those of claim_chip.
std::vector<std::string> claim_chip_changes(const ClaimOptions& options);

/// The chip with further settings. Errors: those of isa::apply_setting, isa::check_chip.
isa::ChipSpec with_settings(isa::ChipSpec chip, const std::vector<std::string>& settings);

/// What a program moves over the DDR's side of its GDMA.
struct ProgramBytes {
  double weights_once = 0;   ///< different bytes of weights
  double weights_again = 0;  ///< read more than once
  double activations = 0;    ///< neither weights nor inputs nor outputs; reads and writes
  double io = 0;             ///< inputs and outputs, the firmware's copies of them too
  double total() const { return weights_once + weights_again + activations + io; }
};

struct EmulatedProgram {
  std::shared_ptr<const LoadedProgram> program;
  isa::Family family = isa::Family::kBm1684x;
  int batch = 1;
  ProgramBytes bytes;
  double weight_bytes = 0;  ///< that the file holds
};

/// Errors: those of isa::BModel::open and isa::load_program.
EmulatedProgram load_emulated(const std::string& path);

/// Where the time of a run goes, in milliseconds.
struct RunTimes {
  double run_ms = 0;
  double tiu_busy_ms = 0;
  double launch_ms = 0;
  double supply_ms = 0;                  ///< of the TIU: waiting for the array's operands
  double low_ratio = 1, high_ratio = 1;  ///< of the interval: published over emulated
  /// Nothing that memory does can take more: the TIU's commands follow each other anyway.
  double memory_bound_ms() const { return run_ms - tiu_busy_ms - launch_ms; }
};
RunTimes run_times(const EmulatedProgram& program, const isa::ChipSpec& chip);
/// `run_ms` alone, faster.
double run_ms(const EmulatedProgram& program, const isa::ChipSpec& chip);

}  // namespace bmemu::harness
