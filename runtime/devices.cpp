// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/devices.h"

#include <fmt/format.h>

#include "isa/error.h"
#include "memory/freed_memory.h"

namespace bmemu::runtime {

Devices& Devices::instance() {
  static auto& devices = *new Devices(settings_from_environment());
  return devices;
}

Devices::Devices(const Settings& settings) {
  if (!settings.save.empty()) log_ = std::make_unique<LaunchLog>(settings.save);
  for (const isa::ChipSpec& chip : settings.devices)
    devices_.push_back(std::make_unique<Device>(static_cast<int>(devices_.size()), chip, settings, log_.get()));
  memory::keep_freed_memory();
}

Handle* Devices::open(int id) {
  if (id < 0 || static_cast<std::size_t>(id) >= devices_.size())
    throw Error({"E-RUNTIME-DEVICE", "device id", fmt::format("{}", id), fmt::format("0..{}", devices_.size() - 1),
                 "there is no such device (BMEMU_DEVICES lists them)"});
  auto handle = std::make_unique<Handle>(Handle{devices_[static_cast<std::size_t>(id)].get()});
  Handle* const result = handle.get();
  const std::lock_guard lock(mutex_);
  closed_.erase(result);
  handles_[result] = std::move(handle);
  return result;
}

void Devices::close(Handle* handle) {
  Device& closed = device(handle);
  const std::lock_guard lock(mutex_);
  handles_.erase(handle);
  closed_[handle] = &closed;
}

Device& Devices::device(const Handle* handle) const {
  const std::lock_guard lock(mutex_);
  const auto found = handles_.find(handle);
  if (found == handles_.end())
    throw Error({"E-RUNTIME-HANDLE", "handle", fmt::format("{}", static_cast<const void*>(handle)),
                 "one that bm_dev_request gave and bm_dev_free did not take", "the handle is not open"});
  return *found->second->device;
}

Device& Devices::device_once(const Handle* handle) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = closed_.find(handle);
    if (found != closed_.end()) return *found->second;
  }
  return device(handle);
}

}  // namespace bmemu::runtime
