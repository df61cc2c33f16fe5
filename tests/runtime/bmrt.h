// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The part of libbmrt's interface that the tests call, as a client declares it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/bmrt/abi.h"

extern "C" {
extern int BMRT_LOG_LEVEL_THRESHOLD;  // NOLINT(readability-identifier-naming): the interface's name
void* bmrt_create(void* handle);
void* bmrt_create_ex(void** handles, int count);
void bmrt_destroy(void* runtime);
void* bmrt_get_bm_handle(void* runtime);
bool bmrt_load_bmodel(void* runtime, const char* path);
bool bmrt_load_bmodel_data(void* runtime, const void* bytes, std::size_t size);
int bmrt_get_network_number(void* runtime);
void bmrt_get_network_names(void* runtime, const char*** names);
const bmemu::runtime::NetworkInfo* bmrt_get_network_info(void* runtime, const char* name);
int bmrt_get_stage_index(void* runtime, const char* name, bmemu::runtime::Tensor* inputs);
void bmrt_print_network_info(const bmemu::runtime::NetworkInfo* network);
std::size_t bmrt_data_type_size(int type);
void bmrt_shape(bmemu::runtime::Shape* shape, const int* sizes, int count);
std::uint64_t bmrt_shape_count(const bmemu::runtime::Shape* shape);
bool bmrt_shape_is_same(const bmemu::runtime::Shape* left, const bmemu::runtime::Shape* right);
bool bmrt_tensor(bmemu::runtime::Tensor* tensor, void* runtime, int type, bmemu::runtime::Shape shape);
void bmrt_tensor_with_device(bmemu::runtime::Tensor* tensor, bmemu::runtime::Memory memory, int type,
                             bmemu::runtime::Shape shape);
std::size_t bmrt_tensor_bytesize(const bmemu::runtime::Tensor* tensor);
bool bmrt_launch_tensor(void* runtime, const char* name, const bmemu::runtime::Tensor* inputs, int input_count,
                        bmemu::runtime::Tensor* outputs, int output_count);
bool bmrt_launch_tensor_ex(void* runtime, const char* name, const bmemu::runtime::Tensor* inputs, int input_count,
                           bmemu::runtime::Tensor* outputs, int output_count, bool has_memory, bool has_modes);
bool bmrt_launch_data(void* runtime, const char* name, void* const* inputs, const bmemu::runtime::Shape* input_shapes,
                      int input_count, void** outputs, bmemu::runtime::Shape* output_shapes, int output_count,
                      bool has_memory);
bool bmrt_load_bmodel_with_mem(void* runtime, const char* path, void* memory);
}
