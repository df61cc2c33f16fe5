#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Compiles models that nobody here has made, runs them on both chips, and has ONNX Runtime judge the values.

    foreign-models.py BMEMU WORK [MODEL.onnx ...] [--cells bm1684x/int8,...] [--options="--no-layer-group"]

Without models: those of tests/data/models, which are written as exporters write them. An array file MODEL.npz beside a
model is its input (token ids need one); else inputs are random. int8 is calibrated on three samples, of which the input
is one. Needs numpy, onnx (1.14 or newer) and onnxruntime of PyPI.

Limits: fp32 within 0.001 of the largest value of an output, fp16 cosine 0.9995, int8 on BM1684X cosine 0.99; int8 on
BM1684 is reported. A refusal is told, and counted apart, and so is a model that ONNX Runtime refuses; a missing wait or a read of memory that nobody wrote fails.
Exit 1: something failed.
"""
import argparse
import glob
import os
import re
import sys

import numpy as np
import onnx
import onnx.parser
import onnxruntime

from compiled_networks import cells, chosen_cells, compiled, run_values

LEAST_COSINE = {"fp16": 0.9995, "bf16": 0.995, "int8": 0.99}
MODELS = os.path.join(os.path.dirname(__file__), "../../tests/data/models/*.txt")
NUMPY = {onnx.TensorProto.FLOAT: np.float32, onnx.TensorProto.FLOAT16: np.float16, onnx.TensorProto.DOUBLE: np.float64,
         onnx.TensorProto.INT64: np.int64, onnx.TensorProto.INT32: np.int32, onnx.TensorProto.BOOL: np.bool_,
         onnx.TensorProto.UINT8: np.uint8, onnx.TensorProto.INT8: np.int8}


def filled(model, random):
    """What is declared and computed by nothing becomes a constant, of a size that keeps sums sane."""
    graph = model.graph
    known = {value.name for value in (*graph.input, *graph.initializer)} | {o for n in graph.node for o in n.output}
    for value in graph.value_info:
        if value.name not in known:
            shape = [d.dim_value for d in value.type.tensor_type.shape.dim]
            numbers = random.standard_normal(shape) * 1.5 / np.sqrt(max(1, np.prod(shape[1:])))
            graph.initializer.append(onnx.numpy_helper.from_array(numbers.astype(np.float32), value.name))
    del graph.value_info[:]
    return model


def write_models(work):
    """Yields each file with whether its numbers jump where others are rounded: then only fp32 is judged."""
    for path in sorted(glob.glob(MODELS)):
        with open(path) as file:
            parts = re.split(r"^# ", file.read(), flags=re.M)[1:]
        for part in parts:
            head, body = part.split("\n", 1)
            name, _, opset, *rest = head.split()
            model = onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["" : {opset}]> m {body}')
            to = os.path.join(work, name + ".onnx")
            onnx.save(filled(model, np.random.RandomState(len(name))), to)
            yield to, bool(rest)


def feeds(model, seed, known):
    random, constants, arrays = np.random.RandomState(seed), {i.name for i in model.graph.initializer}, {}
    for value in model.graph.input:
        if value.name in constants:
            continue
        shape = [max(1, d.dim_value) for d in value.type.tensor_type.shape.dim]
        kind = NUMPY[value.type.tensor_type.elem_type]
        if value.name in known and known[value.name].dtype.kind in "ib":
            arrays[value.name] = known[value.name]  # other ids may be of no row
        elif np.issubdtype(kind, np.floating):
            arrays[value.name] = random.standard_normal(shape).astype(kind)
        else:
            arrays[value.name] = random.randint(0, 2, shape).astype(kind)
    return {**arrays, **known} if seed == 0 else arrays


def verdict(expected, got, chip, dtype):
    """Whether an output is well, and what was found."""
    if expected.size != got.size:
        return False, f"{got.size} elements instead of {expected.size}"
    want, have = expected.astype(np.float64).ravel(), got.astype(np.float64).ravel()
    if not (np.isfinite(want) == np.isfinite(have)).all():
        return False, "infinities or NaN in other places"
    is_finite = np.isfinite(want)
    want, have = want[is_finite], have[is_finite]
    if want.size == 0:
        return True, "nothing finite"
    error = np.abs(have - want).max() / max(np.abs(want).max(), 1e-6)
    size = np.linalg.norm(want) * np.linalg.norm(have)
    cosine = want @ have / size if size > 0 else float(error < 1e-3)
    if dtype == "fp32":
        return error <= 1e-3, f"largest difference {error:.2g}"
    return (chip, dtype) == ("bm1684", "int8") or cosine >= LEAST_COSINE[dtype], f"cosine {cosine:.5f}"


def judged(bmemu, path, cell, options):
    """"ok", "refused", "no judge" or "FAILED", and what was said."""
    stem, (_, chip, dtype) = os.path.splitext(path)[0], cell
    model = onnx.load(path)
    known = dict(np.load(stem + ".npz")) if os.path.exists(stem + ".npz") else {}
    samples = []
    for seed in range(3):
        samples.append(f"{stem}_sample{seed}.npz")
        np.savez(samples[-1], **feeds(model, seed, known))
    inputs = dict(np.load(samples[0]))  # ONNX Runtime's output may be the memory of an input
    try:
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        expected = session.run(None, inputs)
    except Exception as error:  # of many types
        return "no judge", str(error).replace("\n", " ")[:200]
    program, _, said = compiled(bmemu, path, samples, chip, dtype, options)
    if program is None:
        return "refused" if said.startswith("bmemu: E-") else "FAILED", said
    error, found = run_values(bmemu, program, samples[0], stem + "_out.npz")
    if error:
        return "FAILED", error
    got = dict(np.load(stem + "_out.npz"))
    if len(got) != len(expected):
        return "FAILED", f"{len(got)} outputs instead of {len(expected)}"
    # An output that is an input has another name.
    names = [output.name for output in session.get_outputs()]
    others = iter([array for name, array in got.items() if name not in names])
    outcomes = [verdict(a, got[name] if name in got else next(others), chip, dtype) for name, a in zip(names, expected)]
    worst = [said for ok, said in outcomes if not ok] or [outcomes[0][1]]
    return "ok" if not found and all(ok for ok, _ in outcomes) else "FAILED", "; ".join(worst + found)[:200]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bmemu")
    parser.add_argument("work")
    parser.add_argument("models", nargs="*")
    parser.add_argument("--cells", type=chosen_cells)
    parser.add_argument("--options", type=str.split, default=[])
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    counts = {"ok": 0, "refused": 0, "no judge": 0, "FAILED": 0}
    for path, jumps in [(path, False) for path in args.models] or write_models(args.work):
        for cell in cells(args.cells):
            if jumps and cell[2] != "fp32":
                continue
            outcome, said = judged(args.bmemu, path, cell, args.options)
            counts[outcome] += 1
            if args.models or outcome != "ok":
                print(f"{os.path.basename(path):40}{cell[0]:14}{outcome:9}{said}", flush=True)
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    return 1 if counts["FAILED"] else 0


if __name__ == "__main__":
    sys.exit(main())
