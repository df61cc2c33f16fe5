#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Compiles networks for many chips: the same values on each, and with twice the local memory no more bytes and no more time.

    any-chip.py BMEMU WORK MODEL.onnx ... [--dtype fp32] [--family bm1684x] [--input FILE.npz]

WORK: a folder for programs and outputs. Without --input random ones are used. int8 is calibrated on the input, once. Needs numpy.
Values of fp32 may differ by the order of sums: 1e-4 of the largest; those of int8 not at all. Exit 1 when a rule is broken.
"""
import argparse
import json
import os
import subprocess
import sys

import numpy

CHIPS = {
    "built in": [], "32 lanes": ["tiu.lanes=32"], "128 lanes": ["tiu.lanes=128"], "8 banks": ["local_memory.banks=8"],
    "32 banks": ["local_memory.banks=32"], "64 KiB lanes": ["local_memory.lane_bytes=65536"],
    "half the EUs": ["tiu.eu_bytes={half_eu}"], "twice the EUs": ["tiu.eu_bytes={twice_eu}"],
}
MEMORIES = [65536, 131072, 262144, 524288, 1048576]


def run(args, model, settings, with_values):
    program = os.path.join(args.work, "program.bmodel")
    for file in (program, program.replace(".bmodel", ".json")):
        if os.path.exists(file):
            os.remove(file)
    chip = ["--chip", args.family] + [part for s in settings for part in ("--set", s)]
    command = [args.bmemu, "compile", model, "-o", program, "--dtype", args.dtype] + chip
    if args.dtype == "int8":
        table = os.path.join(args.work, f"{os.path.basename(model)}_{args.family}.ranges")
        command += ["--calibration", table] if os.path.exists(table) else ["--calibrate", args.input, "--write-calibration", table]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return None, None, done.stderr.strip()[:200]
    command = [args.bmemu, "run", program, "--json", "-"]  # the chip is in the program
    output = os.path.join(args.work, "out.npz")
    if with_values:
        if os.path.exists(output):
            os.remove(output)
        command += ["--input", args.input or "random:1", "--output", output]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    moved = result["gdma"]["bytes"]
    cost = (moved["s2l"] + moved["l2s"] + 2 * moved["s2s"], result["time_ms"])
    return cost, dict(numpy.load(output)) if with_values else None, ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bmemu")
    parser.add_argument("work")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--dtype", default="fp32")
    parser.add_argument("--family", default="bm1684x")
    parser.add_argument("--input")
    parser.add_argument("--time-only", action="store_true", help="skip the values")
    parser.add_argument("--memories-only", action="store_true", help="skip the other chips")
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    eu = 64 if args.family == "bm1684x" else 128
    broken = 0
    for model in args.models:
        name = os.path.basename(model)
        expected = None
        for chip, settings in () if args.memories_only else CHIPS.items():
            settings = [s.format(half_eu=eu // 2, twice_eu=eu * 2) for s in settings]
            cost, values, error = run(args, model, settings, not args.time_only)
            verdict = error
            if cost and values:
                expected = expected or values
                worst = max(float(numpy.abs(values[k].astype(float) - v.astype(float)).max() / max(numpy.abs(v).max(), 1e-9))
                            for k, v in expected.items())
                verdict = f"difference {worst:.1e}"
                if worst > (0 if args.dtype == "int8" else 1e-4):
                    verdict += " BROKEN"
            broken += cost is None or "BROKEN" in verdict
            print(f"{name:24}{chip:16}" + (f"{cost[0]:14}{cost[1]:12.4f} ms  " if cost else "") + verdict, flush=True)
        before = None
        for size in MEMORIES:
            cost, _, error = run(args, model, [f"local_memory.lane_bytes={size}"], False)
            wrong = [] if cost else [error]
            if cost and before:
                wrong += [f"{cost[0] - before[0]} more bytes"] if cost[0] > before[0] else []
                wrong += [f"{100 * (cost[1] / before[1] - 1):.3f} % slower"] if cost[1] > before[1] else []
            broken += len(wrong)
            print(f"{name:24}{size // 1024:12} KiB" + (f"{cost[0]:14}{cost[1]:12.4f} ms  " if cost else "")
                  + (", ".join(wrong) + " BROKEN" if wrong else ""), flush=True)
            before = cost or before
    print(f"{broken} rules broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
