// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Trained networks that ship with bmemu: what claims about values are tried on that mean something.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/claims/registry.h"
#include "harness/claims/values/upsampling.h"
#include "kernels/graph/graph.h"
#include "kernels/graph/reference/tensor.h"

namespace bmemu::harness {

/// P-Net or R-Net of MTCNN, face detectors trained on photographs (traces/claims/trained). Input: (1, 3, size, size),
/// red first, (x - 127.5) / 128. Outputs: probabilities of no face and face, for the window or a map of places; boxes.
struct TrainedNetwork {
  std::string name;
  kernels::Graph graph;  ///< as imported
  int size = 0;          ///< of the input's sides
  double threshold = 0;  ///< of the probability, from which on MTCNN takes a face
};

using NetworkTensorF = kernels::reference::Tensor<float>;

/// Those that are at hand. Errors: those of import_onnx_file.
std::vector<TrainedNetwork> trained_networks(const ClaimOptions& options);

/// Inputs from a photograph of at least 384 x 384: at a quarter of its size and, for a large input, at half of it.
std::vector<NetworkTensorF> windows_of(const TrainedNetwork& network, const RgbImage& photograph);

/// The photographs of traces/claims/images that are at hand. Errors: E-CLAIM-IMAGE.
std::vector<RgbImage> photographs(const ClaimOptions& options);

/// The outputs one behind the other, probabilities first.
struct TrainedOutputs {
  std::vector<double> numbers;
  std::size_t places = 0;  ///< numbers[places ... 2 * places) are the probabilities of a face
};

/// The network in double precision, without any chip.
TrainedOutputs compute(const TrainedNetwork& network, const NetworkTensorF& input);

/// How two sets of outputs differ.
struct OutputChange {
  std::size_t decisions = 0;  ///< places where a face may be
  std::size_t changed = 0;    ///< of them: a face in one and none in the other
  double largest = 0;         ///< difference of a probability
  double dot = 0, square_a = 0, square_b = 0;
  double cosine() const;
  void add(const TrainedOutputs& a, const TrainedOutputs& b, double threshold);
};

}  // namespace bmemu::harness
