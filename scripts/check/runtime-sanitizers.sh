#!/bin/sh
# The tests of the runtime library under AddressSanitizer with its leak check, and its C interface under
# ThreadSanitizer: 64 threads with 100 launches each. ThreadSanitizer does not know SystemC's coroutines, so there the
# launches are those that the interface refuses or that only copy.
#   scripts/check/runtime-sanitizers.sh [address] [thread]
set -eu
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- address thread
for sanitizer in "$@"; do
  build=build-runtime-$sanitizer
  cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBMEMU_WERROR=ON \
    -DCMAKE_CXX_FLAGS_RELEASE="-O1 -g1 -DNDEBUG" -DCMAKE_CXX_FLAGS="-fsanitize=$sanitizer -fno-omit-frame-pointer" >/dev/null
  cmake --build "$build" --target bmemu_runtime_tests
  case $sanitizer in
    address) ASAN_OPTIONS=detect_leaks=1 "$build/bmemu_runtime_tests" --gtest_filter='-RuntimeExports.*' ;;
    thread) TSAN_OPTIONS=halt_on_error=1 "$build/bmemu_runtime_tests" --gtest_filter='RuntimeInterface.*' ;;
  esac
done
