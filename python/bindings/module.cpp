// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The extension module bmemu._bmemu. It hands over texts, numbers and arrays; what users see is made of them in
// python/bmemu. Whatever may take long releases the GIL.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "harness/report/chip_output.h"
#include "harness/report/program_info.h"
#include "harness/report/run_text.h"
#include "harness/report/saved/result_json.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "python/bindings/arrays.h"
#include "python/bindings/program.h"

namespace py = pybind11;

namespace bmemu::python {
namespace {

using TensorTuple = std::tuple<std::string, std::string, std::vector<std::uint64_t>, double, std::int32_t>;

std::vector<TensorTuple> tensors_of(const std::vector<isa::TensorInfo>& tensors) {
  std::vector<TensorTuple> tuples;
  tuples.reserve(tensors.size());
  for (const isa::TensorInfo& tensor : tensors)
    tuples.emplace_back(tensor.name, std::string(isa::name(tensor.type)), tensor.shape, double(tensor.scale),
                        tensor.zero_point);
  return tuples;
}

RunRequest request_of(const std::string& chip, const std::string& product, const std::vector<std::string>& settings,
                      bool io_copies, bool fast_float = false) {
  return {{chip, product, settings}, io_copies, fast_float};
}

/// `precision`: empty = fp32.
kernels::Precision precision_of(const std::string& precision) {
  for (const auto known :
       {kernels::Precision::kF32, kernels::Precision::kF16, kernels::Precision::kBf16, kernels::Precision::kI8})
    if (precision == name(known) || precision.empty()) return known;
  throw Error({"E-COMPILE-DTYPE", "dtype", precision, "fp32, fp16, bf16, int8", "no type that a model is computed in"});
}

std::unique_ptr<Program> open(const harness::ModelOptions& model, const std::string& network, std::uint32_t stage,
                              const std::string& layers, bool strict, const std::string& chip,
                              const std::string& product, const std::vector<std::string>& settings) {
  const harness::ProgramSource source{
      model, layers, {network, stage, strict ? isa::Parts::kAll : isa::Parts::kStatic}, {chip, product, settings}};
  return interruptible([&](Interrupt& interrupt) { return std::make_unique<Program>(source, interrupt); });
}

FinishedRun run(const Program& program, const py::object& inputs, const RunRequest& request) {
  if (inputs.is_none())
    return interruptible([&](Interrupt& interrupt) { return program.time_run(request, interrupt); });
  if (py::isinstance<py::str>(inputs)) {
    const auto specification = inputs.cast<std::string>();
    return interruptible([&](Interrupt& interrupt) { return program.run(specification, request, interrupt); });
  }
  std::vector<harness::Array> arrays;
  if (py::isinstance<py::dict>(inputs))
    for (const auto& [key, value] : inputs.cast<py::dict>())
      arrays.push_back(array_of(key.cast<std::string>(), py::reinterpret_borrow<py::object>(value)));
  else
    arrays.push_back(array_of("", inputs));
  return interruptible([&](Interrupt& interrupt) { return program.run(arrays, request, interrupt); });
}

py::dict outputs_of(const FinishedRun& finished) {
  py::dict outputs;
  for (const harness::Array& array : finished.outputs) outputs[py::str(array.name)] = numpy_of(array);
  return outputs;
}

std::vector<std::tuple<std::string, std::string, int, bool, std::string>> products() {
  std::vector<std::tuple<std::string, std::string, int, bool, std::string>> tuples;
  for (const isa::Product& p : isa::products()) tuples.emplace_back(p.name, p.chip, p.chips, p.is_default, p.summary);
  return tuples;
}

/// bmemu.Error, with the parts of the message as attributes.
void raise(const Error& error) {
  const py::object type = py::module_::import("bmemu._error").attr("Error");
  const py::object raised = type(error.what(), error.id(), error.place(), error.value(), error.legal());
  PyErr_SetObject(type.ptr(), raised.ptr());
}

}  // namespace
}  // namespace bmemu::python

PYBIND11_MODULE(_bmemu, module) {
  using namespace bmemu;                                             // NOLINT: names of two libraries meet here
  using namespace bmemu::python;                                     // NOLINT
  py::register_exception_translator([](std::exception_ptr thrown) {  // NOLINT: pybind11 wants a copy
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Error& error) {
      raise(error);
    }
  });

  py::class_<FinishedRun>(module, "Run")
      .def_property_readonly("json", [](const FinishedRun& f) { return harness::result_json(f.run.result).dump(); })
      .def_property_readonly("length_ps", [](const FinishedRun& f) { return f.run.result.length_ps; })
      .def_property_readonly("outputs", &outputs_of)
      .def("text",
           [](const FinishedRun& f, std::size_t top, std::size_t width) {
             return harness::run_text(f.run.result, {top, width, false});
           })
      .def("write", &write_report, py::call_guard<py::gil_scoped_release>());

  py::class_<Program>(module, "Program")
      .def_property_readonly("source", [](const Program& p) { return p.opened().program.source; })
      .def_property_readonly("family",
                             [](const Program& p) { return std::string(isa::name(p.opened().program.family)); })
      .def_property_readonly("network", [](const Program& p) { return p.opened().program.network; })
      .def_property_readonly("stage", [](const Program& p) { return p.opened().program.stage; })
      .def_property_readonly("batch", [](const Program& p) { return p.opened().program.batch; })
      .def_property_readonly("inputs", [](const Program& p) { return tensors_of(p.opened().program.inputs); })
      .def_property_readonly("outputs", [](const Program& p) { return tensors_of(p.opened().program.outputs); })
      .def_property_readonly("layer_map", [](const Program& p) { return p.opened().layer_map; })
      .def_property_readonly("notes", &Program::notes)
      .def("run",
           [](const Program& p, const py::object& inputs, const std::string& chip, const std::string& product,
              const std::vector<std::string>& settings, bool io_copies,
              bool fast_float) { return run(p, inputs, request_of(chip, product, settings, io_copies, fast_float)); })
      .def("save", &Program::save, py::call_guard<py::gil_scoped_release>())
      .def(
          "time_ps",
          [](const Program& p, const std::string& chip, const std::string& product,
             const std::vector<std::string>& settings,
             bool io_copies) { return p.time(request_of(chip, product, settings, io_copies)); },
          py::call_guard<py::gil_scoped_release>());

  using Model = harness::ModelOptions;
  py::class_<Model>(module, "Model")
      .def(py::init<>())
      .def_readwrite("path", &Model::path)
      .def_property(
          "dtype", [](const Model& m) { return std::string(kernels::name(m.precision)); },
          [](Model& m, const std::string& dtype) { m.precision = precision_of(dtype); })
      .def_readwrite("calibration", &Model::calibration)
      .def_readwrite("calibrate", &Model::calibrate)
      .def_readwrite("batch", &Model::batch)
      .def_readwrite("input_shapes", &Model::input_shapes)
      .def_readwrite("quantize_table", &Model::floats)
      .def_readwrite("quant_input", &Model::quantised_inputs)
      .def_readwrite("quant_output", &Model::quantised_outputs)
      .def_readwrite("layer_group", &Model::layer_groups)
      .def_readwrite("search_budget", &Model::search_budget);
  module.def("open", &open);

  py::class_<FinishedComparison>(module, "Comparison")
      .def_property_readonly("json", &FinishedComparison::json)
      .def_property_readonly("text", &FinishedComparison::text)
      .def_property_readonly("markdown", &FinishedComparison::markdown)
      .def("write_page", &FinishedComparison::write_page, py::call_guard<py::gil_scoped_release>());
  module.def("compare", [](const FinishedRun& a, const FinishedRun& b) {
    return interruptible([&](Interrupt& interrupt) { return compare_runs(a, b, interrupt); });
  });
  module.def("is_model", &harness::is_model);
  module.def("info_json",
             [](const std::string& path) { return harness::program_info_json(isa::BModel::open(path), path).dump(); });
  module.def("chip_names", &isa::chip_names);
  module.def("products", &products);
  module.def("chip_json",
             [](const std::string& chip, const std::string& product, const std::vector<std::string>& settings) {
               return harness::chip_json(harness::load_chip({chip, product, settings}, std::nullopt)).dump();
             });
  module.attr("version") = BMEMU_VERSION;
}
