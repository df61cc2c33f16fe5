# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Writes networks as ONNX with random weights, and prints the commands that compile them."""
import sys

import torch


def with_own_values(network):
    """Biases of zero and scales of one, as networks begin, would be dropped by exporter and compiler."""
    for tensor in [*network.parameters(), *network.buffers()]:
        if tensor.is_floating_point() and tensor.numel() > 1 and torch.all(tensor == tensor.flatten()[0]):
            tensor.data = torch.rand_like(tensor) + 0.5
    return network


def main(networks, deploy, opset):
    """Arguments: DIR [NAME...]. `networks`: name -> (maker, inputs); `deploy`, `opset`: options of model_deploy and opset of a name."""
    torch.manual_seed(1)
    for name in sys.argv[2:] or networks:
        make, inputs = networks[name]
        shapes = str([list(x.shape) for x in inputs]).replace(" ", "")
        with torch.no_grad():
            torch.onnx.export(with_own_values(make()).eval(), inputs, f"{sys.argv[1]}/{name}.onnx", opset_version=opset(name))
        print(f"model_transform --model_name {name} --model_def {name}.onnx --input_shapes {shapes} --mlir {name}.mlir")
        print(f"model_deploy --mlir {name}.mlir {deploy(name)} --model {name}.bmodel")
