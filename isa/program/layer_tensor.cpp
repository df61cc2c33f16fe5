// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/program/layer_tensor.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace bmemu::isa {
namespace {

constexpr std::uint64_t kLargestExtent = std::uint64_t{1} << 32;
constexpr std::uint64_t kLargestTensor = std::uint64_t{1} << 34;  ///< elements; more than any chip's memory

/// Reads numbers and separators from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool skip(char c) {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::optional<std::uint64_t> number() {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc{} || value > kLargestExtent) return std::nullopt;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }
  std::string_view rest() const { return text_; }

 private:
  std::string_view text_;
};

/// "<1x3x24x94xsi8>" or "<1x3x1x24x94>"; `rest` is what follows the dimensions.
std::optional<std::vector<std::uint64_t>> dimensions(std::string_view text, std::string_view& rest) {
  Reader reader(text);
  std::vector<std::uint64_t> result;
  if (!reader.skip('<')) return std::nullopt;
  do {
    const auto size = reader.number();
    if (!size) break;
    result.push_back(*size);
  } while (reader.skip('x'));
  rest = reader.rest();
  return result;
}

std::optional<DataType> stored_type(std::string_view text) {
  static constexpr std::pair<std::string_view, DataType> kTypes[] = {
      {"f32>", DataType::kF32},  {"f16>", DataType::kF16},  {"bf16>", DataType::kBf16}, {"si8>", DataType::kI8},
      {"i8>", DataType::kI8},    {"ui8>", DataType::kU8},   {"si16>", DataType::kI16},  {"i16>", DataType::kI16},
      {"ui16>", DataType::kU16}, {"si32>", DataType::kI32}, {"i32>", DataType::kI32},   {"ui32>", DataType::kU32}};
  for (const auto& [name, type] : kTypes)
    if (text == name) return type;
  return std::nullopt;
}

bool read_slice(std::string_view text, LayerTensor& tensor) {
  Reader reader(text);
  if (!reader.skip('[')) return false;
  for (std::size_t k = 0; k < 5; ++k) {
    if (k != 0 && !reader.skip(',')) return false;
    const auto begin = reader.number();
    if (!begin || !reader.skip(':')) return false;
    const auto end = reader.number();
    if (!end || *begin >= *end || *end > tensor.shape[k]) return false;
    tensor.begin[k] = *begin;
    tensor.end[k] = *end;
  }
  return reader.skip(']') && reader.rest().empty();
}

/// "eu_align", "compact", "continuous" with the suffixes "_group3d" and "_xn".
bool read_layout(std::string_view text, LayerTensor& tensor) {
  const auto take = [&](std::string_view prefix) {
    if (text.substr(0, prefix.size()) != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
  };
  if (take("eu_align"))
    tensor.layout = TensorLayout::kAligned;
  else if (take("compact"))
    tensor.layout = TensorLayout::kCompact;
  else if (take("continuous"))
    tensor.layout = TensorLayout::kContinuous;
  else
    return false;
  take("_group3d");  // says how depth was put into memory; the slice and the shape tell the same
  tensor.is_packed = take("_xn") && bits(tensor.type) < 32;
  return text.empty();
}

/// "...!quant.uniform<i8:f32, 0.0118:-3>..."; one scale for the whole tensor.
void read_quantisation(std::string_view text, LayerTensor& tensor) {
  static constexpr std::string_view kUniform = "!quant.uniform<";
  const std::size_t at = text.find(kUniform);
  if (at == std::string_view::npos) return;
  const std::size_t comma = text.find(',', at);
  const std::size_t end = text.find('>', at);
  if (comma == std::string_view::npos || end == std::string_view::npos || comma > end) return;
  const std::string numbers(text.substr(comma + 1, end - comma - 1));
  char* after = nullptr;
  const double scale = std::strtod(numbers.c_str(), &after);
  if (after == numbers.c_str() || !std::isfinite(scale)) return;
  std::int64_t zero_point = 0;
  if (*after == ':') zero_point = std::strtoll(after + 1, &after, 10);
  if (*after != '\0') return;
  tensor.is_quantised = true;
  tensor.scale = scale;
  tensor.zero_point = zero_point;
}

/// Whether the shape that the file states for the memory is that of the slice.
bool has_memory_shape(const LayerTensor& tensor, const std::vector<std::uint64_t>& shape) {
  std::uint64_t elements = 1;
  for (const std::uint64_t d : shape) {
    if (d == 0 || elements > kLargestTensor / d) return false;
    elements *= d;
  }
  return elements == tensor.elements();
}

}  // namespace

std::optional<LayerTensor> layer_tensor(const LayerTensorText& text) {
  if (text.name.empty()) return std::nullopt;
  LayerTensor tensor;
  tensor.name = text.name;
  tensor.address = text.address;
  std::string_view rest;
  const auto whole = dimensions(text.reshape, rest);
  if (!whole || whole->size() != 5 || rest != ">") return std::nullopt;
  std::uint64_t elements = 1;
  for (std::size_t k = 0; k < 5; ++k) {
    tensor.shape[k] = (*whole)[k];
    if (tensor.shape[k] == 0 || elements > kLargestTensor / tensor.shape[k]) return std::nullopt;
    elements *= tensor.shape[k];
  }
  const auto stored = dimensions(text.memory_type, rest);
  const auto type = stored_type(rest);
  if (!stored || !type) return std::nullopt;
  tensor.type = *type;
  if (!read_layout(text.layout, tensor) || !read_slice(text.slice, tensor)) return std::nullopt;
  if (!has_memory_shape(tensor, *stored)) return std::nullopt;
  // Unknown: whether depth or batch comes first in memory; no map with both was seen.
  if (tensor.layout != TensorLayout::kContinuous && tensor.extent(0) > 1 && tensor.extent(2) > 1) return std::nullopt;
  read_quantisation(text.type, tensor);
  return tensor;
}

}  // namespace bmemu::isa
