#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Compiles networks with bmemu and compares their emulated times with those of the vendor's programs.

    compile-times.py BMEMU REFERENCE WORK [--networks a,b] [--cells bm1684x/int8,...] [--csv FILE] [--require R]

REFERENCE: the folder with networks/ (make.py, check.py, vendor_times.csv) and the programs that the table names. WORK: a folder for
networks, inputs and programs; what is there already is used again. Needs numpy and onnx (as make.py does) for what is not.

Two ratios per network: `table`, over the time that vendor_times.csv states, and `same`, over the time that this very bmemu gives
for the vendor's program, where that program is kept. Both without the time outside of all commands. The means are geometric.
--require: exit 1 when a mean of a cell (chip and dtype) is above R, or when a network cannot be compiled.
"""
import collections
import csv
import json
import math
import os
import subprocess
import sys

from compiled_networks import cells, compiled, networks, parser_of


def inside_ms(bmemu, program):
    """Time inside of commands, and what both engines spend most of it on."""
    run = subprocess.run([bmemu, "run", program, "--json", "-"], capture_output=True, text=True, check=True)
    result = json.loads(run.stdout)
    # The engine that starts first knows it; the other one waits for that engine.
    launch = max(result["stack"][engine]["launch"] for engine in ("tiu", "gdma"))
    return result["time_ms"] - launch / 1e9, result


def mean(ratios):
    return math.exp(sum(math.log(r) for r in ratios) / len(ratios))


def main():
    parser = parser_of(__doc__)
    parser.add_argument("--option", action="append", default=[], help="passed to bmemu compile, for example --option=--search-budget=1")
    parser.add_argument("--require", type=float)
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    with open(os.path.join(args.reference, "networks", "vendor_times.csv")) as file:
        vendor = {(r["network"], r["chip"], r["dtype"]): r for r in csv.DictReader(file) if r["batch"] == "1"}
    names = list(dict.fromkeys(key[0] for key in vendor))
    rows, table, same = [], collections.defaultdict(list), collections.defaultdict(list)
    failed = 0
    print(f"{'network':14}{'cell':14}{'ms':>10}{'vendor':>10}{'table':>8}{'same':>8}{'CPU s':>8}  busy TIU, GDMA ms; most of GDMA")
    for name, path, data in networks(args.reference, args.work, args.networks or names):
        for cell, chip, dtype in cells(args.cells):
            known = vendor.get((name, chip, dtype))
            if known is None or not known["without_launch_ms"]:
                continue
            program, seconds, error = compiled(args.bmemu, path, [data], chip, dtype, args.option)
            if program is None:
                failed += 1
                print(f"{name:14}{cell:14}  not compiled: {error}", flush=True)
                continue
            ms, run = inside_ms(args.bmemu, program)
            stated = float(known["without_launch_ms"])
            table[cell].append(ms / stated)
            kept = os.path.join(args.reference, known["source"])
            again = ""
            if known["source"] != "compiled" and os.path.exists(kept):
                same[cell].append(ms / inside_ms(args.bmemu, kept)[0])
                again = f"{same[cell][-1]:.2f}"
            stack = {k: v for k, v in run["stack"]["gdma"].items() if k not in ("launch", "idle")}
            most = sorted(stack, key=stack.get, reverse=True)[:3]
            print(f"{name:14}{cell:14}{ms:10.3f}{stated:10.3f}{table[cell][-1]:8.2f}{again:>8}{seconds:8.2f}  "
                  f"{run['tiu']['busy_ms']:.3f}, {run['gdma']['busy_ms']:.3f}; "
                  + ", ".join(f"{k} {stack[k] / 1e9:.3f}" for k in most), flush=True)
            rows.append([name, chip, dtype, f"{ms:.4f}", f"{stated:.4f}", f"{table[cell][-1]:.4f}", again, f"{seconds:.2f}"])
    print(f"\n{'cell':14}{'networks':>9}{'table':>8}{'programs':>10}{'same':>8}{'largest':>9}")
    for cell, ratios in table.items():
        again = f"{mean(same[cell]):8.2f}" if same[cell] else f"{'':8}"
        print(f"{cell:14}{len(ratios):9}{mean(ratios):8.2f}{len(same[cell]):10}{again}{max(ratios):9.2f}")
    if failed:
        print(f"{failed} not compiled")
    if args.csv:
        with open(args.csv, "w", newline="") as file:
            csv.writer(file).writerows([["network", "chip", "dtype", "ms", "vendor_ms", "table", "same", "cpu_s"]] + rows)
    too_slow = args.require is not None and any(mean(r) > args.require for r in table.values())
    return 1 if too_slow or (args.require is not None and failed) else 0


if __name__ == "__main__":
    sys.exit(main())
