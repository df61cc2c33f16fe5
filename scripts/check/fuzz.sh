#!/bin/sh
# Runs each fuzz target on its corpus for SECONDS (20 unless told). usage: scripts/check/fuzz.sh [SECONDS]
set -eu
cd "$(dirname "$0")/../.."
cmake --preset clang-sanitizers -DBMEMU_REFERENCE_DIR=none >/dev/null
build=build-clang-sanitizers
cmake --build "$build" --target bmemu_fuzz
found=$build/found
for target in "$build"/bmemu_fuzz_*; do
  [ -x "$target" ] && [ -f "$target" ] || continue
  name=${target##*/bmemu_fuzz_}
  [ -d "tests/fuzz/corpus/$name" ] || continue
  mkdir -p "$found/$name"
  printf '%s: ' "$name"
  "$target" "$found/$name" "tests/fuzz/corpus/$name" -max_len=16384 -max_total_time="${1:-20}" -print_final_stats=1 \
    -artifact_prefix="$found/" >"$found/$name.log" 2>&1 || { tail -40 "$found/$name.log"; exit 1; }
  sed -n 's/^stat::number_of_executed_units: *//p' "$found/$name.log" | sed 's/$/ inputs, nothing found/'
done
