#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Writes the transformer block of traces/claims/fp32/fused_*: a compiler makes one layer of its attention.

    scripts/attention-block.py DIR      needs PyPI torch 2.1.2, onnx 1.14, onnxruntime, numpy 1.24.3

Makes DIR/fused.onnx, its input fused_input.npy [1, 32, 64], and its output in double precision (fused_double.npy) and by
ONNX Runtime in single precision (fused_ort.npy). The commands that it prints compile it. Heads, weights and the order of
operations are those of BERT's layers; the first sum with the input is left out, because tpu_mlir 1.30.2 fails on it.
"""
import math
import sys

import numpy as np
import onnxruntime
import torch
from torch import nn

TOKENS, WIDTH, HEADS = 32, 64, 4


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.wide, self.narrow = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)
        self.first_norm, self.second_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)

    @staticmethod
    def heads(x):
        return x.view(1, TOKENS, HEADS, WIDTH // HEADS).permute(0, 2, 1, 3)

    def forward(self, x):
        query, key, value = (self.heads(part(x)) for part in (self.query, self.key, self.value))
        shares = torch.softmax(query @ key.transpose(-1, -2) / math.sqrt(WIDTH // HEADS), dim=-1)
        context = (shares @ value).permute(0, 2, 1, 3).contiguous().view(1, TOKENS, WIDTH)
        y = self.first_norm(self.out(context))
        return self.second_norm(self.narrow(torch.relu(self.wide(y))) + y)


def with_random_weights(network):
    """Weights that keep the size of values; biases and scales that are not the zeros and ones of a new network."""
    for weight in network.parameters():
        if weight.ndim == 2:
            weight.data = torch.randn_like(weight) * 1.5 / math.sqrt(weight.shape[1])
        elif torch.all(weight == 1):
            weight.data = torch.rand_like(weight) + 0.5
        else:
            weight.data = torch.randn_like(weight) * 0.1
    return network


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    name = f"{sys.argv[1]}/fused"
    torch.manual_seed(7)
    network, x = with_random_weights(Block()).eval(), torch.randn(1, TOKENS, WIDTH)
    with torch.no_grad():
        torch.onnx.export(network, (x,), f"{name}.onnx", opset_version=13, input_names=["x"], output_names=["y"])
        exact = network.double()(x.double()).numpy()
    single = onnxruntime.InferenceSession(f"{name}.onnx").run(None, {"x": x.numpy()})[0]
    for what, array in (("input", x.numpy()), ("double", exact), ("ort", single)):
        np.save(f"{name}_{what}.npy", array)
    print(f"model_transform --model_name fused --model_def fused.onnx --input_shapes [[1,{TOKENS},{WIDTH}]] --mlir fused.mlir")
    for chip in ("bm1684", "bm1684x"):
        print(f"model_deploy --mlir fused.mlir --quantize F32 --processor {chip} --model fused_{chip}_f32.bmodel")


main()
