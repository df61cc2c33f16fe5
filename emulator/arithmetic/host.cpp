// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/arithmetic/host.h"

#include <algorithm>
#include <string>

#include "isa/error.h"

namespace bmemu::emulator {

std::string_view name(CpuPath path) {
  switch (path) {
    case CpuPath::kAvx512: return "avx512";
    case CpuPath::kAvx2: return "avx2";
    case CpuPath::kBaseline: break;
  }
  return "baseline";
}

std::vector<CpuPath> cpu_paths() {
  std::vector<CpuPath> paths{CpuPath::kBaseline};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) paths.push_back(CpuPath::kAvx2);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni"))
    paths.push_back(CpuPath::kAvx512);
#endif
  return paths;
}

CpuPath best_cpu_path() {
  static const CpuPath kBest = cpu_paths().back();
  return kBest;
}

void check_cpu_path(CpuPath path) {
  const auto offered = cpu_paths();
  if (std::find(offered.begin(), offered.end(), path) != offered.end()) return;
  std::string names;
  for (const CpuPath each : offered) names += (names.empty() ? "" : ", ") + std::string(name(each));
  throw Error(
      {"E-HOST-CPU", "instruction set", std::string(name(path)), names, "this computer's CPU does not have it"});
}

}  // namespace bmemu::emulator
