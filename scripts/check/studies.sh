#!/bin/sh
# Writes docs/studies.md from harness/studies (about half a minute). usage: scripts/check/studies.sh [BMEMU] > docs/studies.md
set -eu
cd "$(dirname "$0")/../.."
bmemu=${1:-build/bmemu}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "# Studies"
echo
echo "Made by \`scripts/check/studies.sh\` from \`harness/studies\`. Each study is a data file; \`--report\` makes its page with"
echo "plots."
for study in harness/studies/*.toml; do
  echo
  "$bmemu" whatif --study "$study" --markdown "$work/study.md" >/dev/null 2>&1
  cat "$work/study.md"
done
