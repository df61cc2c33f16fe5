// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a reader of a run's numbers must know besides them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "isa/program/program.h"

namespace bmemu::harness {

/// Values of one tensor that tell of trouble.
struct ValueCounts {
  std::string name;
  std::string kind;  ///< of the layer; "output" of an output
  std::uint64_t elements = 0;
  std::uint64_t nan = 0;
  std::uint64_t infinite = 0;
  std::uint64_t saturated = 0;  ///< integers at an end of their type's range, of quantised tensors
};

/// The run repeated with another filling of the memory that nobody had written.
struct ProbeResult {
  bool was_done = false;
  std::vector<std::string> different;  ///< outputs that changed
};

/// A part of an application's inference stage, by the interface's own name.
struct HostStagePart {
  std::string name;
  double ms = 0;     ///< per image
  double units = 0;  ///< elements, bytes or calls per image
  std::string from;  ///< "emulated", or where its cost was fitted
};

/// The inference stage of an application that calls the program through an interface.
struct HostStage {
  std::string host;   ///< "opencv.py"
  std::string array;  ///< what it hands over: "float32"
  double ms = 0;      ///< per image, that of the TPU included
  double interface_ms = 0;
  std::vector<HostStagePart> parts;  ///< in their order
};

struct RunNotes {
  std::vector<std::string> texts;      ///< about inputs and options, for people
  std::vector<isa::LeftOut> left_out;  ///< parts of the network that were not run
  std::string values_end;              ///< where values stop and why; empty: they are whole
  std::vector<ValueCounts> counts;     ///< tensors with at least one such value
  std::string first_not_finite;        ///< the first command that made a NaN or an infinity; empty: none
  ProbeResult probe;
  std::optional<HostStage> host;  ///< empty: nobody asked
};

/// "sub-network 1, top-k (layer kind 17) on the host's CPU (2880 bytes in, 960 bytes out; E-BMODEL-CPU-LAYER)".
std::string left_out_text(const isa::LeftOut& part);

}  // namespace bmemu::harness
