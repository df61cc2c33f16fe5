#!/bin/sh
# Writes docs/studies.md from harness/studies (those that need no compiler). usage: scripts/check/studies.sh [BMEMU] > docs/studies.md
set -eu
cd "$(dirname "$0")/../.."
bmemu=${1:-build/bmemu}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "# Studies"
echo
echo "Made by \`scripts/check/studies.sh\` from \`harness/studies\`. Each study is a data file; \`--report\` makes its page with plots."
for study in harness/studies/*.toml; do
  echo
  if grep -q '^retile = true' "$study"; then
    sed -n 's/^title = "\(.*\)"$/## \1/p' "$study"
    echo
    sed -n 's/^question = "\(.*\)"$/\1/p' "$study"
    echo
    echo "Not run here: what it varies is what programs are tiled for, and these programs are compiled. \`$study\` waits for \`--retile\`."
    continue
  fi
  "$bmemu" whatif --study "$study" --markdown "$work/study.md" >/dev/null 2>&1
  cat "$work/study.md"
done
