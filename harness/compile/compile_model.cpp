// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compile/compile_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "emulator/arithmetic/half.h"
#include "harness/architectures/architecture.h"
#include "harness/compile/emulated_cost.h"
#include "harness/tensor/npy.h"
#include "isa/error.h"
#include "isa/file_bytes.h"
#include "kernels/graph/onnx/import.h"

namespace bmemu::harness {
namespace {

using Sample = std::vector<kernels::reference::Tensor<float>>;

template <class T>
std::vector<float> numbers_as(const Array& array) {
  std::vector<float> numbers(array.elements());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    T number{};
    std::memcpy(&number, array.bytes.data() + i * sizeof(T), sizeof(T));
    numbers[i] = static_cast<float>(number);
  }
  return numbers;
}

std::vector<float> numbers_of(const Array& array, const std::string& path) {
  switch (array.type) {
    case ArrayType::kF32: return numbers_as<float>(array);
    case ArrayType::kF64: return numbers_as<double>(array);
    case ArrayType::kF16: {
      std::vector<float> numbers;
      for (const float bits : numbers_as<std::uint16_t>(array))
        numbers.push_back(emulator::f16_to_f32(static_cast<std::uint16_t>(bits)));
      return numbers;
    }
    case ArrayType::kI64: return numbers_as<std::int64_t>(array);
    case ArrayType::kI32: return numbers_as<std::int32_t>(array);
    case ArrayType::kU8:
    case ArrayType::kBool: return numbers_as<std::uint8_t>(array);
    case ArrayType::kI8: return numbers_as<std::int8_t>(array);
    default: break;
  }
  throw Error({"E-CALIBRATION-DATA", path, array.name, "f16, f32, f64, i64, i32, u8, i8 or bool",
               "an array to calibrate with has another type"});
}

/// Samples of one file: the arrays are as large as the inputs, or hold several samples one after the other.
void add_samples(const kernels::Graph& graph, const std::string& path, std::vector<Sample>& samples) {
  const auto arrays = read_arrays(path);
  std::vector<std::vector<float>> data;
  std::size_t count = 0;
  for (const auto id : graph.inputs) {
    const kernels::Value& input = graph.value(id);
    const Array* array =
        arrays.size() == 1 && graph.inputs.size() == 1 ? arrays.data() : find_array(arrays, input.name);
    if (array == nullptr)
      throw Error({"E-CALIBRATION-DATA", path, input.name, "an array for every input of the model",
                   "data to calibrate with lack an input"});
    data.push_back(numbers_of(*array, path));
    for (std::size_t i = 0; i < data.back().size(); ++i)
      if (!std::isfinite(data.back()[i]))
        throw Error({"E-CALIBRATION-DATA", path, fmt::format("{}, element {}: {}", input.name, i, data.back()[i]),
                     "finite numbers", "data to calibrate with hold no ranges"});
    const auto size = static_cast<std::size_t>(kernels::elements(input.shape));
    const std::size_t held = size == 0 ? 0 : data.back().size() / size;
    if (held == 0 || held * size != data.back().size() || (count != 0 && held != count))
      throw Error({"E-CALIBRATION-DATA", path, fmt::format("{}: {} elements", input.name, data.back().size()),
                   fmt::format("a multiple of {}, the same for all inputs", size),
                   "data to calibrate with have another size"});
    count = held;
  }
  for (std::size_t i = 0; i < count; ++i) {
    Sample sample;
    for (std::size_t k = 0; k < data.size(); ++k) {
      const kernels::Shape& shape = graph.value(graph.inputs[k]).shape;
      const auto size = static_cast<std::ptrdiff_t>(kernels::elements(shape));
      const auto first = data[k].begin() + static_cast<std::ptrdiff_t>(i) * size;
      sample.push_back({shape, {first, first + size}});
    }
    samples.push_back(std::move(sample));
  }
}

kernels::Calibration measure(const kernels::Graph& graph, const std::vector<std::string>& paths,
                             const StepWatcher& step) {
  std::vector<Sample> samples;
  for (const std::string& path : paths) add_samples(graph, path, samples);
  return kernels::calibrate(graph, samples, [&](std::size_t done) {
    if (step) step(fmt::format("calibrate, {} of {} samples", done, samples.size()));
  });
}

/// The vendor's table of operators in another type: lines of "name type"; every type but INT8 is a float here.
std::set<std::string> read_floats(const std::string& path, isa::Family family) {
  std::set<std::string> names;
  if (path.empty()) return names;
  const isa::FileBytes file = isa::map_file(path);
  std::istringstream lines(std::string(reinterpret_cast<const char*>(file.view.data), file.view.size));
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    std::istringstream cells(line);
    std::string name, type, rest;
    if (!(cells >> name) || name[0] == '#') continue;
    static const std::set<std::string> kTypes{"F32", "F16", "BF16", "INT8"};
    const std::string place = fmt::format("{}, line {}", path, number);
    if (!(cells >> type) || cells >> rest || kTypes.count(type) == 0)
      throw Error({"E-QUANTISE-TABLE", place, line, "name and one of F32, F16, BF16, INT8",
                   "a line of the table of types is none"});
    if (family == isa::Family::kBm1684 && (type == "F16" || type == "BF16"))
      throw Error({"E-QUANTISE-TABLE", place, line, "F32 or INT8", "BM1684 has no 16-bit floats"});
    if (type != "INT8") names.insert(name);
  }
  return names;
}

void check(const ModelOptions& options) {
  const bool has_ranges = !options.calibration.empty() || !options.calibrate.empty();
  const bool is_int8 = options.precision == kernels::Precision::kI8;
  const bool is_for_int8 =
      has_ranges || !options.floats.empty() || options.quantised_inputs || options.quantised_outputs;
  if (!is_int8 && is_for_int8)
    throw Error({"E-COMPILE-DTYPE", options.path, std::string(name(options.precision)), "int8",
                 "calibration, a table of types and quantised inputs or outputs belong to 8 bits"});
  if (!options.calibration.empty() && !options.calibrate.empty())
    throw Error({"E-COMPILE-DTYPE", options.path, "--calibration and --calibrate", "one of them",
                 "ranges come from one place"});
}

/// "NAME=1x3x224x224". A name may hold "=".
std::map<std::string, kernels::Shape> input_shapes(const ModelOptions& options) {
  std::map<std::string, kernels::Shape> shapes;
  for (const std::string& word : options.input_shapes) {
    const auto fail = [&](const std::string& what) {
      throw Error({"E-ONNX-SHAPE", "--input-shape", word, "NAME=SIZExSIZE..., each at least 1", what});
    };
    if (is_architecture(options.path)) fail("built-in networks have shapes of their own");
    const std::size_t equals = word.rfind('=');
    if (equals == std::string::npos || equals == 0) fail("an input's name and its shape are wanted");
    kernels::Shape shape;
    for (const char *at = word.data() + equals, *end = word.data() + word.size(); at != end;) {
      std::int64_t size = 0;
      const auto [behind, code] = std::from_chars(at + 1, end, size);  // behind "=" or "x"
      if (code != std::errc() || size < 1 || (behind != end && *behind != 'x' && *behind != ',')) fail("no shape");
      shape.push_back(size);
      at = behind;
    }
    if (!shapes.emplace(word.substr(0, equals), std::move(shape)).second) fail("an input's shape is given twice");
  }
  return shapes;
}

}  // namespace

bool is_model(const std::string& path) {
  return is_architecture(path) || std::filesystem::path(path).extension() == ".onnx";
}

void require_no_model_options(const ModelOptions& options, const std::string& path) {
  const ModelOptions none;
  const std::pair<const char*, bool> given[] = {
      {"--dtype", options.precision != none.precision}, {"--calibration", !options.calibration.empty()},
      {"--calibrate", !options.calibrate.empty()},      {"--batch", options.batch != none.batch},
      {"--quantize-table", !options.floats.empty()},    {"--quant-input", options.quantised_inputs},
      {"--quant-output", options.quantised_outputs},    {"--no-layer-group", !options.layer_groups},
      {"--input-shape", !options.input_shapes.empty()}, {"--search-budget", options.search_budget.has_value()}};
  for (const auto& [option, is_given] : given)
    if (is_given)
      throw Error({"E-USAGE", path, option, "models: .onnx or network:NAME",
                   "the option says how a model is compiled, and this is a program"});
}

kernels::Calibration nominal_ranges(const kernels::Graph& graph) {
  constexpr float kNominal = 4;
  kernels::Calibration ranges;
  for (const auto& value : graph.values)
    if (!value.constant) ranges[value.name] = {kNominal, -kNominal, kNominal};
  return ranges;
}

PreparedModel prepare_model(const ModelOptions& options, const isa::ChipSpec& chip, const StepWatcher& step,
                            const kernels::PassWatcher& watch) {
  check(options);
  const auto tell = [&](const std::string& what) {
    if (step) step(what);
  };
  tell("import");
  kernels::ImportOptions import_options;
  if (options.batch > 0) import_options.batch = options.batch;
  import_options.shapes = input_shapes(options);
  kernels::Graph graph = is_architecture(options.path)
                             ? find_architecture(options.path).build(std::max<std::int64_t>(options.batch, 1))
                             : kernels::import_onnx_file(options.path, import_options);

  PreparedModel prepared;
  kernels::PrepareOptions prepare{chip.family,
                                  options.precision,
                                  {},
                                  options.quantised_inputs,
                                  options.quantised_outputs,
                                  read_floats(options.floats, chip.family)};
  if (!options.calibration.empty())
    prepare.calibrate = [&](const kernels::Graph&) { return kernels::read_calibration_table(options.calibration); };
  if (!options.calibrate.empty())
    prepare.calibrate = [&](const kernels::Graph& folded) { return measure(folded, options.calibrate, step); };
  if (is_architecture(options.path) && !prepare.calibrate) prepare.calibrate = nominal_ranges;
  if (prepare.calibrate)
    prepare.calibrate = [&prepared, ranges = prepare.calibrate](const kernels::Graph& folded) {
      return prepared.calibration = ranges(folded);
    };
  prepared.graph = kernels::prepare(std::move(graph), prepare, [&](std::string_view pass, const kernels::Graph& now) {
    tell(std::string(pass));
    if (watch) watch(pass, now);
  });
  return prepared;
}

isa::Program compile_model(const ModelOptions& options, const isa::ChipSpec& chip, const StepWatcher& step) {
  const PreparedModel prepared = prepare_model(options, chip, step);
  if (step) step("lower");
  return lower_model(prepared.graph, chip, options);
}

isa::Program lower_model(const kernels::Graph& graph, const isa::ChipSpec& chip, const ModelOptions& options,
                         const Checkpoint& checkpoint) {
  const EmulatedCost cost(chip, checkpoint);
  kernels::CompileOptions lowering = lowering_of(options);
  lowering.cost_model = &cost;
  return kernels::compile(graph, chip, lowering);
}

kernels::CompileOptions lowering_of(const ModelOptions& options) {
  kernels::CompileOptions lowering;
  lowering.layer_groups = options.layer_groups;
  lowering.search_budget = options.search_budget;
  return lowering;
}

}  // namespace bmemu::harness
