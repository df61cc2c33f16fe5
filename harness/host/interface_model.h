// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the interface between an application and the TPU adds to an inference: conversions and copies on the host's CPU.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace bmemu::harness {

/// How a program talks to the TPU. Source: sophon-sail src/engine.cpp, tensor.cpp (ec3a2d6), SoC build; the samples of
/// sophon-demo (c7c94bb0).
enum class HostInterface {
  kOpencvPython,  ///< *_opencv.py: NumPy arrays in, NumPy arrays out
  kBmcvPython,    ///< *_bmcv.py: inputs stay on the device, outputs are fetched as arrays
  kSailCpp,       ///< *_sail.soc, *_sail.pcie
  kRuntimeCpp,    ///< other C++: the runtime's own functions on device memory
};

/// By the ending of a program's name ("yolov5_opencv.py"); C++ when there is none that says otherwise.
HostInterface interface_of(std::string_view program);
std::string_view name(HostInterface host);

/// What a Python program hands over.
enum class InputArray {
  kFloat32,         ///< C-contiguous
  kFloat32Strided,  ///< transposed images keep their strides: copied inside the interface
  kFloat64Strided,
  kUint8Strided,  ///< images as they are
};

/// One call of the interface. Elements are per image.
struct HostCall {
  HostInterface host = HostInterface::kRuntimeCpp;
  InputArray array = InputArray::kFloat32;
  bool scales_input = false;   ///< the program's input is int8: the interface multiplies by its scale
  bool scales_output = false;  ///< the same for outputs
  bool fetches_output = true;  ///< inside the timed stage
  double input_elements = 0;
  double output_elements = 0;
  int batch = 1;
};

/// Costs of the interface's steps. The order is that of `InterfaceModel::values`.
enum class HostCost : unsigned char {
  kPythonCall,    ///< ms per call of *_opencv.py
  kCast,          ///< ns per input element that is not float32
  kContiguous,    ///< ns per input element of a strided array
  kCopyIn,        ///< ns per input element: memcpy into device memory, flush
  kScaleIn,       ///< ns per input element: multiply, round, clamp, store
  kCopyOut,       ///< ns per output element: into a new NumPy array
  kScaleOut,      ///< ns per output element: from int8 into a new NumPy array
  kBmcvCall,      ///< ms per call of *_bmcv.py
  kCreateTensor,  ///< ns per byte of outputs of *_bmcv.py
  kFetch,         ///< ns per output element of *_bmcv.py
  kSailOut,       ///< ns per output element of C++ over sail
};
inline constexpr std::size_t kHostCostCount = 11;

struct HostValue {
  std::string key;
  double value = 0;
  double low = 0, high = 0;  ///< over the fits without one sample
  std::string source;
};

struct InterfaceModel {
  std::array<HostValue, kHostCostCount> values;
  double operator[](HostCost cost) const { return values[static_cast<std::size_t>(cost)].value; }
  double& operator[](HostCost cost) { return values[static_cast<std::size_t>(cost)].value; }
};

/// The model of a file (TOML); an empty path takes the one that comes with bmemu.
/// Errors: E-FILE-OPEN, E-HOST-FILE (syntax, an unknown or missing key, a value that is not a number from 0 up).
InterfaceModel load_interface_model(const std::string& path = "");
/// As `load_interface_model` reads it.
std::string interface_model_toml(const InterfaceModel& model);

/// A step of the interface, by the name that sail prints for it (sail.set_print_flag), and its time per image.
struct HostPart {
  std::string name;
  HostCost cost;
  double units = 0;  ///< of the cost: calls, elements or bytes per image
  double ms = 0;
};
std::vector<HostPart> host_parts(const HostCall& call, const InterfaceModel& model);
double host_ms(const HostCall& call, const InterfaceModel& model);

/// A file of harness/host, compiled into the library.
struct HostText {
  std::string_view file;
  std::string_view text;
};
std::vector<HostText> host_texts();
std::string_view host_text(std::string_view file);

}  // namespace bmemu::harness
