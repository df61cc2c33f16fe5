// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// NumPy arrays as harness arrays and back, by NumPy's Python interface and the buffer protocol: any NumPy goes with any
// pybind11.
#pragma once

#include <pybind11/pybind11.h>

#include <string>

#include "harness/tensor/array.h"

namespace bmemu::python {

/// Any array-like; copied, C order. Errors: E-TENSOR-TYPE (complex numbers, texts, objects, big-endian ...).
harness::Array array_of(const std::string& name, const pybind11::object& value);

/// A NumPy array that owns its memory; bf16 tensors are u16 bits.
pybind11::object numpy_of(const harness::Array& array);

}  // namespace bmemu::python
