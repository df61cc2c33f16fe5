# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Layers of the networks of comparison_networks.py, and the switches that choose them."""
import torch
from torch import nn
from torch.nn import functional as F


class Switches(dict):
    def of(self, key, part, default=None):
        return self.get(f"{key}_{part}", self.get(key, default))


class Shuffle(nn.Module):
    def __init__(self, groups=4):
        super().__init__()
        self.groups = groups

    def forward(self, x):
        n, c, h, w = x.shape
        return x.view(n, self.groups, c // self.groups, h, w).transpose(1, 2).reshape(n, c, h, w)


class SwapAxes(nn.Module):
    """Another order of the axes and back, with work between that keeps the two from cancelling."""

    def forward(self, x):
        if x.dim() == 4:
            return (x.permute(0, 3, 1, 2) * 0.9).permute(0, 2, 3, 1)
        return (x.transpose(1, 2) * 0.9).transpose(1, 2)


class Pick(nn.Module):
    """Channels (or tokens) in a random order."""

    def __init__(self, count):
        super().__init__()
        self.register_buffer("order", torch.randperm(count, generator=torch.Generator().manual_seed(5)))

    def forward(self, x):
        return torch.index_select(x, 1, self.order)


class Checkered(nn.Module):
    """The four pixels of each 2x2 become channels, and a convolution makes them as few as before."""

    def __init__(self, channels):
        super().__init__()
        self.join = nn.Conv2d(4 * channels, channels, 1)

    def forward(self, x):
        parts = [x[:, :, i::2, j::2] for j in (0, 1) for i in (0, 1)]
        return F.interpolate(self.join(torch.cat(parts, 1)), scale_factor=2, mode="nearest")


class Resize(nn.Module):
    def __init__(self, mode, factor=2, back=True):
        super().__init__()
        self.mode, self.factor, self.back = mode, factor, back

    def forward(self, x):
        corners = {} if self.mode == "nearest" else {"align_corners": False}
        y = F.interpolate(x, scale_factor=self.factor, mode=self.mode, **corners)
        return F.avg_pool2d(y, self.factor) if self.back else y


class ChannelNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x):
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Rms(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * self.gain


ACTIVATIONS = {"relu": nn.ReLU, "relu6": nn.ReLU6, "silu": nn.SiLU, "gelu": nn.GELU, "leaky": lambda: nn.LeakyReLU(0.1),
               "hardswish": nn.Hardswish, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "elu": nn.ELU, "mish": nn.Mish,
               "prelu": nn.PReLU, "softplus": nn.Softplus}


def extra(kind, channels):
    """A layer that keeps the shape."""
    makers = {"axes": SwapAxes, "softmax": lambda: nn.Softmax(-1), "channel_softmax": lambda: nn.Softmax(1),
              "bn": lambda: nn.BatchNorm2d(channels), "group_norm": lambda: nn.GroupNorm(8, channels),
              "instance_norm": lambda: nn.InstanceNorm2d(channels, affine=True),
              "channel_norm": lambda: ChannelNorm(channels), "layer_norm": lambda: nn.LayerNorm(channels),
              "rms": lambda: Rms(channels), "bilinear": lambda: Resize("bilinear"),
              "nearest": lambda: Resize("nearest", 3), "shuffle": Shuffle, "pick": lambda: Pick(channels),
              "checkered": lambda: Checkered(channels), "pool": lambda: nn.MaxPool2d(3, 1, 1)}
    return makers[kind]() if kind in makers else ACTIVATIONS[kind]()


def maybe_extra(switches, part, channels):
    kind = switches.get(f"extra_{part}")
    return extra(kind, channels) if kind else nn.Identity()


def conv(cin, cout, kernel, stride=1, act="relu", groups=1, dilation=1, uneven=False):
    pad = dilation * (kernel // 2)
    layers = [nn.ZeroPad2d((pad - 1, pad, pad - 1, pad)), nn.Conv2d(cin, cout, kernel, stride, 0, dilation, groups)] \
        if uneven else [nn.Conv2d(cin, cout, kernel, stride, pad, dilation, groups, bias=False), nn.BatchNorm2d(cout)]
    return nn.Sequential(*layers, *([ACTIVATIONS[act]()] if act else []))
