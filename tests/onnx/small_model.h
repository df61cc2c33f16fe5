// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A model of two convolutions, for tests of commands that take models.
#pragma once

#include <string>

namespace bmemu::tests {

/// x (1, 3, 32, 40) -> convolution 3 x 3 to 32 channels, relu -> convolution `kernel` x `kernel` to 32 channels, relu
/// -> y.
void write_small_model(const std::string& path, int kernel);

}  // namespace bmemu::tests
