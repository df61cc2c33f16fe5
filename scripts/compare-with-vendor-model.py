#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""CPU time of whole processes: bmemu and the functional model in the vendor's package, same program, same input.

usage: compare-with-vendor-model.py --vendor ENV --input INPUT.npz [--bmemu build/bmemu] [--repeat 5] PROGRAM.bmodel...

ENV is a Python environment with the package tpu_mlir (1.30 was used); its `model_runner` runs the functional model.
Both run on one thread. Times are user + system CPU seconds; bmemu's are medians. Prints a Markdown table. Exit code 1
when an exact output differs.
"""
import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile


def run(command, cwd, bin_folder=None):
    """CPU seconds, peak MiB, exit code, output."""
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    if bin_folder:
        environment["PATH"] = f"{bin_folder}:{environment['PATH']}"
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=log, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode, log.read()


def run_vendor(args, program, folder):
    tools = pathlib.Path(args.vendor).absolute() / "bin"
    output = os.path.join(folder, "vendor.npz")
    seconds, mib, code, log = run(
        [str(tools / "python"), str(tools / "model_runner"), "--input", args.input, "--model", program, "--output", output],
        folder, tools)
    if code != 0 or not os.path.exists(output):
        sys.exit(f"the functional model did not run {program}:\n{log[-2000:]}")
    return output, seconds, mib


def run_bmemu(args, program, folder, reference, *options):
    """Median CPU seconds, peak MiB, what --compare says about the outputs."""
    command = [args.bmemu, "run", program, "--input", args.input, "--compare", reference, *options]
    results = [run(command, folder) for _ in range(args.repeat)]
    _, mib, code, log = results[-1]
    if code not in (0, 1):
        sys.exit(f"bmemu did not run {program}:\n{log[-2000:]}")
    table = log[log.rindex("output "):].splitlines()[1:] if "output " in log else []
    identical = bool(table) and all(line.endswith("identical") for line in table if line.strip())
    largest = max((re.split(r"\s{2,}", line)[3] for line in table if line.strip()), key=float, default="?")
    return statistics.median(r[0] for r in results), mib, "identical" if identical else f"up to {largest}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vendor", required=True)
    parser.add_argument("--input", required=True)
    parser.add_argument("--bmemu", default="build/bmemu")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("programs", nargs="+")
    args = parser.parse_args()
    args.bmemu, args.input = os.path.abspath(args.bmemu), os.path.abspath(args.input)
    print("| program | functional model, CPU s | bmemu, CPU s | ratio | peak MiB | outputs | --fast-float, CPU s | its outputs differ by |")
    print("|---|---|---|---|---|---|---|---|")
    same = True
    for program in map(os.path.abspath, args.programs):
        with tempfile.TemporaryDirectory() as folder:
            reference, vendor_seconds, _ = run_vendor(args, program, folder)
            seconds, mib, verdict = run_bmemu(args, program, folder, reference)
            fast_seconds, _, fast_verdict = run_bmemu(args, program, folder, reference, "--fast-float")
        same = same and verdict == "identical"
        print(f"| {os.path.basename(program)} | {vendor_seconds:.2f} | {seconds:.3f} | {vendor_seconds / seconds:.0f} | "
              f"{mib:.0f} | {verdict} | {fast_seconds:.3f} | {fast_verdict} |", flush=True)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
