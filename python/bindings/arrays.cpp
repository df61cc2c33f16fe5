// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "python/bindings/arrays.h"

#include <pybind11/stl.h>

#include <stdexcept>

#include "isa/error.h"

namespace py = pybind11;

namespace bmemu::python {
namespace {

struct TypeName {
  harness::ArrayType type;
  const char* numpy;
};

constexpr TypeName kTypes[] = {
    {harness::ArrayType::kI8, "int8"},     {harness::ArrayType::kU8, "uint8"},    {harness::ArrayType::kI16, "int16"},
    {harness::ArrayType::kU16, "uint16"},  {harness::ArrayType::kI32, "int32"},   {harness::ArrayType::kU32, "uint32"},
    {harness::ArrayType::kI64, "int64"},   {harness::ArrayType::kU64, "uint64"},  {harness::ArrayType::kF16, "float16"},
    {harness::ArrayType::kF32, "float32"}, {harness::ArrayType::kF64, "float64"}, {harness::ArrayType::kBool, "bool"},
};

}  // namespace

harness::Array array_of(const std::string& name, const py::object& value) {
  const py::object contiguous = py::module_::import("numpy").attr("asarray")(value, py::arg("order") = "C");
  const std::string dtype = py::str(contiguous.attr("dtype"));
  for (const TypeName& known : kTypes) {
    if (dtype != known.numpy) continue;
    harness::Array array;
    array.name = name;
    array.type = known.type;
    const py::buffer_info info = py::buffer(contiguous).request();
    for (const py::ssize_t dimension : info.shape) array.shape.push_back(static_cast<std::uint64_t>(dimension));
    const auto* first = static_cast<const std::uint8_t*>(info.ptr);
    array.bytes.assign(first, first + info.size * info.itemsize);
    return array;
  }
  throw Error({"E-TENSOR-TYPE", name.empty() ? "inputs" : name, dtype, "numbers of 8 to 64 bits, little-endian",
               "an array has elements that no tensor has"});
}

py::object numpy_of(const harness::Array& array) {
  const py::bytes bytes(reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size());
  for (const TypeName& known : kTypes)
    if (known.type == array.type)
      return py::module_::import("numpy")
          .attr("frombuffer")(bytes, known.numpy)
          .attr("reshape")(py::cast(array.shape))
          .attr("copy")();
  throw std::logic_error("an element type without a name");
}

}  // namespace bmemu::python
