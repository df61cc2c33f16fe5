// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The convolutions of ResNet50 (224 x 224, strides in the 3 x 3 convolutions).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bmemu::bench {

/// Square kernels and images.
struct ConvolutionShape {
  std::size_t count;  ///< how often it occurs
  std::size_t inputs, outputs, kernel, stride, image;

  std::size_t pad() const { return kernel / 2; }
  std::size_t result() const { return (image + 2 * pad() - kernel) / stride + 1; }
  double multiplications() const {
    return static_cast<double>(outputs * inputs * kernel * kernel) * static_cast<double>(result() * result());
  }
  std::string name() const {
    return std::to_string(kernel) + "x" + std::to_string(kernel) + "/" + std::to_string(stride) + "_" +
           std::to_string(inputs) + "_to_" + std::to_string(outputs) + "_" + std::to_string(image);
  }
};

inline std::vector<ConvolutionShape> resnet50_shapes() {
  return {{1, 3, 64, 7, 2, 224},     {1, 64, 64, 1, 1, 56},    {3, 64, 64, 3, 1, 56},    {4, 64, 256, 1, 1, 56},
          {2, 256, 64, 1, 1, 56},    {1, 256, 128, 1, 1, 56},  {1, 128, 128, 3, 2, 56},  {4, 128, 512, 1, 1, 28},
          {1, 256, 512, 1, 2, 56},   {3, 512, 128, 1, 1, 28},  {3, 128, 128, 3, 1, 28},  {1, 512, 256, 1, 1, 28},
          {1, 256, 256, 3, 2, 28},   {6, 256, 1024, 1, 1, 14}, {1, 512, 1024, 1, 2, 28}, {5, 1024, 256, 1, 1, 14},
          {5, 256, 256, 3, 1, 14},   {1, 1024, 512, 1, 1, 14}, {1, 512, 512, 3, 2, 14},  {3, 512, 2048, 1, 1, 7},
          {1, 1024, 2048, 1, 2, 14}, {2, 2048, 512, 1, 1, 7},  {2, 512, 512, 3, 1, 7}};
}

}  // namespace bmemu::bench
