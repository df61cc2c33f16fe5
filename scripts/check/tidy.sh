#!/bin/sh
# clang-tidy-14 over the sources that changed since BASE (the commit before, unless told), for at most MINUTES (4): what was not
# reached is said. usage: scripts/check/tidy.sh [BASE [MINUTES]]
set -eu
cd "$(dirname "$0")/../.."
base=${1:-HEAD~1}
minutes=${2:-4}
cmake --preset tidy >/dev/null
cmake --build build-tidy --target bmemu_bmodel_tables_header >/dev/null
git rev-parse -q --verify "$base^{commit}" >/dev/null || { echo "no commit $base" >&2; exit 2; }
end=$(($(date +%s) + minutes * 60))
checked=0
left=0
for file in $(git diff --name-only --diff-filter=d "$base" -- '*.cpp'); do
  if [ "$(date +%s)" -ge "$end" ]; then left=$((left + 1)); continue; fi
  clang-tidy-14 --quiet --warnings-as-errors='*' -p build-tidy "$file" 2>/dev/null || { echo "clang-tidy: $file" >&2; exit 1; }
  checked=$((checked + 1))
done
echo "clang-tidy: $checked files clean, $left not reached in $minutes minutes"
