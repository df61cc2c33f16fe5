// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Matrix products by oneDNN (-DBMEMU_ONEDNN=ON).
#if defined(BMEMU_ONEDNN)
#include <dnnl.h>
#include <omp.h>

#include "emulator/arithmetic/products/fast_gemm.h"
#include "isa/error.h"

namespace bmemu::emulator {
namespace {

/// Debian's oneDNN has the OpenMP runtime. Its threads spin at barriers: on a shared machine two were seen 100 times
/// slower than one. One thread makes no team and has no barrier.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

}  // namespace

void fast_gemm(const GemmOperands& o, CpuPath) {
  const OneThread one;
  const auto size = [](std::size_t x) { return static_cast<dnnl_dim_t>(x); };
  const dnnl_status_t status = dnnl_sgemm('N', 'N', size(o.rows), size(o.columns), size(o.depth), 1.0F, o.a,
                                          size(o.a_step), o.b, size(o.b_step), 1.0F, o.c, size(o.c_step));
  BMEMU_CHECK(status == dnnl_success, "oneDNN multiplies matrices");
}

std::string fast_gemm_library() {
  const dnnl_version_t* version = dnnl_version();
  return "oneDNN " + std::to_string(version->major) + '.' + std::to_string(version->minor) + '.' +
         std::to_string(version->patch);
}

}  // namespace bmemu::emulator
#endif
