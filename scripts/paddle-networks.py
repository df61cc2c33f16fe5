#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Fetches the readers of PP-OCR and exports PP-YOLOE-s, networks with published times that the table lacks (docs/silicon/never-seen.md), as ONNX.

usage: paddle-networks.py DIR [PADDLEDETECTION]

PP-OCR: the ONNX files of PyPI rapidocr-onnxruntime 1.2.3 (PP-OCRv3) and 1.3.24 (PP-OCRv4), which paddle2onnx made of the published models.
PP-YOLOE-s, random weights: a checkout of PaddleDetection v2.6.0 and what it asks for, PyPI paddlepaddle 2.6.2 and paddle2onnx 1.2.4.
"""
import functools
import pathlib
import subprocess
import sys
import tempfile
import zipfile

WHEELS = {"1.2.3": ["ch_ppocr_mobile_v2.0_cls", "ch_PP-OCRv3_rec", "ch_PP-OCRv3_det"], "1.3.24": ["ch_PP-OCRv4_rec", "ch_PP-OCRv4_det"]}
SHAPES = {"cls": "[[B,3,48,192]]", "rec": "[[B,3,48,320]] or [[B,3,48,640]]", "det": "[[B,3,640,640]]"}


def commands(name, shapes, options=""):
    print(f"model_transform --model_name {name} --model_def {name}.onnx --input_shapes {shapes} {options}--mlir {name}.mlir")
    print(f"model_deploy --mlir {name}.mlir --quantize F16|F32 --chip bm1684x|bm1684 --model {name}.bmodel")


def ocr(folder):
    for version, names in WHEELS.items():
        with tempfile.TemporaryDirectory() as place:
            package = f"rapidocr-onnxruntime=={version}"
            subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", place, package], check=True)
            with zipfile.ZipFile(next(pathlib.Path(place).glob("*.whl"))) as wheel:
                for name in names:
                    (folder / f"{name}.onnx").write_bytes(wheel.read(f"rapidocr_onnxruntime/models/{name}_infer.onnx"))
                    commands(name, SHAPES[name[-3:]])


def ppyoloe(folder, checkout):
    sys.path.insert(0, str(checkout))
    import cv2, matplotlib.pyplot, pandas, PIL.Image, scipy.ndimage  # noqa: E401,F401  before paddle, whose zlib they would get
    import paddle
    paddle.jit.to_static = functools.partial(paddle.jit.to_static, full_graph=True)
    from ppdet.core.workspace import load_config
    from ppdet.engine import Trainer
    config = load_config(str(checkout / "configs/ppyoloe/ppyoloe_crn_s_400e_coco.yml"))
    config["use_gpu"], config["pretrain_weights"], config["weights"] = False, None, None
    with tempfile.TemporaryDirectory() as place:
        Trainer(config, mode="test").export(place)
        made = next(pathlib.Path(place).glob("*/model.pdmodel")).parent
        subprocess.run([pathlib.Path(sys.executable).with_name("paddle2onnx"), "--model_dir", made, "--model_filename", "model.pdmodel",
                        "--params_filename", "model.pdiparams", "--opset_version", "11", "--save_file", folder / "ppyoloe.onnx"], check=True)
    commands("ppyoloe", "[[B,3,640,640],[B,2]]", "--output_names p2o.Div.1,p2o.Concat.29 ")


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    ocr(target)
    if len(sys.argv) > 2:
        ppyoloe(target, pathlib.Path(sys.argv[2]))
