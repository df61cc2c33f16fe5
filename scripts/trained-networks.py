#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Writes traces/claims/trained/*.onnx from the trained networks that the PyPI package facenet-pytorch 2.6.0 ships.

    pip download --no-deps facenet-pytorch==2.6.0
    scripts/trained-networks.py facenet_pytorch-2.6.0-py3-none-any.whl traces/claims/trained

P-Net and R-Net of MTCNN (Zhang et al. 2016), small convolutional face detectors, trained on photographs. MIT licence (the
package's LICENSE.md is written beside them). Needs numpy, onnx and torch (to read the weights).
"""
import io, pathlib, sys, zipfile

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper


class Builder:
    def __init__(self, name, weights, shape):
        self.name, self.weights, self.nodes, self.constants, self.last = name, weights, [], [], "image"
        self.inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)]
        self.outputs = []

    def constant(self, key, shape=None):
        array = self.weights[key].numpy().astype(np.float32)
        self.constants.append(numpy_helper.from_array(array if shape is None else array.reshape(shape), key))
        return key

    def add(self, operator, result, extra=(), source=None, **attributes):
        self.nodes.append(helper.make_node(operator, [source or self.last, *extra], [result], name=result, **attributes))
        self.last = result
        return result

    def conv(self, key, source=None):
        kernel = list(self.weights[f"{key}.weight"].shape[2:])
        return self.add("Conv", key, [self.constant(f"{key}.weight"), self.constant(f"{key}.bias")], source, kernel_shape=kernel)

    def prelu(self, key, spatial=True):
        channels = self.weights[f"{key}.weight"].numel()
        return self.add("PRelu", key, [self.constant(f"{key}.weight", (channels, 1, 1) if spatial else (channels,))])

    def pool(self, name, size, stride):
        return self.add("MaxPool", name, kernel_shape=[size, size], strides=[stride, stride], ceil_mode=1)

    def dense(self, key, source=None):
        return self.add("Gemm", key, [self.constant(f"{key}.weight"), self.constant(f"{key}.bias")], source, transB=1)

    def output(self, name):
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))

    def model(self):
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7, producer_name="bmemu")
        model = onnx.shape_inference.infer_shapes(model)
        onnx.checker.check_model(model)
        return model


def pnet(weights):
    net = Builder("pnet", weights, [1, 3, 96, 96])
    net.conv("conv1"), net.prelu("prelu1"), net.pool("pool1", 2, 2)
    net.conv("conv2"), net.prelu("prelu2"), net.conv("conv3")
    features = net.prelu("prelu3")
    net.conv("conv4_1"), net.output(net.add("Softmax", "face", axis=1))
    net.output(net.conv("conv4_2", features))
    return net.model()


def rnet(weights):
    net = Builder("rnet", weights, [1, 3, 24, 24])
    net.conv("conv1"), net.prelu("prelu1"), net.pool("pool1", 3, 2)
    net.conv("conv2"), net.prelu("prelu2"), net.pool("pool2", 3, 2)
    net.conv("conv3"), net.prelu("prelu3")
    net.add("Transpose", "turned", perm=[0, 3, 2, 1]), net.add("Flatten", "flat", axis=1)
    net.dense("dense4")
    features = net.prelu("prelu4", spatial=False)
    net.dense("dense5_1"), net.output(net.add("Softmax", "face", axis=1))
    net.output(net.dense("dense5_2", features))
    return net.model()


def main(wheel, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as package:
        for name, build in (("pnet", pnet), ("rnet", rnet)):
            weights = torch.load(io.BytesIO(package.read(f"facenet_pytorch/data/{name}.pt")), map_location="cpu")
            (folder / f"{name}.onnx").write_bytes(build(weights).SerializeToString(deterministic=True))
        licence = next(n for n in package.namelist() if n.endswith("LICENSE.md"))
        (folder / "LICENSE.md").write_bytes(package.read(licence))


if __name__ == "__main__":
    main(*sys.argv[1:])
