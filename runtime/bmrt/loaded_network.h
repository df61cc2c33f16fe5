// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A network of a BModel in the memory of a device.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isa/bmodel/bmodel.h"
#include "isa/error.h"
#include "runtime/bmrt/abi.h"
#include "runtime/bmrt/device_buffer.h"
#include "runtime/bmrt/network_description.h"
#include "runtime/interface/launch_message.h"

namespace bmemu::runtime {

/// Weights of one file that were put into device memory: stages and networks may share them.
class LoadedWeights {
 public:
  /// Errors: E-RUNTIME-STATUS.
  std::shared_ptr<DeviceBuffer> load(Handle* handle, isa::ByteView bytes);

 private:
  struct Entry {
    isa::ByteView bytes;
    std::shared_ptr<DeviceBuffer> buffer;
  };
  std::vector<Entry> entries_;
};

/// Contract: may be launched by several threads; stages share activation memory, since launches of a device follow each
/// other. Nothing of the file is needed once it is loaded.
class LoadedNetwork {
 public:
  /// A stage that cannot be run (dynamic, CPU layers ...) is described all the same; launching it says why not.
  /// Errors: E-RUNTIME-STATUS, those of isa::scan_group.
  LoadedNetwork(Handle* handle, const isa::BModel& model, const isa::BModelNetwork& network, LoadedWeights& weights);

  const std::string& name() const { return name_; }
  const NetworkInfo& info() const { return description_->info(); }
  /// Device memory of activations; empty without a stage that runs.
  const DeviceBuffer& neuron_memory() const { return neuron_; }

  /// The stage for these input shapes: the first whose shapes are equal; a network of one stage takes any shapes of the
  /// same size. None: no stage fits.
  std::optional<std::size_t> stage_for(const Tensor* inputs) const;

  /// The message that launches a stage; sets type, shape and, where `has_modes` is false, mode (1N) of the outputs.
  /// With `has_memory` false outputs without memory are made, to be freed by the caller.
  /// Errors: E-RUNTIME-NETWORK (tensors that do not fit the network, or a stage that cannot be run), E-RUNTIME-STATUS.
  LaunchMessage launch_message(const Tensor* inputs, int input_count, Tensor* outputs, int output_count,
                               bool has_memory, bool has_modes) const;

 private:
  struct Stage {
    StageTensors tensors;
    std::optional<Error> refusal;  ///< why it cannot be run
    std::shared_ptr<DeviceBuffer> weights;
    DeviceBuffer io;  ///< address mode 1
    DeviceBuffer tiu;
    DeviceBuffer gdma;
    std::vector<emulator::StreamsInMemory> groups;
  };
  void load(Stage& stage, const isa::BModelStage& source, const isa::Program& program, LoadedWeights& weights);
  [[noreturn]] void refuse(const std::string& found, const std::string& legal, const std::string& sentence) const;
  void require_counts(int inputs, int outputs) const;
  const Stage& stage_of(const Tensor* inputs) const;
  MessageTensor message_tensor(const isa::TensorInfo& wanted, const Tensor& given, const char* what) const;

  Handle* handle_;
  isa::Family family_;
  std::string name_;
  DeviceBuffer neuron_;
  std::vector<Stage> stages_;
  std::unique_ptr<NetworkDescription> description_;
};

}  // namespace bmemu::runtime
