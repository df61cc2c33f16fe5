// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The rest of the interface: functions that a program may import without calling them. Each exists, so that programs
// start under LD_BIND_NOW; one that is called says its name and answers "false", null or 0.
#include <cstdint>

#include "runtime/interface/messages.h"

using namespace bmemu::runtime;  // NOLINT(google-build-using-namespace): the names below are the interface's

namespace {

std::uintptr_t not_supported(const char* function) noexcept {
  tell(Blame::kLimit, function, "this function is not emulated (docs/runtime.md)");
  return 0;
}

}  // namespace

// Whatever a caller passes is left alone.
// clang-format off
#define BMEMU_NOT_SUPPORTED(X) \
 X(bmrt_can_batch_size_change) X(bmrt_can_height_and_width_change) X(bmrt_destroy_without_coeff) \
 X(bmrt_dev_getcount) X(bmrt_empty_bmodel_weight_with_decrypt) X(bmrt_find_sym) X(bmrt_free_api_info) \
 X(bmrt_free_device) X(bmrt_get_bmodel_data_info) X(bmrt_get_bmodel_info) X(bmrt_get_coeff_info) \
 X(bmrt_get_input_blob_max_nhw) X(bmrt_get_input_blob_max_shape) X(bmrt_get_input_data_type) \
 X(bmrt_get_input_gmem_stmode) X(bmrt_get_input_tensor) X(bmrt_get_last_api_process_time_us) \
 X(bmrt_get_output_blob_max_nhw) X(bmrt_get_output_blob_max_shape) X(bmrt_get_output_data_type) \
 X(bmrt_get_output_gmem_stmode) X(bmrt_get_output_tensor) X(bmrt_launch) X(bmrt_launch_cpu_data) \
 X(bmrt_launch_data_multi_thread) X(bmrt_launch_nhw) X(bmrt_launch_nhw_stmode) \
 X(bmrt_launch_nhw_stmode_multi_input) X(bmrt_launch_shape) X(bmrt_launch_shape_stmode) X(bmrt_lib_error) \
 X(bmrt_load_bmodel_data_with_mem) X(bmrt_load_bmodel_in_device) X(bmrt_load_bmodel_with_decrypt) \
 X(bmrt_load_bmodel_with_decrypt_lib) X(bmrt_load_bmodel_with_mem) X(bmrt_load_lib) X(bmrt_malloc_device_byte) \
 X(bmrt_malloc_neuron_device) X(bmrt_memcpy_d2d_byte_parallel) X(bmrt_memcpy_d2d_stride_ex_parallel) \
 X(bmrt_memcpy_d2s) X(bmrt_memcpy_d2s_parallel) X(bmrt_memcpy_d2s_withsize) X(bmrt_memcpy_d2s_withsize_offset) \
 X(bmrt_memcpy_s2d) X(bmrt_memcpy_s2d_parallel) X(bmrt_memcpy_s2d_withsize) X(bmrt_memcpy_s2d_withsize_offset) \
 X(bmrt_pre_alloc_mem_multi_thread) X(bmrt_thread_sync) X(bmrt_unload_lib) \
 X(bmrt_update_bmodel_weight_with_decrypt) X(get_bmodel_api_info_c)
// clang-format on
#define BMEMU_DEFINE_NOT_SUPPORTED(NAME) \
  std::uintptr_t NAME(...) { return not_supported(#NAME); }

extern "C" {
BMEMU_NOT_SUPPORTED(BMEMU_DEFINE_NOT_SUPPORTED)
}
