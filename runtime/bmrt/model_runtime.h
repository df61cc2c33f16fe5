// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a program holds as its runtime: the networks of all BModels that it loaded on one device.
#pragma once

#include <atomic>
#include <list>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/bmrt/loaded_network.h"

namespace bmemu::runtime {

/// Contract: may be used by several threads. Networks stay where they are until the end. The handle must stay open.
class ModelRuntime {
 public:
  /// Errors: E-RUNTIME-STATUS.
  explicit ModelRuntime(Handle* handle);

  Handle* handle() const { return handle_; }
  isa::Family family() const { return family_; }

  /// The interface's flags choose when memory is made and checked: here they change nothing and are only kept.
  std::uint32_t flags() const { return flags_; }
  void set_flags(std::uint32_t flags) { flags_ = flags; }

  /// Adds the networks of a file; one whose name is known already is left out, and told.
  /// Errors: E-RUNTIME-NETWORK (of another chip, no network), those of LoadedNetwork.
  void load(const isa::BModel& model);

  std::vector<const LoadedNetwork*> networks() const;
  /// Null when there is none of this name.
  const LoadedNetwork* find(const std::string& name) const;
  /// Errors: E-RUNTIME-NETWORK when there is none of this name.
  const LoadedNetwork& network(const std::string& name) const;

  /// Launches and returns: see LoadedNetwork::launch_message. Errors: E-RUNTIME-NETWORK, E-RUNTIME-STATUS.
  void launch(const std::string& network, const Tensor* inputs, int input_count, Tensor* outputs, int output_count,
              bool has_memory, bool has_modes) const;

 private:
  void send(const LaunchMessage& launch) const;

  Handle* handle_;
  isa::Family family_ = isa::Family::kBm1684x;
  int function_ = 0;  ///< BM1684X: of the control core's program
  std::atomic<std::uint32_t> flags_{0};
  mutable std::mutex mutex_;
  std::list<LoadedNetwork> networks_;
};

}  // namespace bmemu::runtime
