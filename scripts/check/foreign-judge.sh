#!/bin/sh
# Has the vendor's functional models compute programs that `bmemu compile` makes, and compares their outputs with ours
# byte for byte. Writes a table: one row per network, chip and type.
#   usage: foreign-judge.sh ORACLE NETWORKS [BMEMU] [NAME...]
#   ORACLE     folder with judge_bmodel.sh; TPU names the environment that it needs
#   NETWORKS   folder with NAME.onnx and its inputs, NAME.npz; int8 is calibrated on these inputs
#   BMEMU      default: build/bmemu; NAME: default: all networks that have both
#   TYPES      "fp32 int8" unless it says otherwise
# commands: the model executes one command after the other; runtime: the vendor's runtime loads the file.
# Exit code 1 when outputs differ, waits are missing, or an unwritten byte reaches an output.
set -u
[ $# -ge 2 ] || { sed -n 2,12p "$0"; exit 2; }
: "${TPU:?names the environment of the vendor}"
oracle=$1 networks=$2
cd "$(dirname "$0")/../.." || exit 2
bmemu=${3:-build/bmemu}
[ $# -lt 3 ] && shift 2 || shift 3
if [ $# -eq 0 ]; then
  for input in "$networks"/*.npz; do
    name=$(basename "$input" .npz)
    [ -f "$networks/$name.onnx" ] && set -- "$@" "$name"
  done
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# judged PROGRAM INPUT OURS [--runtime]
judged() {
  if ! "$oracle/judge_bmodel.sh" "$1" "$2" "$work/theirs.npz" ${4:+"$4"} > "$work/judge" 2>&1; then
    echo "refused: $(tail -1 "$work/judge" | cut -c1-60)"
  elif "$oracle/judge_bmodel.sh" --compare "$3" "$work/theirs.npz" > "$work/compare" 2>&1; then
    echo equal
  else
    grep -v equal "$work/compare" | head -1 | cut -c1-80
  fi
}

echo "| network | chip | type | commands | runtime | missing waits | unwritten |"
echo "|---|---|---|---|---|---|---|"
for name in "$@"; do
  for chip in bm1684 bm1684x; do
    for type in ${TYPES:-fp32 int8}; do
      calibrate=
      [ "$type" = int8 ] && calibrate="--calibrate $networks/$name.npz"
      program=$work/$name.bmodel input=$networks/$name.npz
      # shellcheck disable=SC2086 # two words
      if ! "$bmemu" compile "$networks/$name.onnx" --chip $chip --dtype "$type" $calibrate -o "$program" \
          > "$work/log" 2>&1 || ! "$bmemu" run "$program" --input "$input" --output "$work/ours.npz" \
          --uninitialised probe --json "$work/run.json" > "$work/log" 2>&1; then
        echo "| $name | $chip | $type | $(grep -m1 -o 'E-[A-Z-]*.*' "$work/log" | cut -c1-90) | | | |"
        bad=1
        continue
      fi
      commands=$(judged "$program" "$input" "$work/ours.npz")
      runtime=$(judged "$program" "$input" "$work/ours.npz" --runtime)
      waits=$(grep -c 'missing wait' "$work/log")
      unwritten=none
      grep -q 'never written' "$work/log" && unwritten=unread
      grep -q '"outputs_equal": *false' "$work/run.json" && unwritten="reaches outputs"
      rm -f "$program" "$program.json" "$work/ours.npz" "$work/theirs.npz"
      echo "| $name | $chip | $type | $commands | $runtime | $waits | $unwritten |"
      [ "$commands$runtime$waits" = equalequal0 ] && [ "$unwritten" != "reaches outputs" ] || bad=1
    done
  done
done
exit $bad
