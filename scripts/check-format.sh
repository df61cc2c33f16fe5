#!/bin/sh
# Whether every source file is as clang-format-14 would write it. No argument; run from anywhere.
set -eu
cd "$(dirname "$0")/.."
git ls-files '*.cpp' '*.h' | xargs clang-format-14 --dry-run -Werror
