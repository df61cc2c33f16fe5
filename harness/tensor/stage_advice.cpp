// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/tensor/stage_advice.h"

#include <fmt/format.h>

namespace bmemu::harness {
namespace {

bool fits(const isa::BModelStage& stage, const std::vector<Array>& arrays) {
  if (stage.inputs.size() != arrays.size()) return false;
  for (const isa::TensorInfo& input : stage.inputs) {
    const Array* array = arrays.size() == 1 ? &arrays.front() : find_array(arrays, input.name);
    if (array == nullptr || array->shape != input.shape) return false;
  }
  return true;
}

}  // namespace

std::string stage_that_fits(const isa::BModel& model, const isa::Program& program, const std::vector<Array>& arrays) {
  for (const isa::BModelNetwork& network : model.networks())
    for (std::size_t i = 0; i < network.stages.size(); ++i)
      if ((network.name != program.network || i != program.stage) && fits(network.stages[i], arrays))
        return model.networks().size() == 1 ? fmt::format("--stage {}", i)
                                            : fmt::format("--net {} --stage {}", network.name, i);
  return {};
}

}  // namespace bmemu::harness
