# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Small networks with switches, for pairs of programs that differ by known edits. Each takes a dict of switches.

`NETWORKS` maps a name to (class, shape of its input without the batch). Switches are read by `Switches`: `act` is the
activation of the whole network, `act_b2` that of its part b2; the same for `kernel`, `groups`, `width`, `extra`.
"""
import torch
from comparison_layers import ACTIVATIONS, Resize, Shuffle, Switches, conv, maybe_extra
from comparison_sequences import Decoder, Encoder, Mixer, Sequence
from torch import nn
from torch.nn import functional as F


class Plain(nn.Module):
    """Convolutions and max pools one after the other, three large matrix products behind them."""

    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        widths = [s.of("width", p, w) for p, w in zip(("s1", "s2", "s3", "s4"), (24, 56, 96, 128))]
        parts, last = [], 3
        for part, width in zip(("s1", "s2", "s3", "s4"), widths):
            kernel, act = s.of("kernel", part, 3), s.of("act", part, "relu")
            parts.append(nn.Sequential(conv(last, width, kernel, act=act), conv(width, width, kernel, act=act),
                                       maybe_extra(s, part, width)))
            last = width
        self.s1, self.s2, self.s3, self.s4 = parts
        self.pool = nn.MaxPool2d(s.get("pool", 2), 2, (s.get("pool", 2) - 1) // 2)
        self.fc6, self.fc7 = nn.Linear(last * 16, 256), nn.Linear(256, 30)

    def forward(self, x):
        for part in (self.s1, self.s2, self.s3, self.s4):
            x = self.pool(part(x))
        return self.fc7(F.relu(self.fc6(torch.flatten(x, 1))))


class Mixed(nn.Module):
    """Parallel convolutions of several kernels beside a pool."""

    def __init__(self, name, cin, s):
        super().__init__()
        act = s.of("act", name, "relu")
        self.one = conv(cin, 32, 1, act=act)
        self.three = nn.Sequential(conv(cin, 24, 1, act=act), conv(24, 40, 3, act=act))
        self.five = nn.Sequential(conv(cin, 12, 1, act=act), conv(12, 24, s.of("kernel", name, 5), act=act))
        window = s.of("pool", name, 3)
        self.pooled = nn.Sequential(nn.MaxPool2d(window, 1, window // 2), conv(cin, 32, 1, act=act))
        self.more = maybe_extra(s, name, 128)

    def forward(self, x):
        return self.more(torch.cat([self.one(x), self.three(x), self.five(x), self.pooled(x)], 1))


class Branches(nn.Module):
    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        self.stem = nn.Sequential(conv(3, 32, 5, 2), nn.MaxPool2d(3, 2, 1), conv(32, 64, 3))
        self.m1, self.m2, self.m3 = Mixed("m1", 64, s), Mixed("m2", 128, s), Mixed("m3", 128, s)
        self.down, self.fc, self.end = nn.MaxPool2d(3, 2, 1), nn.Linear(128, 50), s.get("end")

    def forward(self, x):
        x = self.m3(self.down(self.m2(self.m1(self.stem(x)))))
        x = self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))
        return torch.softmax(x, 1) if self.end == "softmax" else x


class Bottleneck(nn.Module):
    def __init__(self, name, cin, cout, stride, s):
        super().__init__()
        act, mid = s.of("act", name, "relu"), cout // 2
        self.conv1 = conv(cin, mid, 1, act=act)
        self.conv2 = conv(mid, mid, s.of("kernel", name, 3), stride, act, s.of("groups", name, 8))
        self.conv3 = conv(mid, cout, 1, act=None)
        self.short = conv(cin, cout, 1, stride, None) if cin != cout or stride != 1 else nn.Identity()
        self.act, self.more = ACTIVATIONS[act](), maybe_extra(s, name, cout)

    def forward(self, x):
        return self.more(self.act(self.conv3(self.conv2(self.conv1(x))) + self.short(x)))


class Grouped(nn.Module):
    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        self.stem = nn.Sequential(conv(3, 32, 3, 2), conv(32, 64, 3, 2, uneven=bool(s.get("uneven"))))
        self.b1, self.b2 = Bottleneck("b1", 64, 128, 1, s), Bottleneck("b2", 128, 128, 1, s)
        self.b3, self.b4 = Bottleneck("b3", 128, 256, 2, s), Bottleneck("b4", 256, 256, 1, s)
        self.fc, self.scale = nn.Linear(256, 40), s.get("scale")

    def forward(self, x):
        if self.scale:
            x = (x - torch.tensor([0.4, 0.45, 0.5]).view(1, 3, 1, 1)) / torch.tensor([0.2, 0.3, 0.25]).view(1, 3, 1, 1)
        return self.fc(self.b4(self.b3(self.b2(self.b1(self.stem(x))))).mean((2, 3)))


class Inverted(nn.Module):
    """Expansion, depthwise convolution, a gate of the channels, projection."""

    def __init__(self, name, cin, cout, stride, s):
        super().__init__()
        act, mid, kernel = s.of("act", name, "silu"), 4 * cin, s.of("kernel", name, 3)
        self.up = conv(cin, mid, 1, act=act)
        self.depth = conv(mid, mid, kernel, stride, act, 1 if s.of("dense", name) else mid,
                          uneven=bool(s.of("uneven", name)))
        self.squeeze, self.excite = nn.Conv2d(mid, cin // 4, 1), nn.Conv2d(cin // 4, mid, 1)
        self.down, self.more = conv(mid, cout, 1, act=None), maybe_extra(s, name, cout)
        self.adds = cin == cout and stride == 1

    def forward(self, x):
        y = self.depth(self.up(x))
        y = self.down(y * torch.sigmoid(self.excite(F.silu(self.squeeze(F.adaptive_avg_pool2d(y, 1))))))
        return self.more(x + y if self.adds else y)


class Efficient(nn.Module):
    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        self.stem = conv(3, 24, 3, 2, s.of("act", "stem", "silu"))
        self.e1, self.e2 = Inverted("e1", 24, 32, 2, s), Inverted("e2", 32, 32, 1, s)
        self.e3, self.e4 = Inverted("e3", 32, 64, 2, s), Inverted("e4", 64, 64, 1, s)
        self.head, self.fc = conv(64, 192, 1, act=s.of("act", "head", "silu")), nn.Linear(192, 24)

    def forward(self, x):
        x = self.head(self.e4(self.e3(self.e2(self.e1(self.stem(x))))))
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))


class Pyramid(nn.Module):
    """Segmentation with dilated convolutions side by side and one large resize."""

    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        self.stem, self.body = conv(3, 32, 3, 2), nn.Sequential(conv(32, 48, 3, 2), conv(48, 96, 3, 2))
        self.a0 = conv(96, 48, 1)
        self.a1, self.a2 = conv(96, 48, 3, dilation=s.get("dilation_a1", 3)), conv(96, 48, s.of("kernel", "a2", 3))
        self.join, self.more = conv(144, 64, 1, act=s.of("act", "join", "relu")), maybe_extra(s, "join", 64)
        up = s.get("up", "bilinear")
        self.up = nn.ConvTranspose2d(64, 64, 4, 4) if up == "deconv" else Resize(up, 4, False)
        self.skip, self.out, self.end = conv(32, 16, 1), nn.Conv2d(80, 10, 1), s.get("end")

    def forward(self, x):
        low = self.stem(x)
        x = self.body(low)
        x = self.more(self.join(torch.cat([self.a0(x), self.a1(x), self.a2(x)], 1)))
        x = self.out(torch.cat([self.up(x), self.skip(low)], 1))
        if self.end == "argmax":
            return torch.argmax(x, 1)
        return x.permute(0, 2, 3, 1) if self.end == "channels_last" else x


class Detector(nn.Module):
    """Two scales with a box as distributions over distances."""

    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        act = s.get("act", "silu")
        self.stem, self.d1 = conv(3, 16, 3, 2, act), conv(16, 32, 3, 2, act)
        self.p1, self.p2 = self.split("p1", 32, s), self.split("p2", 64, s)
        self.more, self.d2 = maybe_extra(s, "p1", 64), conv(64, 64, 3, 2, act)
        up = s.get("up", "nearest")
        self.up = nn.ConvTranspose2d(96, 96, 2, 2) if up == "deconv" else Resize(up, 2, False)
        window = s.get("pool", 5)
        self.spread = nn.MaxPool2d(window, 1, window // 2)
        self.near = conv(160, 48, 3, act=act)
        self.box = nn.ModuleList([nn.Conv2d(48, 32, 1), nn.Conv2d(192, 32, 1)])
        self.cls = nn.ModuleList([nn.Conv2d(48, 6, 1), nn.Conv2d(192, 6, 1)])
        self.end = s.get("end")

    def split(self, name, width, s):
        act = s.of("act", name, "silu")
        kernel = s.of("kernel", name, 3)
        return nn.ModuleList([conv(width, width, 1, act=act), conv(width // 2, width // 2, kernel, act=act)])

    @staticmethod
    def through(parts, x):
        halves = parts[0](x).chunk(2, 1)
        return torch.cat([halves[0], halves[1], parts[1](halves[1])], 1)

    def forward(self, x):
        x = self.d1(self.stem(x))
        x = torch.cat([self.through(self.p1, x), x[:, :16]], 1)
        x = self.more(x)
        y = self.through(self.p2, self.d2(x))
        outs = []
        for i, z in enumerate((self.near(torch.cat([self.up(y), x], 1)), torch.cat([y, self.spread(y)], 1))):
            box, score = self.box[i](z), self.cls[i](z)
            if self.end == "decode":
                n, _, h, w = box.shape
                steps = torch.softmax(box.view(n, 4, 8, h * w), 2) * torch.arange(8.0).view(1, 1, 8, 1)
                outs.append(torch.cat([steps.sum(2), torch.sigmoid(score.view(n, 6, h * w))], 1))
            else:
                outs += [box, score]
        return torch.cat(outs, 2) if self.end == "decode" else outs


class Upscale(nn.Module):
    """Residual convolutions, then pixels from channels."""

    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        act = lambda part: s.of("act", part, "prelu")
        self.head = conv(3, 32, 3, act=act("head"))
        self.r1 = nn.Sequential(conv(32, 32, s.of("kernel", "r1", 3), act=act("r1")), maybe_extra(s, "r1", 32))
        self.r2 = nn.Sequential(conv(32, 32, 3, act=act("r2")), maybe_extra(s, "r2", 32))
        up = s.get("up", "pixels")
        self.up = nn.Sequential(nn.Conv2d(32, 48, 3, 1, 1), nn.PixelShuffle(4)) if up == "pixels" else \
            nn.ConvTranspose2d(32, 3, 4, 4) if up == "deconv" else \
            nn.Sequential(nn.Conv2d(32, 3, 3, 1, 1), Resize(up, 4, False))

    def forward(self, x):
        x = self.head(x)
        return self.up(x + self.r2(self.r1(x)))


class Reader(nn.Module):
    """Text lines: convolutions, then one distribution for each column."""

    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        act = s.get("act", "relu")
        self.c1, self.c2 = conv(3, 32, 3, 2, act), conv(32, 64, 3, 2, act, s.get("groups_c2", 1))
        self.c3, self.c4 = conv(64, 96, s.of("kernel", "c3", 3), act=act), conv(96, 128, 3, act=act)
        self.more, self.fc, self.end = maybe_extra(s, "c3", 96), nn.Linear(128, 64), s.get("end")

    def forward(self, x):
        x = F.adaptive_avg_pool2d(self.c4(self.more(self.c3(self.c2(self.c1(x))))), (1, x.shape[3] // 4)).squeeze(2)
        x = self.fc(x.transpose(1, 2))
        if self.end == "softmax":
            return torch.softmax(x, 2)
        return x.transpose(0, 1) if self.end == "time_first" else x


class Contract(nn.Module):
    """Segmentation: down by pools, up again beside what was there before."""

    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        act, part = s.get("act", "relu"), lambda name, cin, cout: nn.Sequential(
            conv(cin, cout, s.of("kernel", name, 3), act=s.of("act", name, act), groups=s.of("groups", name, 1)),
            maybe_extra(s, name, cout), conv(cout, cout, 3, act=s.of("act", name, act)))
        self.x1, self.x2, self.x3 = part("x1", 3, 16), part("x2", 16, 32), part("x3", 32, 64)
        self.y2, self.y1, self.out = part("y2", 64, 32), part("y1", 32, 16), nn.Conv2d(16, s.get("classes", 4), 1)
        self.down = nn.AvgPool2d(2) if s.get("down") == "mean" else nn.MaxPool2d(2)
        up = s.get("up", "deconv")
        self.up2, self.up1 = [nn.ConvTranspose2d(c, c // 2, 2, 2) if up == "deconv" else
                              nn.Sequential(Resize(up, 2, False), conv(c, c // 2, 1, act=None)) for c in (64, 32)]
        self.end = s.get("end")

    def forward(self, x):
        x1 = self.x1(x)
        x2 = self.x2(self.down(x1))
        y2 = self.y2(torch.cat([self.up2(self.x3(self.down(x2))), x2], 1))
        y = self.out(self.y1(torch.cat([self.up1(y2), x1], 1)))
        return torch.softmax(y, 1) if self.end == "softmax" else torch.sigmoid(y) if self.end == "sigmoid" else y


class Growing(nn.Module):
    """Every layer reads all that came before it; normalised before the activation."""

    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        act = ACTIVATIONS[s.get("act", "relu")]
        grow, width = s.get("width", 16), 32
        self.stem, self.layers = conv(3, width, 5, 2), nn.ModuleList()
        for i in range(6):
            self.layers.append(nn.Sequential(nn.BatchNorm2d(width), act(), conv(width, 48, 1, act=None), act(),
                                             nn.Conv2d(48, grow, s.of("kernel", f"g{i}", 3), 1,
                                                       s.of("kernel", f"g{i}", 3) // 2)))
            width += grow
        self.pool = nn.AvgPool2d(2) if s.get("pool", "mean") == "mean" else nn.MaxPool2d(2)
        self.more, self.fc = maybe_extra(s, "pool", 32 + 3 * grow), nn.Linear(width, 25)

    def forward(self, x):
        x = self.stem(x)
        for i, layer in enumerate(self.layers):
            x = torch.cat([x, layer(x)], 1)
            x = self.more(self.pool(x)) if i == 2 else x
        return self.fc(x.mean((2, 3)))


class Halves(nn.Module):
    """One half of the channels passes by; both are mixed behind each unit."""

    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        self.stem, self.units, self.mix = conv(3, 48, 3, 2, s.get("act", "relu")), nn.ModuleList(), nn.ModuleList()
        for i in range(4):
            name = f"u{i}"
            self.units.append(nn.Sequential(
                conv(24, 24, 1, act=s.of("act", name, "relu")), conv(24, 24, s.of("kernel", name, 3), act=None,
                                                                    groups=1 if s.of("dense", name) else 24),
                maybe_extra(s, name, 24), conv(24, 24, 1, act=s.of("act", name, "relu"))))
            self.mix.append(Shuffle(2) if s.of("mix", name, 1) else nn.Identity())
        self.pool, self.fc = nn.MaxPool2d(s.get("pool", 3), 2, s.get("pool", 3) // 2), nn.Linear(48, 12)

    def forward(self, x):
        x = self.pool(self.stem(x))
        for unit, mix in zip(self.units, self.mix):
            a, b = x.chunk(2, 1)
            x = mix(torch.cat([a, unit(b)], 1))
        return self.fc(x.mean((2, 3)))


NETWORKS = {"plain": (Plain, (3, 64, 64)), "branches": (Branches, (3, 112, 112)), "grouped": (Grouped, (3, 112, 112)),
            "efficient": (Efficient, (3, 96, 96)), "pyramid": (Pyramid, (3, 96, 96)),
            "detector": (Detector, (3, 128, 128)), "mixer": (Mixer, (3, 128, 128)), "decoder": (Decoder, (64, 128)),
            "upscale": (Upscale, (3, 48, 48)), "sequence": (Sequence, (40, 200)), "reader": (Reader, (3, 32, 160)),
            "contract": (Contract, (3, 80, 80)), "growing": (Growing, (3, 104, 104)),
            "halves": (Halves, (3, 100, 100)), "encoder": (Encoder, (48, 80))}
