// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/tensor/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "emulator/arithmetic/half.h"
#include "harness/output/text_table.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

/// What the compiler appends to the name of an output that it converts to f32.
constexpr std::string_view kRenamed = "_f32";

template <class T>
std::vector<double> widen(const Array& array) {
  std::vector<double> values(array.elements());
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, array.bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
  }
  return values;
}

std::vector<double> widen_f16(const Array& array) {
  std::vector<double> values = widen<std::uint16_t>(array);
  for (double& value : values) value = static_cast<double>(emulator::f16_to_f32(static_cast<std::uint16_t>(value)));
  return values;
}

const Array& reference_for(const Array& output, const std::vector<Array>& references, std::size_t outputs) {
  if (outputs == 1 && references.size() == 1) return references.front();
  if (const Array* found = find_reference(references, output.name)) return *found;
  std::string names;
  for (const Array& reference : references) names += (names.empty() ? "" : ", ") + reference.name;
  throw Error({"E-TENSOR-NAME", "references", fmt::format("no array \"{}\"", output.name), names,
               "an output has no reference of its name"});
}

Difference difference(const Array& output, const Array& reference) {
  if (output.elements() != reference.elements())
    throw Error({"E-TENSOR-SHAPE", output.name, fmt::format("{} elements", reference.elements()),
                 fmt::format("{} elements", output.elements()), "a reference has another size than its output"});
  const std::vector<double> found = as_f64(output);
  const std::vector<double> wanted = as_f64(reference);
  DifferenceSum sum;
  for (std::size_t i = 0; i < found.size(); ++i) sum.add(found[i], wanted[i]);
  return sum.result(output.name);
}

}  // namespace

const Array* find_reference(const std::vector<Array>& references, const std::string& output) {
  if (const Array* found = find_array(references, output)) return found;
  const std::size_t stem = output.size() - std::min(output.size(), kRenamed.size());
  if (output.compare(stem, kRenamed.size(), kRenamed) == 0) return find_array(references, output.substr(0, stem));
  return find_array(references, output + std::string(kRenamed));
}

bool DifferenceSum::add(double found, double wanted) {
  ++sum_.elements;
  dot_ += found * wanted;
  found_ += found * found;
  wanted_ += wanted * wanted;
  if (found == wanted || (std::isnan(found) && std::isnan(wanted))) return false;
  ++sum_.different;
  const double absolute = std::abs(found - wanted);
  // A NaN or an infinity on one side only is beyond every tolerance.
  sum_.max_absolute = std::isfinite(absolute) ? std::max(sum_.max_absolute, absolute) : INFINITY;
  if (wanted != 0)
    sum_.max_relative = std::max(sum_.max_relative, std::isfinite(absolute) ? absolute / std::abs(wanted) : INFINITY);
  return true;
}

Difference DifferenceSum::result(std::string name) const {
  Difference result = sum_;
  result.name = std::move(name);
  if (found_ != 0 || wanted_ != 0)
    result.cosine = found_ == 0 || wanted_ == 0 ? 0 : dot_ / (std::sqrt(found_) * std::sqrt(wanted_));
  return result;
}

std::vector<double> as_f64(const Array& array) {
  switch (array.type) {
    case ArrayType::kI8: return widen<std::int8_t>(array);
    case ArrayType::kU8:
    case ArrayType::kBool: return widen<std::uint8_t>(array);
    case ArrayType::kI16: return widen<std::int16_t>(array);
    case ArrayType::kU16: return widen<std::uint16_t>(array);
    case ArrayType::kI32: return widen<std::int32_t>(array);
    case ArrayType::kU32: return widen<std::uint32_t>(array);
    case ArrayType::kI64: return widen<std::int64_t>(array);
    case ArrayType::kU64: return widen<std::uint64_t>(array);
    case ArrayType::kF16: return widen_f16(array);
    case ArrayType::kF32: return widen<float>(array);
    case ArrayType::kF64: return widen<double>(array);
  }
  return {};
}

std::vector<Difference> compare_arrays(const std::vector<Array>& outputs, const std::vector<Array>& references) {
  std::vector<Difference> differences;
  differences.reserve(outputs.size());
  for (const Array& output : outputs)
    differences.push_back(difference(output, reference_for(output, references, outputs.size())));
  return differences;
}

std::vector<std::string> reference_notes(const std::vector<Array>& outputs, const std::vector<Array>& references) {
  const auto long_dimensions = [](const Array& array) {
    std::vector<std::uint64_t> dimensions = array.shape;
    dimensions.erase(std::remove(dimensions.begin(), dimensions.end(), 1U), dimensions.end());
    return dimensions;
  };
  std::vector<std::string> notes;
  for (const Array& output : outputs) {
    const Array& reference = reference_for(output, references, outputs.size());
    if (!reference.name.empty() && find_reference(references, output.name) == nullptr)
      notes.push_back(
          fmt::format("the only reference, {}, is taken for the only output, {}", reference.name, output.name));
    if (reference.shape.size() > 1 && long_dimensions(reference) != long_dimensions(output))
      notes.push_back(
          fmt::format("the reference of {} has shape [{}], the output [{}]: compared in the order of their "
                      "elements",
                      output.name, fmt::join(reference.shape, ","), fmt::join(output.shape, ",")));
  }
  return notes;
}

std::string comparison_text(const std::string& what, const std::vector<Difference>& differences, double tolerance,
                            std::size_t width) {
  TextTable table({{what},
                   {"elements", Align::kRight},
                   {"different", Align::kRight},
                   {"max absolute", Align::kRight},
                   {"max relative", Align::kRight},
                   {"cosine", Align::kRight},
                   {"verdict"}});
  for (const Difference& d : differences)
    table.add({d.name, std::to_string(d.elements), std::to_string(d.different), fmt::format("{:.3g}", d.max_absolute),
               fmt::format("{:.3g}", d.max_relative), fmt::format("{:.8f}", d.cosine),
               d.different == 0      ? "identical"
               : d.within(tolerance) ? "within tolerance"
                                     : "BEYOND TOLERANCE"});
  table.fit(0, width);
  return "\n" + table.text_within(width);
}

}  // namespace bmemu::harness
