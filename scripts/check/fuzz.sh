#!/bin/sh
# Runs each fuzz target on its corpus for SECONDS (20 unless told), as many at once as there are processors. A SEED (1)
# gives the same inputs in the same order each time: inputs are not weighed by the time that they take, compared values
# are not looked at, and addresses are not random. So a check before each landing finds what a change brings, and
# another seed, or the longer runs of tests/fuzz/README.md, finds more.
# usage: scripts/check/fuzz.sh [SECONDS [SEED]]
set -eu
cd "$(dirname "$0")/../.."
cmake --preset clang-sanitizers -DBMEMU_REFERENCE_DIR=none >/dev/null
cmake --build build-clang-sanitizers --target bmemu_fuzz
export found=build-clang-sanitizers/found seconds="${1:-20}" seed="${2:-1}" fixed_addresses=
if setarch -R true 2>/dev/null; then fixed_addresses="setarch -R"; fi  # some containers do not allow it
# shellcheck disable=SC2016  # expanded by the inner shell
ls tests/fuzz/corpus | xargs -P "$(nproc)" -I NAME sh -c '
  rm -rf "$found/NAME" "$found"/NAME-*
  mkdir -p "$found/NAME"
  if $fixed_addresses build-clang-sanitizers/bmemu_fuzz_NAME "$found/NAME" tests/fuzz/corpus/NAME -max_len=16384 \
      -max_total_time="$seconds" -seed="$seed" -entropic=0 -use_cmp=0 \
      -print_final_stats=1 -artifact_prefix="$found/NAME-" >"$found/NAME.log" 2>&1; then
    echo "NAME: $(sed -n "s/^stat::number_of_executed_units: *//p" "$found/NAME.log") inputs, nothing found"
  else
    tail -40 "$found/NAME.log"
    exit 1
  fi'
