// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The part of the interface that the tests call, as a client declares it.
#pragma once

#include <cstdint>

#include "runtime/interface/abi.h"

extern "C" {
int bm_dev_request(void** out, int id);
void bm_dev_free(void* handle);
int bm_dev_getcount(int* out);
int bm_dev_query(int id);
int bm_get_chipid(void* handle, unsigned* out);
int bm_get_misc_info(void* handle, bmemu::runtime::MiscInfo* out);
int bm_malloc_device_byte(void* handle, bmemu::runtime::Memory* out, std::uint32_t bytes);
int bm_malloc_device_byte_u64(void* handle, bmemu::runtime::Memory64* out, std::uint64_t bytes);
void bm_free_device(void* handle, bmemu::runtime::Memory memory);
void bm_free_device_u64(void* handle, bmemu::runtime::Memory64 memory);
bmemu::runtime::Memory bm_mem_from_device(std::uint64_t address, std::uint32_t bytes);
bmemu::runtime::Memory bm_mem_null();
int bm_memcpy_s2d(void* handle, bmemu::runtime::Memory memory, void* host);
int bm_memcpy_s2d_partial_offset(void* handle, bmemu::runtime::Memory memory, void* host, std::uint32_t bytes,
                                 std::uint32_t offset);
int bm_memcpy_s2d_u64(void* handle, bmemu::runtime::Memory64 memory, void* host);
int bm_memcpy_d2s(void* handle, void* host, bmemu::runtime::Memory memory);
int bm_memcpy_d2d_byte(void* handle, bmemu::runtime::Memory to, std::uint64_t to_offset, bmemu::runtime::Memory from,
                       std::uint64_t from_offset, std::uint64_t bytes);
int bm_memset_device_ext(void* handle, void* value, int value_bytes, bmemu::runtime::Memory memory);
int bm_mem_mmap_device_mem(void* handle, bmemu::runtime::Memory* memory, std::uint64_t* out);
int bm_thread_sync(void* handle);
int bm_get_profile(void* handle, bmemu::runtime::Profile* out);
int bm_send_api(void* handle, int api, const std::uint8_t* message, std::uint32_t bytes);
void* tpu_kernel_load_module(void* handle, const char* bytes, std::uint64_t count);
int tpu_kernel_get_function(void* handle, void* module, const char* name);
int tpu_kernel_launch(void* handle, int id, void* message, std::uint64_t bytes);
int bm_enable_perf_monitor(void* handle, bmemu::runtime::PerfMonitor* monitor);
int bm_disable_perf_monitor(void* handle, bmemu::runtime::PerfMonitor* monitor);
int bm_mem_unmap_device_mem(void* handle, void* view, int bytes);
int bm_memcpy_d2d(void* handle, bmemu::runtime::Memory to, int to_offset, bmemu::runtime::Memory from, int from_offset,
                  int words);
int bm_memcpy_d2d_stride(void* handle, bmemu::runtime::Memory to, int to_stride, bmemu::runtime::Memory from,
                         int from_stride, int count, int unit);
int bm_memcpy_c2c(void* from_handle, void* to_handle, bmemu::runtime::Memory from, bmemu::runtime::Memory to,
                  bool by_target);
int bm_malloc_device_mem(void* handle, std::uint64_t* out, int heap, std::uint64_t bytes);
void bm_free_device_mem(void* handle, std::uint64_t address);
int bm_get_board_name(void* handle, char* out);
int bm_trigger_vpp(void* handle, void* task);
int bm_memcpy_p2p(void* from, bmemu::runtime::Memory from_memory, void* to, bmemu::runtime::Memory to_memory);
}
