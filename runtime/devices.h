// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The devices of this process, and the handles that clients hold.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/device.h"
#include "runtime/settings.h"

namespace bmemu::runtime {

/// What a client's opaque pointer points to.
struct Handle {
  Device* device;
};

/// Contract: one per process, made from the environment by the first call, and never destroyed, since clients may call
/// from destructors of their own. Devices live as long.
class Devices {
 public:
  /// Errors: those of settings_from_environment and LaunchLog; the next call tries again.
  static Devices& instance();

  std::size_t count() const { return devices_.size(); }
  /// Errors: E-RUNTIME-DEVICE (no such id).
  Handle* open(int id);
  /// Errors: E-RUNTIME-HANDLE.
  void close(Handle* handle);
  /// Errors: E-RUNTIME-HANDLE (null, closed, or never opened).
  Device& device(const Handle* handle) const;
  /// The same of a handle that was closed: older runtimes give their buffers back through it.
  Device& device_once(const Handle* handle) const;

 private:
  explicit Devices(const Settings& settings);

  std::unique_ptr<LaunchLog> log_;
  std::vector<std::unique_ptr<Device>> devices_;
  mutable std::mutex mutex_;
  std::map<const Handle*, std::unique_ptr<Handle>> handles_;
  std::map<const Handle*, Device*> closed_;  ///< whose places no open handle has taken
};

}  // namespace bmemu::runtime
