// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// NumPy arrays as harness arrays and back.
#pragma once

#include <pybind11/numpy.h>

#include <string>
#include <vector>

#include "harness/tensor/array.h"

namespace bmemu::python {

/// Any array-like; copied, C order. Errors: E-TENSOR-TYPE (complex numbers, texts, objects, big-endian ...).
harness::Array array_of(const std::string& name, const pybind11::object& value);

/// A copy that NumPy owns; bf16 tensors are u16 bits.
pybind11::array numpy_of(const harness::Array& array);

}  // namespace bmemu::python
