// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Launches, waiting for them, and the performance monitor.
#include <array>
#include <string>
#include <string_view>

#include "runtime/c_api/on_device.h"

using namespace bmemu::runtime;  // NOLINT(google-build-using-namespace): the names below are the interface's

namespace {

/// What the firmware of BM1684 is asked by number, and that of BM1684X by name.
enum class Call : int {
  kUnknown,
  kStaticNetwork,
  kDynamicNetwork,
  kSetProfile,
  kGetProfile,
};

struct Named {
  int api;  ///< BM1684
  std::string_view name;
  Call call;
};

constexpr std::array kCalls{
    Named{110, "sg_api_multi_fullnet", Call::kStaticNetwork},
    Named{111, "sg_api_dynamic_fullnet", Call::kDynamicNetwork},
    Named{986, "sg_api_set_profile", Call::kSetProfile},
    Named{987, "sg_api_get_profile_data", Call::kGetProfile},
};

/// Function ids of a module start here; an id is this plus a Call.
constexpr int kFirstFunction = 1;

Call call_of(int function) {
  const int number = function - kFirstFunction;
  return number > 0 && number <= static_cast<int>(Call::kGetProfile) ? static_cast<Call>(number) : Call::kUnknown;
}

void perform(Device& device, Call call, const std::string& name, const void* message, std::uint64_t bytes) {
  require_pointer(message, "message");
  switch (call) {
    case Call::kStaticNetwork: return device.launch(static_cast<const std::uint8_t*>(message), bytes);
    case Call::kSetProfile:  // records of the control core's own time: it is not emulated, and they stay empty
    case Call::kGetProfile: return;
    case Call::kDynamicNetwork:
      unsupported("a dynamic network",
                  "its commands are made at run time by the control core's program, which is not emulated; compile the "
                  "network without --dynamic");
    case Call::kUnknown: break;
  }
  unsupported(name, "a program of the control core, which is not emulated");
}

/// The status stays for the next wait of this thread too, as on a device that works in the background.
Status send(const char* function, Handle* handle, Call call, const std::string& name, const void* message,
            std::uint64_t bytes) noexcept {
  const Status status =
      on_device(function, handle, [&](Device& device) { perform(device, call, name, message, bytes); });
  on_device(function, handle, [&](Device& device) { device.set_pending(status); });
  return status;
}

/// Calls by number are BM1684's, those of a module BM1684X's.
void require_family(const Device& device, bool is_bm1684, const std::string& name) {
  if (device.is_bm1684() == is_bm1684) return;
  unsupported(name, device.is_bm1684() ? "kernel modules are BM1684X's; this device is a BM1684"
                                       : "calls by number are BM1684's; this device is a BM1684X");
}

Status send_api(const char* function, Handle* handle, int api, const std::uint8_t* message, std::uint32_t bytes) {
  Call call = Call::kUnknown;
  for (const Named& known : kCalls)
    if (known.api == api) call = known.call;
  const std::string name = fmt::format("API {}", api);
  const Status status = on_device(function, handle, [&](Device& device) { require_family(device, true, name); });
  return status == kOk ? send(function, handle, call, name, message, bytes) : status;
}

Status send_kernel(const char* function, Handle* handle, int id, const void* message, std::uint64_t bytes) {
  const std::string name = fmt::format("kernel function {}", id);
  const Status status = on_device(function, handle, [&](Device& device) { require_family(device, false, name); });
  return status == kOk ? send(function, handle, call_of(id), name, message, bytes) : status;
}

/// A module is the control core's program: its bytes are of no use here, and any pointer names it.
void* load_module(const char* function, Handle* handle) {
  void* module = nullptr;
  on_device(function, handle, [&](Device& device) {
    require_family(device, false, "a kernel module");
    module = &device;
  });
  return module;
}

int find_function(const char* function, Handle* handle, const char* name) {
  int id = 0;
  on_device(function, handle, [&](Device&) {
    require_pointer(name, "name");
    Call call = Call::kUnknown;
    for (const Named& known : kCalls)
      if (known.name == name) call = known.call;
    id = kFirstFunction + static_cast<int>(call);
  });
  return id;
}

Status wait(const char* function, Handle* handle) noexcept {
  Status pending = kOk;
  const Status status = on_device(function, handle, [&](Device& device) { pending = device.take_pending(); });
  return status == kOk ? pending : status;
}

void require_monitor(const PerfMonitor* monitor) {
  require_pointer(monitor, "monitor");
  require(monitor->id <= static_cast<std::uint32_t>(Monitor::kTiu), "monitor", "0 (GDMA), 1 (TIU)");
}

}  // namespace

extern "C" {

int bm_send_api(Handle* handle, int api, const std::uint8_t* message, std::uint32_t bytes) {
  return send_api("bm_send_api", handle, api, message, bytes);
}

int bm_send_api_to_core(Handle* handle, int api, const std::uint8_t* message, std::uint32_t bytes, int) {
  return send_api("bm_send_api_to_core", handle, api, message, bytes);
}

void* tpu_kernel_load_module(Handle* handle, const char*, std::uint64_t) {
  return load_module("tpu_kernel_load_module", handle);
}

void* tpu_kernel_load_module_to_core(Handle* handle, const char*, std::uint64_t, int) {
  return load_module("tpu_kernel_load_module_to_core", handle);
}

void* tpu_kernel_load_module_file(Handle* handle, const char*) {
  return load_module("tpu_kernel_load_module_file", handle);
}

void* tpu_kernel_load_module_file_to_core(Handle* handle, const char*, int) {
  return load_module("tpu_kernel_load_module_file_to_core", handle);
}

int tpu_kernel_get_function(Handle* handle, void*, const char* name) {
  return find_function("tpu_kernel_get_function", handle, name);
}

int tpu_kernel_get_function_from_core(Handle* handle, void*, const char* name, int) {
  return find_function("tpu_kernel_get_function_from_core", handle, name);
}

int tpu_kernel_launch(Handle* handle, int id, void* message, std::uint64_t bytes) {
  return send_kernel("tpu_kernel_launch", handle, id, message, bytes);
}

int tpu_kernel_launch_from_core(Handle* handle, int id, void* message, std::uint64_t bytes, int) {
  return send_kernel("tpu_kernel_launch_from_core", handle, id, message, bytes);
}

int tpu_kernel_launch_sync(Handle* handle, int id, void* message, std::uint64_t bytes) {
  return send_kernel("tpu_kernel_launch_sync", handle, id, message, bytes);
}

int tpu_kernel_launch_async(Handle* handle, int id, void* message, std::uint64_t bytes) {
  return send_kernel("tpu_kernel_launch_async", handle, id, message, bytes);
}

int tpu_kernel_launch_async_from_core(Handle* handle, int id, void* message, std::uint64_t bytes, int) {
  return send_kernel("tpu_kernel_launch_async_from_core", handle, id, message, bytes);
}

int tpu_kernel_unload_module(Handle*, void*) { return kOk; }
int tpu_kernel_unload_module_from_core(Handle*, void*, int) { return kOk; }
int tpu_kernel_free_module(Handle*, void*) { return kOk; }

int tpu_kernel_sync(Handle* handle) { return wait("tpu_kernel_sync", handle); }
int bm_thread_sync(Handle* handle) { return wait("bm_thread_sync", handle); }
int bm_thread_sync_from_core(Handle* handle, int) { return wait("bm_thread_sync_from_core", handle); }
int bm_sync_api(Handle* handle) { return wait("bm_sync_api", handle); }
int bm_sync_api_from_core(Handle* handle, int) { return wait("bm_sync_api_from_core", handle); }
int bm_handle_sync(Handle* handle) { return wait("bm_handle_sync", handle); }
int bm_handle_sync_from_core(Handle* handle, int) { return wait("bm_handle_sync_from_core", handle); }
int bm_device_sync(Handle* handle) { return wait("bm_device_sync", handle); }

int bm_enable_perf_monitor(Handle* handle, PerfMonitor* monitor) {
  return on_device("bm_enable_perf_monitor", handle, [&](Device& device) {
    require_monitor(monitor);
    device.start_monitor(*monitor);
  });
}

int bm_disable_perf_monitor(Handle* handle, PerfMonitor* monitor) {
  return on_device("bm_disable_perf_monitor", handle, [&](Device& device) {
    require_monitor(monitor);
    device.stop_monitor(static_cast<Monitor>(monitor->id));
  });
}
}
