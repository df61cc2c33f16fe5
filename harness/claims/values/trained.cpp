// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/values/trained.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "harness/claims/programs.h"
#include "kernels/graph/onnx/import.h"
#include "kernels/graph/reference/reference.h"
#include "kernels/prepare.h"

namespace bmemu::harness {
namespace {

struct Known {
  const char* name;
  double threshold;  ///< Zhang et al. 2016, as facenet-pytorch sets it
};
constexpr std::array<Known, 2> kNetworks = {{{"pnet", 0.6}, {"rnet", 0.7}}};
constexpr std::array<const char*, 2> kPhotographs = {"astronaut.jpg", "coffee.jpg"};
constexpr int kSide = 384;       ///< of the part of a photograph that is used
constexpr int kWindowStep = 12;  ///< between small windows

/// A square of the photograph, `factor` times smaller: the mean of blocks.
NetworkTensorF window(const RgbImage& photograph, int left, int top, int size, int factor) {
  const auto side = static_cast<std::size_t>(size);
  NetworkTensorF tensor{{1, 3, size, size}, std::vector<float>(3 * side * side)};
  std::size_t at = 0;
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < size; ++y)
      for (int x = 0; x < size; ++x) {
        int sum = 0;
        for (int dy = 0; dy < factor; ++dy)
          for (int dx = 0; dx < factor; ++dx) {
            const int row = (top + y) * factor + dy, column = (left + x) * factor + dx;
            const auto pixel = static_cast<std::size_t>(row) * static_cast<std::size_t>(photograph.width) +
                               static_cast<std::size_t>(column);
            sum += photograph.pixels[pixel * 3 + static_cast<std::size_t>(c)];
          }
        const float mean = static_cast<float>(sum) / static_cast<float>(factor * factor);
        tensor.data[at++] = (mean - 127.5F) / 128;
      }
  return tensor;
}

}  // namespace

std::vector<TrainedNetwork> trained_networks(const ClaimOptions& options) {
  std::vector<TrainedNetwork> networks;
  for (const auto& known : kNetworks) {
    const auto path = find_claim_file(options, fmt::format("trained/{}.onnx", known.name));
    if (!path) continue;
    TrainedNetwork network{known.name, kernels::import_onnx_file(*path), 0, known.threshold};
    network.size = static_cast<int>(network.graph.value(network.graph.inputs.front()).shape.back());
    networks.push_back(std::move(network));
  }
  return networks;
}

std::vector<RgbImage> photographs(const ClaimOptions& options) {
  std::vector<RgbImage> images;
  for (const char* name : kPhotographs)
    if (const auto path = find_claim_file(options, fmt::format("images/{}", name))) {
      images.push_back(read_jpeg(*path));
      images.back().name = name;
    }
  return images;
}

std::vector<NetworkTensorF> windows_of(const TrainedNetwork& network, const RgbImage& photograph) {
  std::vector<NetworkTensorF> windows;
  const int quarter = kSide / 4, step = std::min(network.size, kWindowStep);
  for (int top = 0; top + network.size <= quarter; top += step)
    for (int left = 0; left + network.size <= quarter; left += step)
      windows.push_back(window(photograph, left, top, network.size, 4));
  if (network.size < quarter) return windows;
  for (const int top : {0, quarter})
    for (const int left : {0, quarter}) windows.push_back(window(photograph, left, top, network.size, 2));
  return windows;
}

TrainedOutputs compute(const TrainedNetwork& network, const NetworkTensorF& input) {
  const kernels::reference::Tensor<double> wide{input.shape, {input.data.begin(), input.data.end()}};
  TrainedOutputs outputs;
  for (const auto& tensor : kernels::reference::run<double>(network.graph, {wide})) {
    if (outputs.numbers.empty()) outputs.places = tensor.data.size() / 2;
    outputs.numbers.insert(outputs.numbers.end(), tensor.data.begin(), tensor.data.end());
  }
  return outputs;
}

void OutputChange::add(const TrainedOutputs& a, const TrainedOutputs& b, double threshold) {
  decisions += a.places;
  for (std::size_t i = a.places; i < 2 * a.places; ++i) {
    changed += (a.numbers[i] > threshold) != (b.numbers[i] > threshold) ? 1 : 0;
    largest = std::max(largest, std::abs(a.numbers[i] - b.numbers[i]));
  }
  for (std::size_t i = 0; i < a.numbers.size(); ++i) {
    dot += a.numbers[i] * b.numbers[i];
    square_a += a.numbers[i] * a.numbers[i];
    square_b += b.numbers[i] * b.numbers[i];
  }
}

double OutputChange::cosine() const {
  return square_a > 0 && square_b > 0 ? dot / std::sqrt(square_a) / std::sqrt(square_b) : 0;
}

}  // namespace bmemu::harness
