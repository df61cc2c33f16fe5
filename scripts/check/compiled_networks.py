# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Networks of the reference folder: made, with inputs, and compiled. For the checks beside this file."""
import argparse
import os
import re
import resource
import subprocess
import sys

DTYPES = {"bm1684": ["fp32", "int8"], "bm1684x": ["fp32", "fp16", "int8"]}
CELLS = [f"{chip}/{dtype}" for chip, dtypes in DTYPES.items() for dtype in dtypes]


def chosen_cells(text):
    """For argparse: names of cells, separated by commas."""
    names = text.split(",")
    for name in names:
        if name not in CELLS:
            raise argparse.ArgumentTypeError(f"{name!r}: {', '.join(CELLS)}")
    return names


def parser_of(doc):
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("bmemu", "reference", "work"):
        parser.add_argument(name)
    parser.add_argument("--networks", type=lambda s: s.split(","))
    parser.add_argument("--cells", type=chosen_cells)
    parser.add_argument("--csv")
    return parser


def cells(chosen):
    """Name, chip and type of each, or of those chosen by name."""
    for name in CELLS:
        if not chosen or name in chosen:
            yield (name, *name.split("/"))


def networks(reference, work, names):
    """Each with its file and its input. What is there already is used again."""
    for name in names:
        path = os.path.join(work, name + ".onnx")
        if not os.path.exists(path):
            make = os.path.join(reference, "networks", "make.py")
            subprocess.run([sys.executable, make, work, name], check=True, stdout=subprocess.DEVNULL)
        data = os.path.join(work, name + ".npz")
        if not os.path.exists(data):
            check = os.path.join(reference, "networks", "check.py")
            subprocess.run([sys.executable, check, "input", path, data], check=True)
        yield name, path, data


def compiled(bmemu, path, samples, chip, dtype, options):
    """The program (None: refused), CPU seconds, and the error. int8 is calibrated on `samples`, once per chip."""
    stem = f"{os.path.splitext(path)[0]}_{chip}"
    program = f"{stem}_{dtype}.bmodel"
    command = [bmemu, "compile", path, "--chip", chip, "--dtype", dtype, "-o", program]
    if dtype == "int8":
        table = stem + ".ranges"
        command += ["--calibration", table] if os.path.exists(table) else ["--calibrate", *samples, "--write-calibration", table]
    for file in (program, program.replace(".bmodel", ".json")):
        if os.path.exists(file):
            os.remove(file)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    run = subprocess.run(command + options, capture_output=True, text=True)
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    if run.returncode != 0:
        return None, seconds, (run.stderr.strip().splitlines() or ["?"])[0][:150]
    return program, seconds, ""


def run_values(bmemu, program, data, output):
    """Writes a program's outputs. The error (empty: it ran), and what it said of hazards and unwritten memory."""
    run = subprocess.run([bmemu, "run", program, "--fast-float", "--input", data, "--output", output],
                         capture_output=True, text=True)
    if run.returncode != 0:
        return run.stderr.strip()[:200] or "?", []
    lines = (run.stdout + run.stderr).splitlines()
    return "", [line.strip() for line in lines if re.search("hazard|missing wait|never written", line)]
