# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Blocks of convolutional networks, normalisation folded into the convolution before it."""
import torch
from torch import nn
from torch.nn import functional as F


class Conv(nn.Sequential):
    """A convolution (normalisation folded) and its activation, SiLU if not said otherwise."""

    def __init__(self, a, b, k=1, stride=1, act=nn.SiLU, groups=1):
        super().__init__(nn.Conv2d(a, b, k, stride, k // 2, groups=groups), act())


class Chain(nn.Module):
    """Results of every link, each link fed with the one before."""

    def __init__(self, *links):
        super().__init__()
        self.links = nn.ModuleList(links)

    def forward(self, x):
        results = []
        for link in self.links:
            x = link(x)
            results.append(x)
        return results


class Bottleneck(nn.Module):
    def __init__(self, width, first=1, add=True):
        super().__init__()
        self.body, self.add = nn.Sequential(Conv(width, width, first), Conv(width, width, 3)), add

    def forward(self, x):
        return x + self.body(x) if self.add else self.body(x)


class C3(nn.Module):
    def __init__(self, a, b, blocks, first=1, add=True):
        super().__init__()
        self.left, self.right, self.out = Conv(a, b // 2), Conv(a, b // 2), Conv(b, b)
        self.blocks = nn.Sequential(*(Bottleneck(b // 2, first, add) for _ in range(blocks)))

    def forward(self, x):
        return self.out(torch.cat((self.blocks(self.left(x)), self.right(x)), 1))


def twice(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


def centres(sizes):
    """Centres of the cells of grids of these sizes: 2 x cells."""
    return torch.cat([torch.stack(torch.meshgrid(torch.arange(n), torch.arange(n), indexing="xy")).flatten(1) + 0.5 for n in sizes], 1)


def images(height, width, batch=1, channels=3):
    return (torch.rand(batch, channels, height, width),)
