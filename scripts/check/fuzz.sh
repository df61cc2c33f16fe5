#!/bin/sh
# Runs each fuzz target on its corpus for SECONDS (20 unless told), as many at once as there are processors. SEED (1):
# where its random choices begin; runs still differ, because libFuzzer weighs inputs by the time that they take.
# usage: scripts/check/fuzz.sh [SECONDS [SEED]]
set -eu
cd "$(dirname "$0")/../.."
cmake --preset clang-sanitizers -DBMEMU_REFERENCE_DIR=none >/dev/null
cmake --build build-clang-sanitizers --target bmemu_fuzz
export found=build-clang-sanitizers/found seconds="${1:-20}" seed="${2:-1}"
# shellcheck disable=SC2016  # expanded by the inner shell
ls tests/fuzz/corpus | xargs -P "$(nproc)" -I NAME sh -c '
  mkdir -p "$found/NAME"
  if build-clang-sanitizers/bmemu_fuzz_NAME "$found/NAME" tests/fuzz/corpus/NAME -max_len=16384 -max_total_time="$seconds" -seed="$seed" \
      -print_final_stats=1 -artifact_prefix="$found/NAME-" >"$found/NAME.log" 2>&1; then
    echo "NAME: $(sed -n "s/^stat::number_of_executed_units: *//p" "$found/NAME.log") inputs, nothing found"
  else
    tail -40 "$found/NAME.log"
    exit 1
  fi'
