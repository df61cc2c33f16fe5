#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Writes networks with published times of which the table has not every program (docs/silicon/never-seen.md) as ONNX.

usage: further-networks.py DIR [NAME...]      needs PyPI torch 2.1.2, numpy 1.24.3, onnx 1.14; yolo11s, yolo12s: ultralytics 8.3.100

yolov5s, ppyolov3 and hrnet_w32 are for any batch (--input_shapes). How many classes the licence plate detector has is not published.
"""
import torch
from network_blocks import C3, Chain, Conv, images, twice
from network_export import main
from torch import nn
from torch.nn import functional as F


def as_rows(x):
    """Maps of three anchors as one row of numbers per anchor and cell; for any batch."""
    return x.view(-1, 3, x.shape[1] // 3, *x.shape[2:]).permute(0, 1, 3, 4, 2).contiguous()


class Yolov5s(nn.Module):
    """YOLOv5s v6.1 with `classes` classes: its three raw heads, one row of numbers per cell and anchor (`rows`) or as convolved."""

    def __init__(self, classes, rows):
        super().__init__()
        self.rows = rows
        level = lambda a, b, blocks: nn.Sequential(Conv(a, b, 3, 2), C3(b, b, blocks))
        stem = nn.Sequential(nn.Conv2d(3, 32, 6, 2, 2), nn.SiLU())
        self.backbone = Chain(nn.Sequential(stem, level(32, 64, 1), level(64, 128, 2)), level(128, 256, 3), level(256, 512, 1))
        self.first, self.last = Conv(512, 256), Conv(1024, 512)
        self.pools = Chain(*(nn.MaxPool2d(5, 1, 2) for _ in range(3)))
        self.narrow = nn.ModuleList([Conv(512, 256), Conv(256, 128)])
        self.up = nn.ModuleList([C3(512, 256, 1, add=False), C3(256, 128, 1, add=False)])
        self.down = nn.ModuleList([Conv(128, 128, 3, 2), Conv(256, 256, 3, 2)])
        self.merge = nn.ModuleList([C3(256, 256, 1, add=False), C3(512, 512, 1, add=False)])
        self.heads = nn.ModuleList(nn.Conv2d(a, 3 * (5 + classes), 1) for a in (128, 256, 512))

    def forward(self, x):
        c3, c4, x = self.backbone(x)
        x = self.first(x)
        n5 = self.narrow[0](self.last(torch.cat([x, *self.pools(x)], 1)))
        n4 = self.narrow[1](self.up[0](torch.cat([twice(n5), c4], 1)))
        p3 = self.up[1](torch.cat([twice(n4), c3], 1))
        p4 = self.merge[0](torch.cat([self.down[0](p3), n4], 1))
        p5 = self.merge[1](torch.cat([self.down[1](p4), n5], 1))
        found = [head(x) for head, x in zip(self.heads, (p3, p4, p5))]
        return [as_rows(x) for x in found] if self.rows else found


def leaky(a, b, k=1, stride=1):
    return Conv(a, b, k, stride, lambda: nn.LeakyReLU(0.1))


class DarkBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(leaky(width, width // 2), leaky(width // 2, width, 3))

    def forward(self, x):
        return x + self.body(x)


class PpYolov3(nn.Module):
    """YOLOv3 on DarkNet-53 with leaky ReLU, as PaddleDetection has it; three raw heads, one row of numbers per cell and anchor."""

    def __init__(self, classes=80):
        super().__init__()
        level = lambda a, blocks: nn.Sequential(leaky(a, 2 * a, 3, 2), *(DarkBlock(2 * a) for _ in range(blocks)))
        self.backbone = Chain(nn.Sequential(leaky(3, 32, 3), level(32, 1), level(64, 2), level(128, 8)), level(256, 8), level(512, 4))
        routes = lambda a, b: nn.Sequential(leaky(a, b), leaky(b, 2 * b, 3), leaky(2 * b, b), leaky(b, 2 * b, 3), leaky(2 * b, b))
        self.routes = nn.ModuleList([routes(1024, 512), routes(768, 256), routes(384, 128)])
        self.tips = nn.ModuleList(nn.Sequential(leaky(b, 2 * b, 3), nn.Conv2d(2 * b, 3 * (5 + classes), 1)) for b in (512, 256, 128))
        self.up = nn.ModuleList([leaky(512, 256), leaky(256, 128)])

    def forward(self, x):
        levels, found = self.backbone(x), []
        x = levels[2]
        for i in range(3):
            x = self.routes[i](x if i == 0 else torch.cat([twice(self.up[i - 1](x)), levels[2 - i]], 1))
            y = self.tips[i](x)
            found.append(as_rows(y))
        return found


class BasicBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(Conv(width, width, 3, act=nn.ReLU), Conv(width, width, 3, act=nn.Identity))

    def forward(self, x):
        return F.relu(x + self.body(x))


class WideBlock(nn.Module):
    def __init__(self, a):
        super().__init__()
        self.body = nn.Sequential(Conv(a, 64, act=nn.ReLU), Conv(64, 64, 3, act=nn.ReLU), nn.Conv2d(64, 256, 1))
        self.skip = nn.Identity() if a == 256 else nn.Conv2d(a, 256, 1)

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


class Exchange(nn.Module):
    """Branches of four blocks each, then every one of the first `outputs` branches a sum of all."""

    def __init__(self, widths, outputs):
        super().__init__()
        self.branches = nn.ModuleList(nn.Sequential(*(BasicBlock(w) for _ in range(4))) for w in widths)
        self.paths = nn.ModuleList(nn.ModuleList(self.path(widths, j, i) for j in range(len(widths))) for i in range(outputs))

    @staticmethod
    def path(widths, j, i):
        if j == i:
            return nn.Identity()
        if j > i:
            return nn.Sequential(nn.Conv2d(widths[j], widths[i], 1), nn.Upsample(scale_factor=2 ** (j - i), mode="nearest"))
        return nn.Sequential(*(Conv(widths[j], widths[j], 3, 2, nn.ReLU) for _ in range(i - j - 1)),
                             nn.Conv2d(widths[j], widths[i], 3, 2, 1))

    def forward(self, levels):
        levels = [branch(x) for branch, x in zip(self.branches, levels)]
        return [F.relu(sum(path(x) for path, x in zip(paths, levels))) for paths in self.paths]


class HrNetPose(nn.Module):
    """HRNet-W32 for poses: 17 maps of a quarter of the size."""

    def __init__(self):
        super().__init__()
        w = [32, 64, 128, 256]
        relu = lambda a, b, k=3, stride=1: Conv(a, b, k, stride, nn.ReLU)
        self.stem = nn.Sequential(relu(3, 64, 3, 2), relu(64, 64, 3, 2), WideBlock(64), *(WideBlock(256) for _ in range(3)))
        self.begin = nn.ModuleList([relu(256, w[0]), relu(256, w[1], 3, 2)])
        self.more = nn.ModuleList([relu(w[1], w[2], 3, 2), relu(w[2], w[3], 3, 2)])
        stage = lambda n, modules, last: nn.Sequential(*(Exchange(w[:n], n) for _ in range(modules - 1)), Exchange(w[:n], last))
        self.stages = nn.ModuleList([stage(2, 1, 2), stage(3, 4, 3), stage(4, 3, 1)])
        self.maps = nn.Conv2d(w[0], 17, 1)

    def forward(self, x):
        x = self.stem(x)
        levels = self.stages[0]([begin(x) for begin in self.begin])
        for more, stage in zip(self.more, self.stages[1:]):
            levels = stage([*levels, more(levels[-1])])
        return self.maps(levels[0])


class Ultralytics(nn.Module):
    """A detector of ultralytics as it exports itself; its one output turned to a row of numbers per box if `rows`."""

    def __init__(self, name, rows):
        super().__init__()
        from ultralytics.nn.tasks import DetectionModel
        self.model, self.rows = DetectionModel(f"{name}.yaml", verbose=False).eval().fuse(verbose=False), rows
        self.model.model[-1].export, self.model.model[-1].format = True, "onnx"
        for module in self.model.modules():
            if type(module).__name__ == "C2f":
                module.forward = module.forward_split

    def forward(self, x):
        x = self.model(x)
        return x.permute(0, 2, 1) if self.rows else x


SQUARE = images(640, 640)
NETWORKS = {
    "yolov5s_license": (lambda: Yolov5s(1, True), SQUARE),
    "yolov5s_tpukernel": (lambda: Yolov5s(80, False), SQUARE),
    "ppyolov3": (PpYolov3, images(608, 608)),
    "hrnet_w32": (HrNetPose, images(256, 192)),
    "yolo11s_opt": (lambda: Ultralytics("yolo11s", True), SQUARE),
    "yolo12s": (lambda: Ultralytics("yolo12s", False), SQUARE),
}


def deploy(name):
    return "--quantize F16|F32|INT8 --chip bm1684x|bm1684 [INT8: --calibration_table TABLE]"


if __name__ == "__main__":
    main(NETWORKS, deploy, lambda name: 12)
