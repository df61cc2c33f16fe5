#!/bin/sh
# Whether two bmemu programs print the same bytes for every program (*.bmodel, *.bmodel.zst) and every folder of
# vectors (*.vec.zst) below some folders: run (text, --json, --commands), disasm, conformance --json. Only the commit
# that a JSON names may differ. Refusals (exit code, message) count as output too.
#   scripts/check/same-outputs.sh OLD_BINARY NEW_BINARY FOLDER...
# Exit code: 0 all the same, 1 something differs (the first lines of each difference are shown), 2 wrong use.
set -eu
if [ $# -lt 3 ] || [ ! -x "$1" ] || [ ! -x "$2" ]; then
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
old=$(realpath "$1")
new=$(realpath "$2")
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compared=0
different=0

# outputs BINARY ARGUMENT...: everything that a command prints, with its exit code.
outputs() {
  "$@" >"$work/out" 2>"$work/err" && code=0 || code=$?
  sed -E '/^ *"git": "/d' "$work/out"
  cat "$work/err"
  echo "exit code $code"
}

# compare ARGUMENT...: one command of both programs.
compare() {
  compared=$((compared + 1))
  outputs "$old" "$@" >"$work/old"
  outputs "$new" "$@" >"$work/new"
  if ! cmp -s "$work/old" "$work/new"; then
    different=$((different + 1))
    echo "DIFFERS: bmemu $*"
    diff "$work/old" "$work/new" | head -6 || true
  fi
}

find "$@" -name '*.bmodel' -o -name '*.bmodel.zst' | sort >"$work/programs"
find "$@" -name '*.vec.zst' | sed 's|/[^/]*$||' | sort -u >"$work/vectors"
while IFS= read -r program; do
  compare run "$program"
  compare run "$program" --json -
  compare run "$program" --commands -
  compare disasm "$program"
done <"$work/programs"
while IFS= read -r folder; do
  compare conformance "$folder" --json -
done <"$work/vectors"
if [ "$compared" -eq 0 ]; then
  echo "same-outputs: no programs and no vectors below $*" >&2
  exit 2
fi
echo "$compared outputs compared, $different differ"
[ "$different" -eq 0 ]
