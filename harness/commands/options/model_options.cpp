// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/commands/options/model_options.h"

#include <CLI/CLI.hpp>
#include <ostream>

#include "harness/commands/options/choice.h"
#include "harness/commands/options/file_options.h"

namespace bmemu::harness {

void add_model_options(CLI::App& app, Console& console, ModelOptions& options) {
  using kernels::Precision;
  add_choice<Precision>(
      app, "--dtype", options.precision,
      {{"fp32", Precision::kF32}, {"fp16", Precision::kF16}, {"bf16", Precision::kBf16}, {"int8", Precision::kI8}},
      "What a model is computed in: fp32, fp16 and bf16 (BM1684X), int8")
      ->default_str("fp32");
  add_file_option(app, console, "--calibration", options.calibration,
                  "int8: table of the tensors' ranges, as the vendor's compiler writes it", FileUse::kReads);
  add_file_option(app, console, "--calibrate", options.calibrate,
                  "int8: array files (.npz, .npy) with inputs; the ranges are measured on them", FileUse::kReads);
  app.add_option("--batch", options.batch, "First dimension of the model's inputs; default: the model's own")
      ->check(CLI::Range(std::int64_t(1), std::int64_t(65535)))
      ->type_name("N");
  app.add_option("--input-shape", options.input_shapes,
                 "Shape of an input of the model, in the place of its own; repeatable")
      ->type_name("NAME=1x3x224x224")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_file_option(app, console, "--quantize-table", options.floats,
                  "int8: table of operators that are computed in another type (lines of name and F32, F16 or BF16)",
                  FileUse::kReads);
  app.add_flag("--quant-input", options.quantised_inputs, "int8: inputs of the program are bytes");
  app.add_flag("--quant-output", options.quantised_outputs, "int8: outputs of the program are bytes");
  auto* budget = app.add_option("--search-budget", options.search_budget,
                                "How many groupings of the layers may be tried; default: the best of all is found")
                     ->check(CLI::Range(std::size_t(1), std::size_t(1000000000)))
                     ->type_name("N");
  app.add_flag_callback(
         "--no-layer-group", [&options] { options.layer_groups = false; },
         "Every operator reads and writes global memory")
      ->excludes(budget);
}

}  // namespace bmemu::harness
