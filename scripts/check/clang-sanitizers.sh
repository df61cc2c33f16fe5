#!/bin/sh
# Builds everything with clang++-14, AddressSanitizer and UndefinedBehaviorSanitizer, warnings as errors, and runs the tests that
# need no reference data and no browser. No argument; run from anywhere.
set -eu
cd "$(dirname "$0")/../.."
cmake --preset clang-sanitizers -DBMEMU_REFERENCE_DIR=none >/dev/null
cmake --build build-clang-sanitizers
# Left out: checks of the build itself, and random walks that take minutes under the sanitizers.
ctest --test-dir build-clang-sanitizers --output-on-failure -j "$(nproc)" -E 'RandomFields|browser|sources_are_formatted|installed_library|readme_'
