#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Writes convolutional networks with published times that were never in the table of programs (docs/silicon/never-seen.md) as ONNX.

usage: convolutional-networks.py DIR [NAME...]      needs PyPI torch 2.1.2, numpy 1.24.3, onnx 1.14
"""
import torch
from network_blocks import C3, Chain, Conv, centres, images, twice
from network_export import main
from torch import nn
from torch.nn import functional as F


class RealEsrgan(nn.Module):
    """realesr-general-x4v3: SRVGGNetCompact of 32 inner convolutions, four times as wide and high."""

    def __init__(self, features=64, inner=32):
        super().__init__()
        layers = [nn.Conv2d(3, features, 3, padding=1), nn.PReLU(features)]
        for _ in range(inner):
            layers += [nn.Conv2d(features, features, 3, padding=1), nn.PReLU(features)]
        self.body = nn.Sequential(*layers, nn.Conv2d(features, 48, 3, padding=1), nn.PixelShuffle(4))

    def forward(self, images):
        return self.body(images) + F.interpolate(images, scale_factor=4, mode="nearest")


class SuperPoint(nn.Module):
    """Corners and descriptors as the vendor exports them: to the suppression of all but local maxima (radius 4)."""

    def __init__(self):
        super().__init__()
        conv = lambda a, b: nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.ReLU())
        pool = lambda: nn.MaxPool2d(2, 2)
        self.body = nn.Sequential(conv(1, 64), conv(64, 64), pool(), conv(64, 64), conv(64, 64), pool(),
                                  conv(64, 128), conv(128, 128), pool(), conv(128, 128), conv(128, 128))
        self.corners = nn.Sequential(conv(128, 256), nn.Conv2d(256, 65, 1))
        self.descriptors = nn.Sequential(conv(128, 256), nn.Conv2d(256, 256, 1))

    @staticmethod
    def local_maxima(scores):
        highest = lambda x: F.max_pool2d(x.unsqueeze(0), 9, stride=1, padding=4).squeeze(0)
        none = torch.zeros_like(scores)
        kept = scores == highest(scores)
        for _ in range(2):
            near = highest(kept.float()) > 0
            others = torch.where(near, none, scores)
            new = others == highest(others)
            kept = (kept.int() + (new & ~near).int()).bool()
        return torch.where(kept, scores, none)

    def forward(self, image):
        x = self.body(image)
        scores = F.softmax(self.corners(x), 1)[:, :-1]
        n, _, h, w = scores.shape
        scores = scores.permute(0, 2, 3, 1).reshape(n, h, w, 8, 8).permute(0, 1, 3, 2, 4).reshape(n, 8 * h, 8 * w)
        return self.local_maxima(scores), F.normalize(self.descriptors(x), p=2, dim=1)


class Elan(nn.Module):
    """RepNCSPELAN4, re-parametrised."""

    def __init__(self, a, b, inner, narrow):
        super().__init__()
        self.first, self.last = Conv(a, inner), Conv(inner + 2 * narrow, b)
        step = lambda a: nn.Sequential(C3(a, narrow, 1, first=3), Conv(narrow, narrow, 3))
        self.steps = Chain(step(inner // 2), step(narrow))

    def forward(self, x):
        left, right = self.first(x).chunk(2, 1)
        return self.last(torch.cat([left, right, *self.steps(right)], 1))


class Down(nn.Module):
    """ADown: one half by a convolution, the other by a pool."""

    def __init__(self, a, b):
        super().__init__()
        self.left, self.right = Conv(a // 2, b // 2, 3, 2), Conv(a // 2, b // 2)

    def forward(self, x):
        left, right = F.avg_pool2d(x, 2, 1, 0, False, True).chunk(2, 1)
        return torch.cat((self.left(left), self.right(F.max_pool2d(right, 3, 2, 1))), 1)


class Yolov9cSeg(nn.Module):
    """gelan-c-seg, to which YOLOv9-c-seg is converted for use: boxes, classes and mask coefficients in one, prototypes."""

    def __init__(self, classes=80, masks=32, size=640):
        super().__init__()
        self.classes = classes
        self.backbone = Chain(
            nn.Sequential(Conv(3, 64, 3, 2), Conv(64, 128, 3, 2), Elan(128, 256, 128, 64), Down(256, 256), Elan(256, 512, 256, 128)),
            nn.Sequential(Down(512, 512), Elan(512, 512, 512, 256)), nn.Sequential(Down(512, 512), Elan(512, 512, 512, 256)))
        self.narrow, self.wide = Conv(512, 256), Conv(1024, 512)
        self.pools = Chain(*(nn.MaxPool2d(5, 1, 2) for _ in range(3)))
        self.up = nn.ModuleList([Elan(1024, 512, 512, 256), Elan(1024, 256, 256, 128)])
        self.down = nn.ModuleList([Down(256, 256), Down(512, 512)])
        self.merge = nn.ModuleList([Elan(768, 512, 512, 256), Elan(1024, 512, 512, 256)])
        self.prototypes = nn.Sequential(Conv(256, 256, 3), nn.Upsample(scale_factor=2, mode="nearest"), Conv(256, 256, 3), Conv(256, masks))
        head = lambda a, inner, b: nn.Sequential(Conv(a, inner, 3), Conv(inner, inner, 3), nn.Conv2d(inner, b, 1))
        heads = lambda inner, b: nn.ModuleList(head(a, inner, b) for a in (256, 512, 512))
        self.boxes, self.scores, self.coefficients = heads(64, 64), heads(256, classes), heads(64, masks)
        self.expectation = nn.Conv2d(16, 1, 1, bias=False)
        sizes = [size // s for s in (8, 16, 32)]
        self.register_buffer("cells", centres(sizes).unsqueeze(0))
        self.register_buffer("strides", torch.cat([torch.full((1, n * n), size / n) for n in sizes], 1))

    def forward(self, images):
        n = images.shape[0]
        c3, c4, c5 = self.backbone(images)
        x = self.narrow(c5)
        c5 = self.wide(torch.cat([x, *self.pools(x)], 1))
        c4 = self.up[0](torch.cat([twice(c5), c4], 1))
        c3 = self.up[1](torch.cat([twice(c4), c3], 1))
        c4 = self.merge[0](torch.cat([self.down[0](c3), c4], 1))
        c5 = self.merge[1](torch.cat([self.down[1](c4), c5], 1))
        levels = (c3, c4, c5)
        masks = torch.cat([m(x).view(n, 32, -1) for m, x in zip(self.coefficients, levels)], 2)
        found = [torch.cat((b(x), s(x)), 1).view(n, 64 + self.classes, -1) for b, s, x in zip(self.boxes, self.scores, levels)]
        box, score = torch.cat(found, 2).split((64, self.classes), 1)
        sides = self.expectation(box.view(n, 4, 16, -1).transpose(2, 1).softmax(1)).view(n, 4, -1)
        near, far = sides.split(2, 1)
        near, far = self.cells - near, self.cells + far
        box = torch.cat(((near + far) / 2, far - near), 1) * self.strides
        return torch.cat((box, score.sigmoid(), masks), 1), self.prototypes(c3)


class ResNetBlock(nn.Module):
    def __init__(self, a, inner, stride):
        super().__init__()
        self.body = nn.Sequential(Conv(a, inner, act=nn.ReLU), Conv(inner, inner, 3, stride, act=nn.ReLU), nn.Conv2d(inner, 4 * inner, 1))
        self.skip = nn.Identity() if a == 4 * inner else nn.Conv2d(a, 4 * inner, 1, stride)

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


class Yolact(nn.Module):
    """yolact_base: ResNet-101, pyramid of five levels, one head for all of them."""

    def __init__(self):
        super().__init__()
        stage = lambda a, inner, blocks, stride: nn.Sequential(
            ResNetBlock(a, inner, stride), *(ResNetBlock(4 * inner, inner, 1) for _ in range(blocks - 1)))
        self.stem = nn.Sequential(Conv(3, 64, 7, 2, nn.ReLU), nn.MaxPool2d(3, 2, 1), stage(64, 64, 3, 1))
        self.backbone = Chain(stage(256, 128, 4, 2), stage(512, 256, 23, 2), stage(1024, 512, 3, 2))
        self.lateral = nn.ModuleList(nn.Conv2d(a, 256, 1) for a in (2048, 1024, 512))
        self.smooth = nn.ModuleList(Conv(256, 256, 3, act=nn.ReLU) for _ in range(3))
        self.further = Chain(*(nn.Conv2d(256, 256, 3, 2, 1) for _ in range(2)))
        self.before, self.after = (nn.Sequential(*(Conv(256, 256, 3, act=nn.ReLU) for _ in range(n))) for n in (3, 1))
        self.prototypes = Conv(256, 32, act=nn.ReLU)
        self.head = Conv(256, 256, 3, act=nn.ReLU)
        self.outputs = nn.ModuleList(nn.Conv2d(256, 3 * n, 3, padding=1) for n in (4, 81, 32))

    def forward(self, images):
        levels, x = [], None
        for c, lateral in zip(reversed(self.backbone(self.stem(images))), self.lateral):
            upper = 0 if x is None else F.interpolate(x, size=c.shape[2:], mode="bilinear", align_corners=False)
            x = lateral(c) + upper
            levels.insert(0, x)
        levels = [smooth(x) for smooth, x in zip(self.smooth, levels)]
        levels += self.further(levels[-1])
        x = F.interpolate(self.before(levels[0]), scale_factor=2, mode="bilinear", align_corners=False)
        prototypes = self.prototypes(self.after(F.relu(x))).permute(0, 2, 3, 1).contiguous()
        rows = lambda x, n: x.permute(0, 2, 3, 1).contiguous().view(images.shape[0], -1, n)
        found = [[rows(out(x), n) for out, n in zip(self.outputs, (4, 81, 32))] for x in map(self.head, levels)]
        boxes, scores, masks = ([f[i] for f in found] for i in range(3))
        return (torch.cat(boxes, -2), F.softmax(torch.cat(scores, -2), -1), torch.cat([torch.tanh(m) for m in masks], -2), prototypes)


class MobileBlock(nn.Module):
    def __init__(self, a, inner, b, k, stride, act):
        super().__init__()
        self.body = nn.Sequential(Conv(a, inner, act=act), Conv(inner, inner, k, stride, act, inner), nn.Conv2d(inner, b, 1))
        self.add = stride == 1 and a == b

    def forward(self, x):
        return x + self.body(x) if self.add else self.body(x)


class Excited(nn.Module):
    """A convolution and, added to it, its channels scaled by a gate."""

    def __init__(self, a, b, k):
        super().__init__()
        self.conv = nn.Conv2d(a, b, k, padding=k // 2, bias=False)
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), Conv(b, b // 4, act=nn.ReLU), nn.Conv2d(b // 4, b, 1), nn.Hardsigmoid())

    def forward(self, x):
        x = self.conv(x)
        return x + x * self.gate(x)


class PpOcrV3Detector(nn.Module):
    """ch_PP-OCRv3_det: half as wide MobileNetV3 (large, no gates), RSE-FPN of 96 channels, DB head."""

    #        kernel, expanded, out, stride; a new stage begins at strides of 2 but the first
    BLOCKS = [[(3, 8, 8, 1), (3, 32, 16, 2), (3, 40, 16, 1)],
              [(5, 40, 24, 2), (5, 64, 24, 1), (5, 64, 24, 1)],
              [(3, 120, 40, 2), (3, 104, 40, 1), (3, 96, 40, 1), (3, 96, 40, 1), (3, 240, 56, 1), (3, 336, 56, 1)],
              [(5, 336, 80, 2), (5, 480, 80, 1), (5, 480, 80, 1)]]

    def __init__(self):
        super().__init__()
        stages, a = [], 8
        for i, blocks in enumerate(self.BLOCKS):
            stages.append(nn.Sequential())
            for k, inner, b, stride in blocks:
                stages[-1].append(MobileBlock(a, inner, b, k, stride, nn.ReLU if i < 2 else nn.Hardswish))
                a = b
        stages[0].insert(0, Conv(3, 8, 3, 2, nn.Hardswish))
        stages[-1].append(Conv(80, 480, act=nn.Hardswish))
        self.backbone = Chain(*stages)
        self.inner = nn.ModuleList(Excited(a, 96, 1) for a in (480, 56, 24, 16))
        self.outer = nn.ModuleList(Excited(96, 24, 3) for _ in range(4))
        self.head = nn.Sequential(Conv(96, 24, 3, act=nn.ReLU), nn.ConvTranspose2d(24, 24, 2, 2), nn.ReLU(),
                                  nn.ConvTranspose2d(24, 1, 2, 2), nn.Sigmoid())

    def forward(self, images):
        levels = [inner(c) for inner, c in zip(self.inner, reversed(self.backbone(images)))]
        for i in range(1, 4):
            levels[i] = levels[i] + twice(levels[i - 1])
        x = [F.interpolate(outer(x), scale_factor=s, mode="nearest") if s > 1 else outer(x)
             for outer, x, s in zip(self.outer, levels, (8, 4, 2, 1))]
        return self.head(torch.cat(x, 1))


class DirectMhp(nn.Module):
    """YOLOv5s6 v5 with a Focus stem, one class and three angles; four heads decoded and joined."""

    ANCHORS = [[19, 27, 44, 40, 38, 94], [96, 68, 86, 152, 180, 137], [140, 301, 303, 264, 238, 542], [436, 615, 739, 380, 925, 792]]
    WIDTHS = [128, 256, 384, 512]

    def __init__(self, size=1280):
        super().__init__()
        w = self.WIDTHS
        level = lambda a, b, blocks: nn.Sequential(Conv(a, b, 3, 2), C3(b, b, blocks))
        self.stem = nn.Sequential(Conv(12, 32, 3), level(32, 64, 1))
        self.backbone = Chain(level(64, w[0], 3), level(w[0], w[1], 3), level(w[1], w[2], 1), Conv(w[2], w[3], 3, 2))
        self.spp = nn.ModuleList([Conv(512, 256), Conv(1024, 512)])
        self.pools = nn.ModuleList(nn.MaxPool2d(k, 1, k // 2) for k in (3, 5, 7))
        self.top = C3(512, 512, 1, add=False)
        self.narrow = nn.ModuleList(Conv(w[i + 1], w[i]) for i in (2, 1, 0))
        self.up = nn.ModuleList(C3(2 * w[i], w[i], 1, add=False) for i in (2, 1, 0))
        self.down = nn.ModuleList(Conv(w[i], w[i], 3, 2) for i in range(3))
        self.merge = nn.ModuleList(C3(2 * w[i], w[i + 1], 1, add=False) for i in range(3))
        self.heads = nn.ModuleList(nn.Conv2d(a, 27, 1) for a in w)
        self.cells = [centres([size // s]).view(2, size // s, size // s).permute(1, 2, 0).view(1, 1, size // s, size // s, 2) - 1
                      for s in (8, 16, 32, 64)]

    def decoded(self, x, anchors, cells, stride):
        y = x.view(x.shape[0], 3, 9, *x.shape[2:]).permute(0, 1, 3, 4, 2).contiguous().sigmoid()
        y[..., 0:2] = (y[..., 0:2] * 2.0 + cells) * stride
        y[..., 2:4] = (y[..., 2:4] * 2) ** 2 * torch.tensor(anchors).float().view(1, 3, 1, 1, 2)
        return y.view(x.shape[0], -1, 9)

    def forward(self, x):
        x = torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1)
        *levels, x = self.backbone(self.stem(x))
        x = self.spp[0](x)
        x = self.top(self.spp[1](torch.cat([x, *(pool(x) for pool in self.pools)], 1)))
        kept = []
        for narrow, up, level in zip(self.narrow, self.up, reversed(levels)):
            kept.insert(0, narrow(x))
            x = up(torch.cat([twice(kept[0]), level], 1))
        levels = [x]
        for down, merge, other in zip(self.down, self.merge, kept):
            levels.append(merge(torch.cat([down(levels[-1]), other], 1)))
        return torch.cat([self.decoded(head(x), anchors, cells, 8 << i)
                          for i, (head, x, anchors, cells) in enumerate(zip(self.heads, levels, self.ANCHORS, self.cells))], 1)


NETWORKS = {
    "real_esrgan": (RealEsrgan, images(480, 640)),
    "superpoint": (SuperPoint, images(360, 640, channels=1)),
    "yolov9c": (Yolov9cSeg, images(640, 640)),
    "yolact": (Yolact, images(550, 550)),
    "ppocrv3_det": (PpOcrV3Detector, images(640, 640)),
    "directmhp": (DirectMhp, images(1280, 1280)),
}
NETWORKS |= {f"{name}_4b": (NETWORKS[name][0], images(size, size, 4)) for name, size in (("yolov9c", 640), ("yolact", 550))}
OPSETS = {"superpoint": 16, "yolov9c": 12, "directmhp": 12}
OF_INT8 = {"real_esrgan": "--quant_input --quant_output", "yolact": "--disable_layer_group"}


def deploy(name):
    return f"--quantize F16|F32|INT8 --chip bm1684x|bm1684 [INT8: --calibration_table TABLE {OF_INT8.get(name.removesuffix('_4b'), '')}]"


if __name__ == "__main__":
    main(NETWORKS, deploy, lambda name: OPSETS.get(name.removesuffix("_4b"), 11))
