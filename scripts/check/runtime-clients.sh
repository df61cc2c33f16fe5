#!/bin/bash
# The vendor's own programs on emulated devices (docs/runtime.md), and sophon.sail over both the vendor's libbmrt and
# ours: every output is compared byte for byte with what the vendor's functional models gave.
#   scripts/check/runtime-clients.sh VENV BUILD GOLDEN
# VENV: a virtual environment with tpu_mlir; BUILD: a build folder; GOLDEN: a folder with a folder for each network, in it
# NETWORK_CHIP_TYPE.bmodel.zst, input*.npy and NETWORK_CHIP_TYPE_output0.npy.
# Exit code: 0 all equal, 1 something differs, 2 wrong use.
set -uo pipefail
[ $# = 3 ] && [ -x "$1/bin/python" ] && [ -x "$2/bmemu" ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
venv=$(realpath "$1"); build=$(realpath "$2"); golden=$(realpath "$3")
package=$(echo "$venv"/lib/python3*/site-packages/tpu_mlir)
libraries=$build/lib:$package/lib:$package/lib/third_party
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
failed=0
check() { if [ "$2" = 0 ]; then echo "ok      $1"; else echo "FAILED  $1"; failed=1; tail -5 "$work/log"; fi; }

cat >"$work/binding.py" <<'P'
import sys, numpy as np
sys.path.insert(0, sys.argv[1] + '/python')
import pyruntime_bm
x = np.load(sys.argv[2])
alive = []  # the vendor's runtime shares activation memory between models, also with one that is gone
for model, reference in zip(sys.argv[3::2], sys.argv[4::2]):  # all in one process
    loaded = pyruntime_bm.Model(model); net = loaded.Net(loaded.networks[0]); alive.append((loaded, net))
    for _ in range(2):
        net.inputs[0].data[:] = x; net.forward()
        if net.outputs[0].data.tobytes() != np.load(reference).tobytes(): sys.exit(model + ' differs')
P
cat >"$work/compare.py" <<'P'
import sys, numpy as np
out = list(dict(np.load(sys.argv[1])).values())
sys.exit(len(out) != 1 or out[0].tobytes() != np.load(sys.argv[2]).tobytes())
P
cat >"$work/sail.py" <<'P'
import sys, numpy as np
import sophon.sail as sail
x = np.load(sys.argv[1])
alive = []  # as above
for model, reference in zip(sys.argv[2::2], sys.argv[3::2]):  # an engine each: the networks have one name
    engine = sail.Engine(model, 0, sail.IOMode.SYSIO); alive.append(engine)
    (graph,) = engine.get_graph_names()
    for _ in range(2):
        (out,) = engine.process(graph, {engine.get_input_names(graph)[0]: x}).values()
        if out.tobytes() != np.load(reference).astype(np.float32).tobytes(): sys.exit(model + ' differs')
P
for folder in "$golden"/*/; do
  input=$(ls "$folder"input*.npy | head -1); network=$(basename "$folder")
  for chip in bm1684 bm1684x; do
    pairs=()
    for compressed in "$folder$network"_${chip}_*.bmodel.zst; do
      name=$(basename "$compressed" .bmodel.zst); zstd -dqf "$compressed" -o "$work/$name.bmodel"
      pairs+=("$work/$name.bmodel" "$folder${name}_output0.npy")
    done
    LD_BIND_NOW=1 BMEMU_DEVICES=$chip LD_LIBRARY_PATH=$libraries timeout 600 "$venv/bin/python" "$work/binding.py" \
      "$package" "$input" "${pairs[@]}" >"$work/log" 2>&1
    check "Python binding, $network on $chip: $((${#pairs[@]} / 2)) programs, everything bound at once" $?
    "$build/bmemu" with --devices $chip --sail -- "$venv/bin/python" "$work/sail.py" "$input" "${pairs[@]}" >"$work/log" 2>&1
    check "sophon.sail over our libbmrt, $network on $chip" $?
    LD_PRELOAD="$build/lib/libbmlib.so.0 $package/lib/libbmrt.so.1.0" LD_LIBRARY_PATH=$libraries PYTHONPATH=$build/python \
      BMEMU_DEVICES=$chip timeout 600 "$venv/bin/python" "$work/sail.py" "$input" "${pairs[@]}" >"$work/log" 2>&1
    check "sophon.sail over the vendor's libbmrt, $network on $chip" $?
  done
done
for chip in bm1684 bm1684x; do
  "$venv/bin/python" -c "import sys, numpy as np; np.savez(sys.argv[2], x=np.load(sys.argv[1]))" "$golden"/lenet/input*.npy "$work/in.npz"
  (. "$venv/bin/activate"; cd "$work"; "$build/bmemu" with -- model_runner --input in.npz --model lenet_${chip}_int8.bmodel --output out.npz) >"$work/log" 2>&1 &&
    grep -q '^1 launch' "$work/log" && "$venv/bin/python" "$work/compare.py" "$work/out.npz" "$golden/lenet/lenet_${chip}_int8_output0.npy"
  check "model runner, lenet int8 on $chip" $?
  rm -rf "$work/bmprofile_data-1"
  (cd "$work"; BMRUNTIME_ENABLE_PROFILE=1 BMEMU_DEVICES=$chip LD_LIBRARY_PATH=$libraries timeout 600 "$venv/bin/python" "$work/binding.py" \
    "$package" "$golden"/lenet/input*.npy "$work/lenet_${chip}_int8.bmodel" "$golden/lenet/lenet_${chip}_int8_output0.npy" &&
    PATH=$venv/bin:$PATH "$venv/bin/tpu_profile" --arch ${chip^^} --mode time bmprofile_data-1 profile_$chip) >"$work/log" 2>&1 && [ -s "$work/profile_$chip/result.html" ]
  check "profile of lenet int8 on $chip opens in the vendor's viewer" $?
done
exit $failed
