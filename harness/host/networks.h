// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What is known of the networks of the published programs: sizes of outputs, types of inputs, what their programs hand
// over.
#pragma once

#include <string>
#include <vector>

#include "harness/host/interface_model.h"
#include "harness/published/tables.h"

namespace bmemu::harness {

struct NetworkFacts {
  std::string sample;
  std::string prefix;  ///< of the bmodel's name; empty: every bmodel of the sample
  InputArray array = InputArray::kFloat32;
  double outputs = 0;                   ///< elements per image
  std::vector<std::string> int8_input;  ///< chips whose int8 program has an int8 input
  bool int8_output = false;             ///< of its int8 program
  bool fetches_output = true;           ///< the stage holds the fetching of outputs, of *_opencv.py
  bool bmcv_fetches_output = true;      ///< the same of *_bmcv.py
  std::string excluded;                 ///< why its rows say nothing about the interface; empty: they do
  std::string excluded_chip;            ///< only this chip's rows; empty: both
};

/// The facts of a file (TOML, [[network]]); an empty path takes those that come with bmemu.
/// Errors: E-FILE-OPEN, E-HOST-FILE.
std::vector<NetworkFacts> load_networks(const std::string& path = "");

/// The facts with the longest prefix that fits. Null: nothing is known.
const NetworkFacts* find_network(const std::vector<NetworkFacts>& networks, const Publication& row);

/// Elements of one image of "4x3x640x640" (the first shape of several); 0: no shape.
double elements_per_image(const std::string& shape);

}  // namespace bmemu::harness
