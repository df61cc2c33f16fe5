// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The functions of libbmlib that libbmrt is made on.
#pragma once

#include <cstdint>

#include "runtime/interface/abi.h"

namespace bmemu::runtime {
struct Handle;  ///< opaque: libbmlib's
}

extern "C" {
int bm_dev_request(bmemu::runtime::Handle** out, int id);
void bm_dev_free(bmemu::runtime::Handle* handle);
int bm_get_chipid(bmemu::runtime::Handle* handle, unsigned* out);
int bm_get_devid(bmemu::runtime::Handle* handle);
int bm_malloc_device_byte(bmemu::runtime::Handle* handle, bmemu::runtime::Memory* out, std::uint32_t bytes);
int bm_malloc_device_byte_u64(bmemu::runtime::Handle* handle, bmemu::runtime::Memory64* out, std::uint64_t bytes);
void bm_free_device(bmemu::runtime::Handle* handle, bmemu::runtime::Memory memory);
void bm_free_device_u64(bmemu::runtime::Handle* handle, bmemu::runtime::Memory64 memory);
int bm_memcpy_s2d_u64(bmemu::runtime::Handle* handle, bmemu::runtime::Memory64 memory, void* host);
int bm_memcpy_s2d_partial_offset(bmemu::runtime::Handle* handle, bmemu::runtime::Memory memory, void* host,
                                 std::uint32_t bytes, std::uint32_t offset);
int bm_memcpy_d2s_partial(bmemu::runtime::Handle* handle, void* host, bmemu::runtime::Memory memory,
                          std::uint32_t bytes);
int bm_memcpy_d2d_byte(bmemu::runtime::Handle* handle, bmemu::runtime::Memory to, std::uint64_t to_offset,
                       bmemu::runtime::Memory from, std::uint64_t from_offset, std::uint64_t bytes);
int bm_thread_sync(bmemu::runtime::Handle* handle);
int bm_send_api(bmemu::runtime::Handle* handle, int api, const std::uint8_t* message, std::uint32_t bytes);
void* tpu_kernel_load_module(bmemu::runtime::Handle* handle, const char* bytes, std::uint64_t count);
int tpu_kernel_get_function(bmemu::runtime::Handle* handle, void* module, const char* name);
int tpu_kernel_launch_async(bmemu::runtime::Handle* handle, int id, void* message, std::uint64_t bytes);
}
