/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: The bmemu authors */
/* A program of boards in C, on libbmrt: runs every network of a BModel with what the vendor's benchmark program calls.
   The layouts are declared here anew: they are the interface's, not the library's.
   usage: bmemu_bmrt_client MODEL.bmodel INPUT OUTPUT   INPUT: bytes for all inputs, repeated where they are too few;
   OUTPUT: a file for the bytes of all outputs. Exit code 0: done, and launches with tensors and with data agree. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kMost = 16 };

typedef struct {
  uint64_t address;
  uint32_t reserved;
  int32_t dmabuf;
  uint32_t flags;
  uint32_t size;
} memory_t;
typedef struct {
  int count;
  int size[8];
} shape_t;
typedef struct {
  int type;
  shape_t shape;
  memory_t memory;
  int mode;
} tensor_t;
typedef struct {
  shape_t *inputs, *outputs;
  memory_t *input_memories, *output_memories;
} stage_t;
typedef struct {
  const char* name;
  bool is_dynamic;
  int inputs;
  const char** input_names;
  int* input_types;
  float* input_scales;
  int outputs;
  const char** output_names;
  int* output_types;
  float* output_scales;
  int stage_count;
  stage_t* stages;
} network_t;

int bm_dev_request(void** handle, int device);
void bm_dev_free(void* handle);
int bm_memcpy_s2d(void* handle, memory_t memory, void* host);
int bm_memcpy_d2s_partial(void* handle, void* host, memory_t memory, unsigned bytes);
int bm_thread_sync_from_core(void* handle, int core);
int bm_get_profile(void* handle, uint64_t* profile);
void bm_free_device(void* handle, memory_t memory);
void* bmrt_create(void* handle);
void bmrt_destroy(void* runtime);
bool bmrt_load_bmodel(void* runtime, const char* path);
int bmrt_get_network_number(void* runtime);
void bmrt_get_network_names(void* runtime, const char*** names);
const network_t* bmrt_get_network_info(void* runtime, const char* name);
bool bmrt_tensor(tensor_t* tensor, void* runtime, int type, shape_t shape);
size_t bmrt_tensor_bytesize(const tensor_t* tensor);
bool bmrt_launch_tensor_ex(void* runtime, const char* name, const tensor_t* inputs, int input_count, tensor_t* outputs,
                           int output_count, bool user_memory, bool user_modes);
bool bmrt_launch_data(void* runtime, const char* name, void* const* inputs, const shape_t* input_shapes,
                      int input_count, void** outputs, shape_t* output_shapes, int output_count, bool user_memory);

static int failed(const char* what) {
  fprintf(stderr, "%s failed\n", what);
  return 1;
}

static void* filled(const char* path, size_t bytes) {
  char* data = malloc(bytes);
  FILE* file = fopen(path, "rb");
  size_t size = file == NULL || data == NULL ? 0 : fread(data, 1, bytes, file);
  if (file != NULL) fclose(file);
  for (size_t i = size; size != 0 && i < bytes; ++i) data[i] = data[i - size];
  return data;
}

static int run_stage(void* handle, void* runtime, const network_t* network, const stage_t* stage, const char* input,
                     FILE* output) {
  tensor_t inputs[kMost], outputs[kMost];
  void *input_data[kMost], *output_data[kMost];
  shape_t output_shapes[kMost];
  uint64_t before[8] = {0}, after[8] = {0};
  for (int i = 0; i < network->inputs; ++i) {
    if (!bmrt_tensor(&inputs[i], runtime, network->input_types[i], stage->inputs[i])) return failed("bmrt_tensor");
    input_data[i] = filled(input, bmrt_tensor_bytesize(&inputs[i]));
    if (bm_memcpy_s2d(handle, inputs[i].memory, input_data[i]) != 0) return failed("bm_memcpy_s2d");
  }
  for (int i = 0; i < network->outputs; ++i)
    if (!bmrt_tensor(&outputs[i], runtime, network->output_types[i], stage->outputs[i])) return failed("bmrt_tensor");
  bm_get_profile(handle, before);
  if (!bmrt_launch_tensor_ex(runtime, network->name, inputs, network->inputs, outputs, network->outputs, true, false))
    return failed("bmrt_launch_tensor_ex");
  if (bm_thread_sync_from_core(handle, 0) != 0) return failed("bm_thread_sync_from_core");
  bm_get_profile(handle, after);
  printf("%s: %llu us\n", network->name, (unsigned long long)(after[4] - before[4]));
  if (!bmrt_launch_data(runtime, network->name, input_data, stage->inputs, network->inputs, output_data, output_shapes,
                        network->outputs, false))
    return failed("bmrt_launch_data");
  for (int i = 0; i < network->outputs; ++i) {
    const size_t bytes = bmrt_tensor_bytesize(&outputs[i]);
    void* data = malloc(bytes);
    if (bm_memcpy_d2s_partial(handle, data, outputs[i].memory, (unsigned)bytes) != 0) return failed("bm_memcpy_d2s");
    if (memcmp(data, output_data[i], bytes) != 0) return failed("the same result with data");
    fwrite(data, 1, bytes, output);
    free(data);
    free(output_data[i]);
    bm_free_device(handle, outputs[i].memory);
  }
  for (int i = 0; i < network->inputs; ++i) {
    free(input_data[i]);
    bm_free_device(handle, inputs[i].memory);
  }
  return 0;
}

int main(int argc, char** argv) {
  void* handle = NULL;
  const char** names = NULL;
  int status = 0;
  if (argc != 4) return failed("usage: MODEL.bmodel INPUT OUTPUT:");
  if (bm_dev_request(&handle, 0) != 0) return failed("bm_dev_request");
  void* runtime = bmrt_create(handle);
  if (runtime == NULL || !bmrt_load_bmodel(runtime, argv[1])) return failed("bmrt_load_bmodel");
  FILE* output = fopen(argv[3], "wb");
  if (output == NULL) return failed("fopen");
  bmrt_get_network_names(runtime, &names);
  for (int n = 0; n < bmrt_get_network_number(runtime) && status == 0; ++n) {
    const network_t* network = bmrt_get_network_info(runtime, names[n]);
    if (network->inputs > kMost || network->outputs > kMost) return failed("fewer tensors");
    for (int s = 0; s < network->stage_count && status == 0; ++s)
      status = run_stage(handle, runtime, network, &network->stages[s], argv[2], output);
  }
  fclose(output);
  free(names);
  bmrt_destroy(runtime);
  bm_dev_free(handle);
  return status;
}
