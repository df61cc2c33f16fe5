// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/cpu_layers/cpu_layer.h"

#include <fmt/format.h>

#include "harness/cpu_layers/layers.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace cpu_layers {

std::uint64_t checked_index(std::int32_t index, std::uint64_t size, const Array& indices) {
  if (index >= 0 && static_cast<std::uint64_t>(index) < size) return static_cast<std::uint64_t>(index);
  throw Error({"E-CPU-LAYER-INDEX", indices.name, fmt::format("{}", index), fmt::format("0..{}", size - 1),
               "an index of a layer on the host's CPU leaves its tensor"});
}

}  // namespace cpu_layers

CpuLayerFunction cpu_layer_function(const isa::CpuLayer& layer, const std::vector<isa::TensorInfo>& inputs,
                                    const std::vector<isa::TensorInfo>& outputs) {
  if (layer.constants != 0) return {};
  using isa::CpuLayerKind;
  switch (static_cast<CpuLayerKind>(layer.kind)) {
    case CpuLayerKind::kTopK: return cpu_layers::top_k(layer, inputs, outputs);
    case CpuLayerKind::kGatherNd: return cpu_layers::gather_nd(layer, inputs, outputs);
    case CpuLayerKind::kGatherElements: return cpu_layers::gather_elements(layer, inputs, outputs);
    case CpuLayerKind::kGridSample: return cpu_layers::grid_sample(layer, inputs, outputs);
    case CpuLayerKind::kOnnxNonMaximumSuppression: return cpu_layers::non_maximum_suppression(layer, inputs, outputs);
    case CpuLayerKind::kTensorScatter: return cpu_layers::scatter_nd(layer, inputs, outputs);
    default: return {};
  }
}

}  // namespace bmemu::harness
