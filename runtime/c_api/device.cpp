// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Devices, handles and what a device says about itself.
#include <cstring>

#include "runtime/c_api/on_device.h"

using namespace bmemu::runtime;  // NOLINT(google-build-using-namespace): the names below are the interface's

namespace {

constexpr std::uint32_t kDriverVersion = 0x00000501;  ///< 0.5.1: the interface that is followed
constexpr const char* kSerialNumber = "bmemu";

/// Writes what a device knows through a pointer of the client.
template <class T, class Body>
Status ask(const char* function, const Handle* handle, T* out, Body&& body) noexcept {
  return on_device(function, handle, [&](Device& device) {
    require_pointer(out, "result");
    *out = static_cast<T>(body(device));
  });
}

template <class Body>
Status text_out(const char* function, const Handle* handle, char* out, Body&& text) noexcept {
  return on_device(function, handle, [&](Device& device) {
    require_pointer(out, "result");
    std::strcpy(out, text(device));
  });
}

Status no_sensor(const char* function) noexcept {
  tell(Blame::kLimit, function, "an emulated device has no such sensor");
  return kNoFeature;
}

}  // namespace

extern "C" {

int bm_dev_request(Handle** out, int id) {
  return guarded("bm_dev_request", [&] {
    require_pointer(out, "handle");
    *out = Devices::instance().open(id);
  });
}

void bm_dev_free(Handle* handle) {
  guarded("bm_dev_free", [&] { Devices::instance().close(handle); });
}

int bm_dev_getcount(int* out) {
  return guarded("bm_dev_getcount", [&] {
    require_pointer(out, "count");
    *out = static_cast<int>(Devices::instance().count());
  });
}

int bm_dev_query(int id) {
  return guarded("bm_dev_query", [&] {
    auto& devices = Devices::instance();
    devices.close(devices.open(id));
  });
}

int bm_get_status(Handle* handle, int* out) {
  return ask("bm_get_status", handle, out, [](Device&) { return 0; });
}

int bm_get_chipid(Handle* handle, unsigned* out) {
  return ask("bm_get_chipid", handle, out,
             [](Device& device) { return device.is_bm1684() ? kChipIdBm1684 : kChipIdBm1684x; });
}

int bm_get_devid(Handle* handle) {
  int id = 0;
  on_device("bm_get_devid", handle, [&](Device& device) { id = device.id(); });
  return id;
}

int bm_get_tpu_scalar_num(Handle* handle, unsigned* out) {
  return ask("bm_get_tpu_scalar_num", handle, out, [](Device&) { return 1; });
}

int bm_get_card_id(Handle* handle, unsigned* out) {
  return ask("bm_get_card_id", handle, out, [](Device&) { return 0; });
}

int bm_get_card_num(unsigned* out) {
  return guarded("bm_get_card_num", [&] {
    require_pointer(out, "count");
    *out = 1;
  });
}

int bm_get_chip_num_from_card(unsigned, unsigned* count, unsigned* first) {
  return guarded("bm_get_chip_num_from_card", [&] {
    require_pointer(count, "count");
    require_pointer(first, "first device");
    *count = 1;
    *first = 0;
  });
}

int bm_get_misc_info(Handle* handle, MiscInfo* out) {
  return ask("bm_get_misc_info", handle, out, [](Device& device) {
    MiscInfo info{};
    info.soc_mode = device.is_mappable() ? 1 : 0;
    info.ddr_bytes[0] = static_cast<std::int64_t>(Device::kMemoryBytes);
    info.chip_id = device.is_bm1684() ? kChipIdBm1684 : kChipIdBm1684x;
    info.chip_id_mask = 1;
    info.driver_version = kDriverVersion;
    return info;
  });
}

int bm_get_clk_tpu_freq(Handle* handle, int* out) {
  return ask("bm_get_clk_tpu_freq", handle, out, [](Device& device) { return device.chip().tiu.clock_mhz; });
}

int bm_get_tpu_minclk(Handle* handle, unsigned* out) {
  return ask("bm_get_tpu_minclk", handle, out, [](Device& device) { return device.chip().tiu.clock_mhz; });
}

int bm_get_tpu_maxclk(Handle* handle, unsigned* out) {
  return ask("bm_get_tpu_maxclk", handle, out, [](Device& device) { return device.chip().tiu.clock_mhz; });
}

int bm_get_driver_version(Handle* handle, int* out) {
  return ask("bm_get_driver_version", handle, out, [](Device&) { return kDriverVersion; });
}

/// Some programs look for the chip in the name.
int bm_get_board_name(Handle* handle, char* out) {
  return text_out("bm_get_board_name", handle, out,
                  [](const Device& device) { return device.is_bm1684() ? "bmemu 1684" : "bmemu 1684X"; });
}
int bm_get_sn(Handle* handle, char* out) {
  return text_out("bm_get_sn", handle, out, [](const Device&) { return kSerialNumber; });
}

int bm_get_gmem_total_heap_num(Handle* handle, unsigned* out) {
  return ask("bm_get_gmem_total_heap_num", handle, out, [](Device&) { return 1; });
}
int bm_get_gmem_heap_id(Handle* handle, Memory*, unsigned* out) {
  return ask("bm_get_gmem_heap_id", handle, out, [](Device&) { return 0; });
}
int bm_get_gmem_heap_id_u64(Handle* handle, Memory64*, unsigned* out) {
  return ask("bm_get_gmem_heap_id_u64", handle, out, [](Device&) { return 0; });
}

int bm_get_stat(Handle*, void*) { return no_sensor("bm_get_stat"); }
int bm_get_board_temp(Handle*, unsigned*) { return no_sensor("bm_get_board_temp"); }
int bm_get_chip_temp(Handle*, unsigned*) { return no_sensor("bm_get_chip_temp"); }
int bm_get_vpu_instant_usage(Handle*, int*) { return no_sensor("bm_get_vpu_instant_usage"); }
int bm_get_vpp_instant_usage(Handle*, int*) { return no_sensor("bm_get_vpp_instant_usage"); }

std::uint64_t bm_gmem_arm_reserved_request(Handle* handle) {
  std::uint64_t address = 0;
  on_device("bm_gmem_arm_reserved_request", handle, [&](Device& device) { address = device.reserved_address(); });
  return address;
}

void bm_gmem_arm_reserved_release(Handle*) {}

int bm_get_profile(Handle* handle, Profile* out) {
  return ask("bm_get_profile", handle, out, [](Device& device) {
    const Counters counters = device.counters();
    Profile profile{};
    profile.in_count = counters.in_count;
    profile.out_count = counters.out_count;
    profile.tpu_time_us = counters.tpu_us;
    profile.sent = counters.sent;
    return profile;
  });
}

int bm_get_last_api_process_time_us(Handle* handle, std::uint64_t* out) {
  return ask("bm_get_last_api_process_time_us", handle, out, [](Device& device) { return device.counters().last_us; });
}

void bm_set_debug_mode(Handle*, int) {}
void bmlib_log_set_level(int) {}
int bmlib_log_get_level() { return 0; }
int bmlib_set_api_dbg_callback(void*) { return kOk; }
int bm_set_sync_timeout(Handle*, int) { return kOk; }
const char* libbmlib_version() { return "bmemu"; }
}
