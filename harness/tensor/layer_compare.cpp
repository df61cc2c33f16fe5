// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/tensor/layer_compare.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>

#include "emulator/arithmetic/half.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

template <class T>
double load(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return static_cast<double>(value);
}

double stored_number(isa::DataType type, const std::uint8_t* at) {
  switch (type) {
    case isa::DataType::kF32: return load<float>(at);
    case isa::DataType::kF16:
      return static_cast<double>(emulator::f16_to_f32(static_cast<std::uint16_t>(load<std::uint16_t>(at))));
    case isa::DataType::kBf16:
      return static_cast<double>(emulator::bf16_to_f32(static_cast<std::uint16_t>(load<std::uint16_t>(at))));
    case isa::DataType::kI8: return load<std::int8_t>(at);
    case isa::DataType::kU8: return load<std::uint8_t>(at);
    case isa::DataType::kI16: return load<std::int16_t>(at);
    case isa::DataType::kU16: return load<std::uint16_t>(at);
    case isa::DataType::kI32: return load<std::int32_t>(at);
    case isa::DataType::kU32: return load<std::uint32_t>(at);
    case isa::DataType::kI4:
    case isa::DataType::kU4: break;
  }
  return 0;  // layer_tensor knows no 4-bit tensors
}

double real_value(const isa::LayerTensor& tensor, double stored) {
  return tensor.is_quantised ? (stored - static_cast<double>(tensor.zero_point)) * tensor.scale : stored;
}

/// Calls visit(stored number, index in the whole tensor, place as n, c, d, h, w) for every element of the slice.
template <class Visit>
void for_elements(const isa::LayerTensor& t, const std::vector<std::uint8_t>& bytes, Visit&& visit) {
  const std::uint8_t* from = bytes.data();
  const std::size_t step = isa::bits(t.type) / 8;
  isa::Dimensions at{};
  for (at[0] = t.begin[0]; at[0] < t.end[0]; ++at[0])
    for (at[1] = t.begin[1]; at[1] < t.end[1]; ++at[1])
      for (at[2] = t.begin[2]; at[2] < t.end[2]; ++at[2])
        for (at[3] = t.begin[3]; at[3] < t.end[3]; ++at[3])
          for (at[4] = t.begin[4]; at[4] < t.end[4]; ++at[4], from += step) {
            std::uint64_t index = 0;
            for (std::size_t k = 0; k < 5; ++k) index = index * t.shape[k] + at[k];
            visit(stored_number(t.type, from), index, at);
          }
}

bool is_float(ArrayType type) { return type == ArrayType::kF16 || type == ArrayType::kF32 || type == ArrayType::kF64; }

std::string when(const isa::LayerResult& result) {
  return fmt::format("whole after tiu id {} and gdma id {} of group {}", result.tiu_after, result.gdma_after,
                     result.group);
}

}  // namespace

LayerComparison::LayerComparison(const isa::Program& program, const std::vector<Array>& references)
    : program_(&program) {
  std::map<std::string, const isa::LayerTensor*> tensors;
  for (const isa::LayerResult& result : program.layers.results) tensors.emplace(result.tensor.name, &result.tensor);
  for (const Array& array : references) {
    const auto found = tensors.find(array.name);
    if (found == tensors.end()) continue;
    if (array.elements() != found->second->whole_elements())
      throw Error(
          {"E-TENSOR-SHAPE", array.name, fmt::format("{} elements", array.elements()),
           fmt::format("{} elements: [{}]", found->second->whole_elements(), fmt::join(found->second->shape, ",")),
           "a reference has another size than the layer's result"});
    references_[array.name] = {as_f64(array), !is_float(array.type)};
  }
}

void LayerComparison::add(const isa::LayerResult& result, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  const isa::LayerTensor& tensor = result.tensor;
  const auto found = references_.find(tensor.name);
  if (found == references_.end()) return;
  const Reference& reference = found->second;
  if (reference.values.size() != tensor.whole_elements()) return;  // another shape of the same name, such as a reshape
  const auto [entry, is_new] = index_.emplace(tensor.name, sums_.size());
  if (is_new) sums_.push_back({tensor.name, program_->layers.kinds[result.layer], {}, {}});
  Sum& sum = sums_[entry->second];
  for_elements(tensor, emulator::read_layer_tensor(tensor, chip, memory),
               [&](double stored, std::uint64_t index, const isa::Dimensions& at) {
                 // References hold f32: the real value is rounded to it too.
                 const double value =
                     reference.is_stored ? stored : static_cast<double>(static_cast<float>(real_value(tensor, stored)));
                 const double wanted = reference.values[index];
                 if (sum.sum.add(value, wanted) && sum.first_different.empty())
                   sum.first_different = fmt::format("[{}] is {:.9g} and should be {:.9g}, {}", fmt::join(at, ","),
                                                     value, wanted, when(result));
               });
}

std::vector<LayerDifference> LayerComparison::differences() const {
  std::vector<LayerDifference> result;
  for (const Sum& sum : sums_) result.push_back({sum.sum.result(sum.name), sum.kind, sum.first_different});
  return result;
}

void LayerArrays::add(const isa::LayerResult& result, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  const isa::LayerTensor& tensor = result.tensor;
  if (program_->layers.kinds[result.layer] == "tpu.Load") return;
  const auto [entry, is_new] = index_.emplace(tensor.name, arrays_.size());
  const std::uint64_t elements = tensor.whole_elements();
  if (is_new) {
    Array array;
    array.name = tensor.name;
    for (std::size_t k = 0; k < 5; ++k)
      if (k != 2 || tensor.shape[k] != 1) array.shape.push_back(tensor.shape[k]);
    array.bytes.resize(elements * sizeof(float));
    for (std::uint64_t i = 0; i < elements; ++i) {
      constexpr float kUnseen = std::numeric_limits<float>::quiet_NaN();
      std::memcpy(array.bytes.data() + i * sizeof(float), &kUnseen, sizeof(float));
    }
    arrays_.push_back(std::move(array));
  }
  Array& array = arrays_[entry->second];
  if (array.elements() != elements) return;
  for_elements(tensor, emulator::read_layer_tensor(tensor, chip, memory),
               [&](double stored, std::uint64_t index, const isa::Dimensions&) {
                 const auto value = static_cast<float>(real_value(tensor, stored));
                 std::memcpy(array.bytes.data() + index * sizeof(float), &value, sizeof value);
               });
}

std::string layer_comparison_text(const std::vector<LayerDifference>& layers, double tolerance, std::size_t width) {
  std::vector<Difference> differences;
  const LayerDifference* first = nullptr;
  for (const LayerDifference& layer : layers) {
    differences.push_back(layer.difference);
    if (first == nullptr && !layer.difference.within(tolerance)) first = &layer;
  }
  std::string text = comparison_text("result of layer", differences, tolerance, width);
  if (first != nullptr)
    text += fmt::format("first layer beyond the tolerance: {} ({}): {}\n", first->difference.name, first->kind,
                        first->first_different);
  return text;
}

}  // namespace bmemu::harness
