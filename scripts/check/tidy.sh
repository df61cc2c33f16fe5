#!/bin/sh
# clang-tidy-14 over the sources that changed since BASE (the commit before, unless told; `all`, or a clone without that
# commit: every source), for at most MINUTES (4): what was not reached is said, and what this build leaves out (benchmarks,
# fuzz targets, the Python package where its library is not installed). usage: scripts/check/tidy.sh [BASE [MINUTES]]
set -eu
cd "$(dirname "$0")/../.."
base=${1:-HEAD~1}
minutes=${2:-4}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "$base" != all ] && git rev-parse -q --verify "$base^{commit}" >/dev/null; then
  git diff --name-only --diff-filter=d "$base" -- '*.cpp' >"$work/changed"
else
  git ls-files '*.cpp' >"$work/changed"
fi
cmake --preset tidy >/dev/null
sed -n "s|^ *\"file\": \"$PWD/\(.*\)\".*|\1|p" build-tidy/compile_commands.json >"$work/known"
grep -xFf "$work/known" "$work/changed" >"$work/files" || true
cmake --build build-tidy --target bmemu_bmodel_tables_header >/dev/null
export work end=$(($(date +%s) + minutes * 60))
# shellcheck disable=SC2016  # expanded by the inner shell
xargs -P "$(nproc)" -I FILE sh -c '
  [ "$(date +%s)" -lt "$end" ] || { echo FILE >>"$work/left"; exit 0; }
  out=$(clang-tidy-14 --quiet --warnings-as-errors="*" -p build-tidy FILE 2>/dev/null) || { echo "$out"; echo FILE >>"$work/found"; }
' <"$work/files"
count() { [ ! -f "$1" ] || wc -l <"$1"; }
left=$(count "$work/left")
found=$(count "$work/found")
out=$(($(wc -l <"$work/changed") - $(wc -l <"$work/files")))
echo "clang-tidy: $(($(wc -l <"$work/files") - ${left:-0})) files checked, ${found:-0} with findings, ${left:-0} not reached in $minutes minutes, $out not in this build"
[ -z "$found" ]
