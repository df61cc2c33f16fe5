// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Numbers out of ONNX tensors.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

using onnx::TensorProto;

/// IEEE half to float.
float from_half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const float magnitude =
      exponent == 0    ? std::ldexp(static_cast<float>(fraction), -24)
      : exponent == 31 ? (fraction ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity())
                       : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

float from_bfloat(std::uint16_t bits) {
  const std::uint32_t wide = static_cast<std::uint32_t>(bits) << 16;
  float number = 0;
  std::memcpy(&number, &wide, sizeof number);
  return number;
}

/// Elements as stored: raw bytes, or the field for their type.
template <class Stored, class To, class Field, class Convert>
std::vector<To> elements_of(const TensorProto& tensor, std::size_t count, const Field& field, Convert convert) {
  std::vector<To> data(count);
  if (tensor.has_raw_data()) {
    if (tensor.raw_data().size() != count * sizeof(Stored))
      throw Unsupported{fmt::format("tensor {} has {} bytes instead of {}", tensor.name(), tensor.raw_data().size(),
                                    count * sizeof(Stored))};
    const char* from = tensor.raw_data().data();
    for (std::size_t i = 0; i < count; ++i) {
      Stored stored{};
      std::memcpy(&stored, from + i * sizeof(Stored), sizeof stored);
      data[i] = convert(stored);
    }
    return data;
  }
  if (static_cast<std::size_t>(field.size()) != count)
    throw Unsupported{fmt::format("tensor {} has {} elements instead of {}", tensor.name(), field.size(), count)};
  std::transform(field.begin(), field.end(), data.begin(), [&](auto x) { return convert(static_cast<Stored>(x)); });
  return data;
}

template <class Stored, class Field>
std::vector<std::int32_t> integers_of(const TensorProto& tensor, std::size_t count, const Field& field) {
  return elements_of<Stored, std::int32_t>(tensor, count, field, [](Stored x) {
    if constexpr (sizeof(Stored) == 8 || std::is_same_v<Stored, std::uint32_t>)
      return static_cast<std::int32_t>(std::clamp<Stored>(
          x, std::is_signed_v<Stored> ? static_cast<Stored>(std::numeric_limits<std::int32_t>::min()) : Stored(0),
          std::numeric_limits<std::int32_t>::max()));
    else
      return static_cast<std::int32_t>(x);
  });
}

template <class Stored, class Field>
std::vector<float> floats_of(const TensorProto& tensor, std::size_t count, const Field& field) {
  return elements_of<Stored, float>(tensor, count, field, [](Stored x) { return static_cast<float>(x); });
}

}  // namespace

Kind kind_of(std::int32_t onnx_type) {
  switch (onnx_type) {
    case TensorProto::FLOAT:
    case TensorProto::FLOAT16:
    case TensorProto::BFLOAT16:
    case TensorProto::DOUBLE: return Kind::kFloat;
    case TensorProto::BOOL: return Kind::kBool;
    case TensorProto::INT8:
    case TensorProto::UINT8:
    case TensorProto::INT16:
    case TensorProto::UINT16:
    case TensorProto::INT32:
    case TensorProto::UINT32:
    case TensorProto::INT64:
    case TensorProto::UINT64: return Kind::kInteger;
    default: throw Unsupported{fmt::format("element type {} has no numbers", onnx_type)};
  }
}

Operand add_tensor(Graph& graph, const std::string& name, const TensorProto& tensor) {
  Shape shape(tensor.dims().begin(), tensor.dims().end());
  for (const auto size : shape)
    if (size < 0) throw Unsupported{fmt::format("tensor {} has a negative size", name)};
  const auto count = static_cast<std::size_t>(elements(shape));
  const auto integers = [&](std::vector<std::int32_t> data) {
    return Operand{graph.add_indices(name, shape, std::move(data)), Kind::kInteger, tensor.data_type()};
  };
  const auto floats = [&](std::vector<float> data) {
    return Operand{graph.add_constant(name, shape, std::move(data)), kind_of(tensor.data_type()), tensor.data_type()};
  };
  switch (tensor.data_type()) {
    case TensorProto::FLOAT: return floats(floats_of<float>(tensor, count, tensor.float_data()));
    case TensorProto::DOUBLE: return floats(floats_of<double>(tensor, count, tensor.double_data()));
    case TensorProto::FLOAT16:
      return floats(elements_of<std::uint16_t, float>(tensor, count, tensor.int32_data(), from_half));
    case TensorProto::BFLOAT16:
      return floats(elements_of<std::uint16_t, float>(tensor, count, tensor.int32_data(), from_bfloat));
    case TensorProto::BOOL: return floats(floats_of<std::uint8_t>(tensor, count, tensor.int32_data()));
    case TensorProto::INT8: return integers(integers_of<std::int8_t>(tensor, count, tensor.int32_data()));
    case TensorProto::UINT8: return integers(integers_of<std::uint8_t>(tensor, count, tensor.int32_data()));
    case TensorProto::INT16: return integers(integers_of<std::int16_t>(tensor, count, tensor.int32_data()));
    case TensorProto::UINT16: return integers(integers_of<std::uint16_t>(tensor, count, tensor.int32_data()));
    case TensorProto::INT32: return integers(integers_of<std::int32_t>(tensor, count, tensor.int32_data()));
    case TensorProto::UINT32: return integers(integers_of<std::uint32_t>(tensor, count, tensor.uint64_data()));
    case TensorProto::INT64: return integers(integers_of<std::int64_t>(tensor, count, tensor.int64_data()));
    case TensorProto::UINT64: return integers(integers_of<std::uint64_t>(tensor, count, tensor.uint64_data()));
    default:
      throw Unsupported{fmt::format("tensor {} has element type {}, which is no number", name, tensor.data_type())};
  }
}

}  // namespace bmemu::kernels::onnx_import
