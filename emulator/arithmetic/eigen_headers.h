// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The standard headers that Eigen includes, for files that include Eigen for another instruction set than the rest of
// the program: see fast_gemm.inc.
#pragma once

/// Products take their blocks from the heap: they run on the small stacks of SystemC's threads.
#define EIGEN_STACK_ALLOCATION_LIMIT 0

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <climits>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iosfwd>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#endif
