// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The rest of the interface: functions that a program may import without calling them. Each exists, so that programs
// start under LD_BIND_NOW; one that is called says its name.
#include "runtime/interface/abi.h"
#include "runtime/interface/messages.h"

using namespace bmemu::runtime;  // NOLINT(google-build-using-namespace): the names below are the interface's

namespace {

int not_supported(const char* function) noexcept {
  tell(Blame::kLimit, function, "this function is not emulated (docs/runtime.md)");
  return kNotSupported;
}

}  // namespace

// Whatever a caller passes is left alone.
// clang-format off
#define BMEMU_NOT_SUPPORTED(X) \
  X(bm_change_dynfreq_status) X(bm_efuse_read) X(bm_efuse_write) X(bm_get_12v_atx) X(bm_get_board_max_power) \
  X(bm_get_board_power) X(bm_get_boot_info) X(bm_get_boot_loader_version) X(bm_get_device_time_us) \
  X(bm_get_dynfreq_status) X(bm_get_ecc_correct_num) X(bm_get_fan_speed) X(bm_get_gmem_heap_stat_byte_by_id) \
  X(bm_get_handle_fd) X(bm_get_jpu_core_usage) X(bm_get_product_sn) X(bm_get_reg) X(bm_get_tpu_current) \
  X(bm_get_tpu_power) X(bm_get_tpu_volt) X(bm_get_version) X(bm_handle_i2c_access) X(bm_handle_i2c_read) \
  X(bm_handle_i2c_write) X(bm_is_dynamic_loading) X(bm_is_seckey_valid) X(bm_load_firmware) \
  X(bm_malloc_device_dword_u64) X(bm_mem_convert_system_to_device_coeff) \
  X(bm_mem_convert_system_to_device_coeff_byte) X(bm_mem_convert_system_to_device_neuron) \
  X(bm_mem_convert_system_to_device_neuron_byte) X(bm_mem_set_system_addr) X(bm_mem_set_system_addr_u64) \
  X(bm_mem_vir_to_phy) X(bm_memcpy_d2s_poll) X(bm_memcpy_d2s_poll_u64) X(bm_memcpy_d2s_scatter) \
  X(bm_memcpy_s2d_gather) X(bm_memcpy_s2d_poll) X(bm_memcpy_s2d_poll_u64) X(bm_query_api_data) X(bm_rw_host) \
  X(bm_rw_mix) X(bm_send_api_ext) X(bm_set_clk_tpu_divider) X(bm_set_clk_tpu_freq) X(bm_set_module_reset) \
  X(bm_set_reg) X(bm_smmu_d2s_poll) X(bm_smmu_s2d_poll) X(bm_trace_dump) X(bm_trace_dump_all) X(bm_traceitem_number) \
  X(bm_trigger_spacc) X(bm_trigger_vpp) X(bm_update_boot_info) X(sg_get_gmem_heap_id) X(sg_malloc_device_dword) \
  X(sg_mem_set_system_addr) X(sg_memcpy_d2s_poll) X(sg_memcpy_s2d_poll) X(tpu_kernel_launch_async_multi_cores) \
  X(tpu_kernel_launch_async_multicores) X(tpu_kernel_launch_from_multi_cores) X(tpu_kernel_launch_sync_multi_cores) \
  X(tpu_kernel_load_module_file_key)
#define BMEMU_NOTHING_TO_DO(X) \
  X(bm_flush) X(bm_mem_flush_device_mem) X(bm_mem_flush_device_mem_u64) X(bm_mem_flush_partial_device_mem) \
  X(bm_mem_flush_partial_device_mem_u64) X(bm_mem_invalidate_device_mem) X(bm_mem_invalidate_device_mem_u64) \
  X(bm_mem_invalidate_partial_device_mem) X(bm_mem_invalidate_partial_device_mem_u64) X(bm_trace_disable) \
  X(bm_trace_enable) X(bmlib_log) X(bmlib_log_default_callback) X(bmlib_log_mutex_lock) X(bmlib_log_mutex_unlock) \
  X(bmlib_log_set_callback) X(sg_mem_flush_device_mem) X(sg_mem_flush_partial_device_mem) \
  X(sg_mem_invalidate_device_mem) X(sg_mem_invalidate_partial_device_mem)
#define BMEMU_NO_POINTER(X) \
  X(bm_mem_get_system_addr) X(bm_mem_get_system_addr_u64) X(sg_mem_get_system_addr)
// clang-format on
#define BMEMU_DEFINE_NOT_SUPPORTED(NAME) \
  int NAME(...) { return not_supported(#NAME); }
#define BMEMU_DEFINE_NOTHING_TO_DO(NAME) \
  int NAME(...) { return kOk; }
#define BMEMU_DEFINE_NO_POINTER(NAME) \
  void* NAME(...) {                   \
    not_supported(#NAME);             \
    return nullptr;                   \
  }

extern "C" {
BMEMU_NOT_SUPPORTED(BMEMU_DEFINE_NOT_SUPPORTED)
BMEMU_NOTHING_TO_DO(BMEMU_DEFINE_NOTHING_TO_DO)
BMEMU_NO_POINTER(BMEMU_DEFINE_NO_POINTER)

/// Host memory is no device memory here; copies refuse it.
Memory bm_mem_from_system(void*) {
  not_supported("bm_mem_from_system");
  Memory memory{};
  memory.flags = static_cast<std::uint32_t>(MemoryType::kSystem);
  return memory;
}
}
