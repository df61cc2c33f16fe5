#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Makes pairs of programs with known edits by the vendor's public compiler, and the tables for compare-score.py.

  comparison-pairs.py OUT [--only PATTERN] [--compiler VERSION=FOLDER] [--list]

Needs PyPI tpu_mlir and torch 2.1.2 in the Python that runs this, and zstd. `--compiler 1.9=FOLDER` names the unpacked
package of another version for pairs that change it; without it they are left out. Writes OUT/programs/*.bmodel.zst with
their layer maps, and the tables OUT/one/index.csv (one edit) and OUT/several/index.csv (several edits, and the programs
of each alone). Programs that are there already are not made again. The answers are in comparison_answers.py: they are
written down before anything is compared. Then: compare-score.py BMEMU OUT/one OUT/several
"""
import argparse
import csv
import fnmatch
import glob
import hashlib
import json
import os
import subprocess
import sys
import tempfile

from comparison_answers import ONE_EDIT, SEVERAL_EDITS

TIMEOUT_S = 900


def merged(base, change):
    """A variant with a change: switches and options are added, everything else is replaced."""
    result = {**base, **change}
    result["switches"] = {**base.get("switches", {}), **change.get("switches", {})}
    if not result.get("compiler"):
        result.pop("compiler", None)
    removed = result.pop("remove", None)
    options = [option for option in base.get("options", "").split() if option != removed]
    result["options"] = " ".join([*options, *change.get("options", "").split()])
    return result


def name_of(variant):
    key = hashlib.sha1(json.dumps(variant, sort_keys=True).encode()).hexdigest()[:10]
    return f"{variant['network']}_{variant['chip']}_{variant['dtype'].lower()}_{key}"


def export(variant, path):
    import torch
    from comparison_networks import NETWORKS
    torch.manual_seed(2)
    maker, shape = NETWORKS[variant["network"]]
    network = maker(variant["switches"]).eval()
    shape = [variant.get("batch", 1), *variant.get("shape", shape)]
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):  # one that does nothing would be left out
                module.running_mean.uniform_(-0.1, 0.1)
                module.running_var.uniform_(0.5, 1.5)
    torch.onnx.export(network, torch.rand(shape), path, opset_version=13, input_names=["x"])
    return shape


def write_calibration(mlir, path, variant):
    """The same range for every tensor but those of `ranges`: good for shapes and instructions, not for values."""
    low, ranges = variant.get("low", -2.5), variant.get("ranges", {})
    with open(mlir) as file, open(path, "w") as table:
        for name in sorted({part.split('"')[0] for part in file.read().split('loc("')[1:]}):
            high = next((end for pattern, end in ranges.items() if fnmatch.fnmatchcase(name, pattern)), 2.5)
            table.write(f"{name} {high} {low * high / 2.5} {high}\n")


def run(command, folder, package):
    environment = dict(os.environ)
    if package:
        tools = os.path.join(package, "tpu_mlir", "python", "tools")
        root = os.path.join(package, "tpu_mlir")
        environment.update(TPUC_ROOT=root, PATH=os.path.join(root, "bin") + ":" + environment["PATH"],
                           LD_LIBRARY_PATH=os.path.join(root, "lib"),
                           PYTHONPATH=":".join((package, os.path.join(root, "python"), tools)))
        command = [sys.executable, os.path.join(tools, command[0] + ".py"), *command[1:]]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S)
    if done.returncode != 0:
        raise RuntimeError((done.stdout + done.stderr)[-1500:])


def compile_variant(variant, target, package):
    with tempfile.TemporaryDirectory() as folder:
        shape = export(variant, os.path.join(folder, "net.onnx"))
        run(["model_transform", "--model_name", "net", "--model_def", "net.onnx", "--input_shapes", json.dumps([shape]),
             "--mlir", "net.mlir", *variant.get("transform", "").split()], folder, package)
        deploy = ["model_deploy", "--mlir", "net.mlir", "--quantize", variant["dtype"], "--model", "net.bmodel",
                  "--chip", variant["chip"], *variant["options"].split()]
        if variant["dtype"] == "INT8":
            write_calibration(os.path.join(folder, "net.mlir"), os.path.join(folder, "table"), variant)
            deploy += ["--calibration_table", "table"]
        if "types" in variant:
            with open(os.path.join(folder, "types"), "w") as file:
                file.writelines(f"{layer} {kind}\n" for layer, kind in variant["types"].items())
            deploy += ["--quantize_table", "types"]
        run(deploy, folder, package)
        maps = [*glob.glob(os.path.join(folder, "**", "tensor_location.json"), recursive=True),
                *glob.glob(os.path.join(folder, "net.bmodel.json"))]  # older compilers
        for source, suffix in ((maps[0], ".loc.json.zst"), (os.path.join(folder, "net.bmodel"), ".bmodel.zst")):
            subprocess.run(["zstd", "-9", "-q", "-f", source, "-o", target + suffix], check=True)


class Programs:
    def __init__(self, out, compilers, is_complete):
        self.folder, self.compilers, self.is_complete = os.path.join(out, "programs"), compilers, is_complete
        os.makedirs(self.folder, exist_ok=True)

    def make(self, variant):
        """Name of its file from the folders of the tables; None when it could not be made."""
        target = os.path.join(self.folder, name_of(variant))
        version = variant.get("compiler")
        if version and version not in self.compilers:
            return None
        if not any(os.path.exists(target + end) for end in (".bmodel.zst", ".failed")) and not self.is_complete:
            try:
                os.close(os.open(target + ".lock", os.O_CREAT | os.O_EXCL))  # another process may be making it
            except FileExistsError:
                return None
            try:
                compile_variant(variant, target, self.compilers.get(version))
                print("made", name_of(variant), flush=True)
            except (RuntimeError, subprocess.SubprocessError) as error:
                with open(target + ".failed", "w") as file:
                    file.write(json.dumps(variant) + "\n" + str(error))
                print("FAILED", name_of(variant), file=sys.stderr, flush=True)
            os.remove(target + ".lock")
        return None if not os.path.exists(target + ".bmodel.zst") else f"../programs/{name_of(variant)}.bmodel.zst"


def variant_with(pair, which):
    variant = {"options": "", "switches": {}, **pair["base"]}
    for i in which:
        variant = merged(variant, pair["edits"][i].get("change", {}))
    return variant


def write_table(path, columns, rows):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def one_row(pair, programs):
    edit = pair["edits"][0]
    a, b = programs.make(variant_with(pair, [])), programs.make(variant_with(pair, [0]))
    return a and b and {"pair": pair["name"], "file_a": a, "file_b": b, "run_args_b": edit.get("run_args", ""),
                        "change_class": edit["class"], "layers": edit["layers"], "also": edit.get("also", ""),
                        "expected": edit.get("expected", "unknown")}


def several_row(pair, programs):
    everything = range(len(pair["edits"]))
    wanted = {f"e{i + 1}": [i] for i in everything}
    if len(pair["edits"]) > 2:
        wanted.update({f"r{i + 1}": [k for k in everything if k != i] for i in everything})
    a, b = programs.make(variant_with(pair, [])), programs.make(variant_with(pair, everything))
    singles = {label: programs.make(variant_with(pair, which)) for label, which in wanted.items()}
    if not a or not b or not all(singles.values()):
        return None
    return {"pair": pair["name"], "file_a": a, "file_b": b, "singles": ";".join(f"{k}:{v}" for k, v in singles.items()),
            "edits": ";".join(f"{e['class']}:{e['layers']}" for e in pair["edits"]),
            "also": ";".join(f"{e['class']}:{e['also'].replace(';', '|')}" for e in pair["edits"] if e.get("also"))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--only", default="*", help="pairs whose name matches")
    parser.add_argument("--compiler", action="append", default=[], help="VERSION=FOLDER")
    parser.add_argument("--list", action="store_true", help="pairs and answers; makes nothing")
    parser.add_argument("--tables", action="store_true", help="tables of the programs that are there; makes none")
    args = parser.parse_args()
    if args.list:
        for pair in ONE_EDIT + SEVERAL_EDITS:
            edits = "; ".join(f"{e['class']} {e['layers']}" for e in pair["edits"])
            print(pair["name"], name_of(variant_with(pair, [])), edits)
        return
    programs = Programs(args.out, dict(c.split("=", 1) for c in args.compiler), args.tables)
    chosen = lambda pairs: [p for p in pairs if fnmatch.fnmatch(p["name"], args.only)]
    one = [one_row(pair, programs) for pair in chosen(ONE_EDIT)]
    several = [several_row(pair, programs) for pair in chosen(SEVERAL_EDITS)]
    columns = ["pair", "file_a", "file_b", "run_args_a", "run_args_b"]
    write_table(os.path.join(args.out, "one", "index.csv"), [*columns, "change_class", "layers", "also", "expected"],
                filter(None, one))
    write_table(os.path.join(args.out, "several", "index.csv"), [*columns, "edits", "also", "singles"],
                filter(None, several))
    left_out = (one + several).count(None)
    print(f"{len(one) + len(several) - left_out} pairs, {left_out} left out")


if __name__ == "__main__":
    main()
