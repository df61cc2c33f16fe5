#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Compiles networks and single operators for both chips, runs them, and has ONNX Runtime judge the values.

    network-values.py BMEMU REFERENCE WORK [--networks a,b] [--cells bm1684x/int8,...] [--csv FILE]

REFERENCE: the folder with networks/ (make.py, check.py). WORK: a folder for networks, inputs and programs, not that of
compile-times.py: here int8 is calibrated on two samples that are not the input. Needs what check.py needs.

Limits: fp32 within 0.001 of the largest value of an output, fp16 cosine 0.9995, int8 on BM1684X cosine 0.99; int8 on BM1684
is reported. A hazard or a read of memory that nobody wrote is a failure in every cell. Exit 1: something failed.
"""
import csv
import importlib.util
import os
import re
import subprocess
import sys
import time

from compiled_networks import cells, compiled, networks, parser_of, run_values

LIMITS = {"bm1684x/fp16": ["--cosine", "0.9995"], "bm1684x/int8": ["--cosine", "0.99"], "bm1684/int8": ["--cosine", "-1"]}


def names_of(reference):
    spec = importlib.util.spec_from_file_location("make", os.path.join(reference, "networks", "make.py"))
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    return [*make.NETS, *make.OPS]


def samples_of(check, path):
    folder = os.path.splitext(path)[0] + ".samples"
    if not os.path.isdir(folder):
        subprocess.run([sys.executable, check, "calib", path, folder, "2"], check=True)
    return [os.path.join(folder, f"{i}.npz") for i in range(2)]


def judged(bmemu, check, path, data, program, limits):
    """Whether all is well, the least cosine, and what was said."""
    output = program.replace(".bmodel", ".npz")
    error, found = run_values(bmemu, program, data, output)
    if error:
        return False, "", error
    verdict = subprocess.run([sys.executable, check, "judge", path, data, output, *limits], capture_output=True, text=True)
    os.remove(output)
    lines = verdict.stdout.strip().splitlines() or verdict.stderr.strip().splitlines()[-1:]
    cosines = [float(c) for c in re.findall(r"cosine (\S+):", verdict.stdout)]
    worst = [line for line in lines if "NOT OK" in line or "cosine" not in line] or lines[:1]
    return verdict.returncode == 0 and not found, min(cosines, default=""), "; ".join(worst + found)[:200]


def main():
    args = parser_of(__doc__).parse_args()
    os.makedirs(args.work, exist_ok=True)
    check = os.path.join(args.reference, "networks", "check.py")
    rows, failed = [], 0
    for name, path, data in networks(args.reference, args.work, args.networks or names_of(args.reference)):
        for cell, chip, dtype in cells(args.cells):
            samples = samples_of(check, path) if dtype == "int8" else []
            begin = time.monotonic()
            program, _, said = compiled(args.bmemu, path, samples, chip, dtype, [])
            seconds = time.monotonic() - begin
            ok, cosine = False, ""
            if program is not None:
                ok, cosine, said = judged(args.bmemu, check, path, data, program, LIMITS.get(cell, []))
                os.remove(program)
            failed += not ok
            rows.append([name, chip, dtype, "ok" if ok else "FAILED", cosine, f"{seconds:.2f}", said])
            print(f"{name:20}{cell:14}{rows[-1][3]:8}{seconds:7.2f} s  {said}", flush=True)
    print(f"{len(rows)} programs, {failed} failed")
    if args.csv:
        with open(args.csv, "w", newline="") as file:
            csv.writer(file).writerows([["network", "chip", "dtype", "verdict", "cosine", "compile_s", "note"]] + rows)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
