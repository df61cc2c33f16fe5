#!/bin/sh
# The runtime libraries and their tests under AddressSanitizer with its leak check (64 threads with 100 launches each,
# values computed), and their C interface under ThreadSanitizer. ThreadSanitizer does not know SystemC's coroutines:
# there 64 threads open devices, allocate, copy, free and send launches that the interface refuses. The emulator below is
# built without a sanitizer; AddressSanitizer still sees every block that it takes and leaks, and
# scripts/check/clang-sanitizers.sh looks into it.
#   scripts/check/runtime-sanitizers.sh [address] [thread]
set -eu
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- address thread
for sanitizer in "$@"; do
  build=build-runtime-$sanitizer
  cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBMEMU_WERROR=ON -DBMEMU_RUNTIME_SANITIZER="$sanitizer" >/dev/null
  cmake --build "$build" -j2 --target bmemu_runtime_tests
  case $sanitizer in
    address) ASAN_OPTIONS=detect_leaks=1 "$build/bmemu_runtime_tests" --gtest_filter='-*RuntimeExports.*:BmrtClient.*' ;;
    thread) TSAN_OPTIONS=halt_on_error=1 "$build/bmemu_runtime_tests" --gtest_filter='RuntimeInterface.*' ;;
  esac
done
