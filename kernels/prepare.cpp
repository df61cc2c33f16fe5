// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/prepare.h"

#include <array>
#include <utility>

#include "isa/error.h"
#include "kernels/pass/legalise/legalise.h"
#include "kernels/pass/pass.h"
#include "kernels/quantise/inner_tensors.h"
#include "kernels/quantise/named_operators.h"
#include "kernels/quantise/quantise.h"

namespace bmemu::kernels {
namespace {

constexpr std::array<std::string_view, 4> kPrecisions{"fp32", "fp16", "bf16", "int8"};
constexpr std::array<std::string_view, 5> kPasses{"import", "fold", "fuse", "decompose", "quantise"};

void quantise_graph(Graph& graph, const PrepareOptions& options, const Graph& imported) {
  if (options.family == isa::Family::kBm1684) {
    graph = few_rows_as_convolutions(std::move(graph), options.family);
    fold(graph);  // reshapes that meet
  }
  if (!options.calibrate)
    throw Error({"E-COMPILE-DTYPE", graph.name, "int8",
                 "--calibration with a table of ranges, or --calibrate with inputs to measure them on",
                 "8 bits need the ranges of the tensors"});
  const Calibration calibration = options.calibrate(graph);
  apply_calibration(calibration, graph);
  std::set<std::string> floats = tensors_inside_of_known(calibration, graph);
  floats.merge(operators_of(options.floats, imported, graph));
  quantise(graph, {options.family, options.quantised_inputs, options.quantised_outputs, std::move(floats)});
}

}  // namespace

std::string_view name(Precision precision) { return kPrecisions[static_cast<std::size_t>(precision)]; }

std::vector<std::string_view> pass_names() { return {kPasses.begin(), kPasses.end()}; }

Graph prepare(Graph graph, const PrepareOptions& options, const PassWatcher& watch) {
  const bool is_half = options.precision == Precision::kF16 || options.precision == Precision::kBf16;
  if (is_half && options.family == isa::Family::kBm1684)
    throw Error({"E-COMPILE-DTYPE", graph.name, std::string(name(options.precision)), "fp32, int8",
                 "BM1684 has no 16-bit floats"});
  const auto done = [&](std::string_view pass) {
    const std::string wrong = first_inconsistency(graph);
    BMEMU_CHECK(wrong.empty(), std::string(pass) + ": " + wrong);
    if (watch) watch(pass, graph);
  };
  check_sizes(graph);
  done("import");
  const Graph imported = options.floats.empty() ? Graph() : graph;
  fold(graph);
  done("fold");
  fuse(graph);
  done("fuse");
  decompose(graph);
  done("decompose");
  if (options.precision == Precision::kI8) quantise_graph(graph, options, imported);
  if (options.precision == Precision::kF16) set_float_type(graph, isa::DataType::kF16);
  if (options.precision == Precision::kBf16) set_float_type(graph, isa::DataType::kBf16);
  done("quantise");
  return graph;
}

}  // namespace bmemu::kernels
