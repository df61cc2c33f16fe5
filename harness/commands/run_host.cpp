// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/commands/run_host.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "harness/commands/options/choice.h"
#include "harness/output/text_table.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

double elements(const std::vector<isa::TensorInfo>& tensors) {
  double sum = 0;
  for (const auto& tensor : tensors) {
    double count = 1;
    for (const auto size : tensor.shape) count *= static_cast<double>(size);
    sum += count;
  }
  return sum;
}

bool is_scaled(const std::vector<isa::TensorInfo>& tensors) {
  return std::any_of(tensors.begin(), tensors.end(), [](const isa::TensorInfo& tensor) {
    return tensor.type == isa::DataType::kI8 || tensor.type == isa::DataType::kU8;
  });
}

const std::vector<std::pair<std::string, InputArray>>& arrays() {
  static const std::vector<std::pair<std::string, InputArray>> kList = {
      {"float32", InputArray::kFloat32},
      {"float32-strided", InputArray::kFloat32Strided},
      {"float64-strided", InputArray::kFloat64Strided},
      {"uint8-strided", InputArray::kUint8Strided}};
  return kList;
}

std::string array_name(InputArray array) {
  for (const auto& [word, value] : arrays())
    if (value == array) return word;
  return "";
}

}  // namespace

void add_host_options(CLI::App& run, HostOptions& options) {
  auto* host = add_choice<HostInterface>(run, "--host", options.host,
                                         {{"opencv.py", HostInterface::kOpencvPython},
                                          {"bmcv.py", HostInterface::kBmcvPython},
                                          {"sail", HostInterface::kSailCpp},
                                          {"c++", HostInterface::kRuntimeCpp}},
                                         "Print the inference stage of an application that calls the program so");
  add_choice<InputArray>(run, "--host-array", options.array, arrays(),
                         "What opencv.py hands over; strided: a transposed image without np.ascontiguousarray")
      ->default_str("float32")
      ->needs(host);
  run.add_flag("--stages", options.stages, "Print the parts of that stage, by the interface's own names")->needs(host);
}

void check_host_options(const HostOptions& options) {
  if (options.host && *options.host != HostInterface::kOpencvPython && options.array != InputArray::kFloat32)
    throw Error({"E-USAGE", "--host-array", array_name(options.array), "--host opencv.py",
                 "only opencv.py hands over an array of NumPy's"});
}

std::optional<HostStage> host_stage(const HostOptions& options, const isa::Program& program, double tpu_ms) {
  if (!options.host) return {};
  HostCall call;
  call.host = *options.host;
  call.array = options.array;
  call.batch = static_cast<int>(program.batch);
  call.scales_input = is_scaled(program.inputs);
  call.scales_output = is_scaled(program.outputs);
  call.input_elements = elements(program.inputs) / call.batch;
  call.output_elements = elements(program.outputs) / call.batch;
  const InterfaceModel model = load_interface_model();
  const double tpu = tpu_ms / call.batch;
  HostStage stage;
  stage.host = name(call.host);
  stage.array = array_name(call.array);
  stage.interface_ms = host_ms(call, model);
  stage.ms = tpu + stage.interface_ms;
  bool is_launched = false;
  const auto launch = [&] {
    if (!is_launched) stage.parts.push_back({"bmrt_launch_tensor_ex", tpu, 1, "emulated"});
    is_launched = true;
  };
  for (const auto& part : host_parts(call, model)) {
    if (part.cost == HostCost::kCopyOut || part.cost == HostCost::kScaleOut || part.cost == HostCost::kFetch ||
        part.cost == HostCost::kSailOut)
      launch();
    stage.parts.push_back({part.name, part.ms, part.units, "fitted: bmemu claims 6.2 --print-host"});
  }
  launch();
  return stage;
}

std::string host_stage_text(const HostOptions& options, const std::optional<HostStage>& stage) {
  if (!stage) return "";
  std::string text = fmt::format("\ninference stage behind {}: {:.3f} ms per image, {:.3f} of them the interface's\n",
                                 stage->host, stage->ms, stage->interface_ms);
  if (!options.stages) return text;
  TextTable table({{"part"}, {"ms", Align::kRight}, {"elements, bytes or calls", Align::kRight}, {"from"}});
  for (const auto& part : stage->parts)
    table.add({part.name, fmt::format("{:.3f}", part.ms), fmt::format("{:.6g}", part.units), part.from});
  return text + table.text("  ");
}

}  // namespace bmemu::harness
