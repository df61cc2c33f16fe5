#!/bin/sh
# Builds with clang++-14, AddressSanitizer and UndefinedBehaviorSanitizer, warnings as errors, and runs the tests that need no
# reference data and no browser. usage: scripts/check/clang-sanitizers.sh [FOLDER...]; a FOLDER of tests (isa, memory ...):
# its program and what it is linked with alone. Without one: everything.
set -eu
cd "$(dirname "$0")/../.."
build=build-clang-sanitizers
cmake --preset clang-sanitizers -DBMEMU_REFERENCE_DIR=none >/dev/null
if [ $# -gt 0 ]; then
  for folder in "$@"; do set -- "$@" "bmemu_${folder}_tests"; shift; done
  cmake --build "$build" --target "$@"
  for program in "$@"; do "$build/$program" --gtest_brief=1 --gtest_filter='-*RandomFields*'; done
  exit
fi
cmake --build "$build"
# Left out: checks of the build itself, and random walks that take minutes under the sanitizers.
ctest --test-dir "$build" --output-on-failure -j "$(nproc)" -E 'RandomFields|browser|sources_are_formatted|installed_library|readme_'
