# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Networks of tokens and of signals in time, as those of comparison_networks.py."""
import numpy
import torch
from comparison_layers import ACTIVATIONS, Rms, Switches, maybe_extra
from torch import nn


class Mixer(nn.Module):
    """Products over tokens and over channels in turn."""

    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        self.patch, tokens, width = nn.Conv2d(3, 96, 16, 16), 64, 96
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(4)])
        self.tokens = nn.ModuleList([self.pair(tokens, s.of("act", f"l{i}", "gelu")) for i in (0, 1)])
        self.channels = nn.ModuleList([self.pair(width, s.of("act", f"l{i}", "gelu")) for i in (0, 1)])
        self.more, self.fc = maybe_extra(s, "l0", width), nn.Linear(width, 20)

    @staticmethod
    def pair(width, act):
        return nn.Sequential(nn.Linear(width, 2 * width), ACTIVATIONS[act](), nn.Linear(2 * width, width))

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        for i in (0, 1):
            x = x + self.tokens[i](self.norms[2 * i](x).transpose(1, 2)).transpose(1, 2)
            x = x + self.channels[i](self.norms[2 * i + 1](x))
            x = self.more(x) if i == 0 else x
        return self.fc(x.mean(1))


class DecoderLayer(nn.Module):
    def __init__(self, name, width, heads, s):
        super().__init__()
        self.heads, inner = heads, s.of("width", name, 2 * width)
        self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.gate, self.up = nn.Linear(width, inner, bias=False), nn.Linear(width, inner, bias=False)
        self.down, self.act = nn.Linear(inner, width, bias=False), ACTIVATIONS[s.of("act", name, "silu")]()
        norm = nn.LayerNorm if s.of("norm", name) == "layer" else Rms
        self.n1, self.n2, self.more = norm(width), norm(width), maybe_extra(s, name, width)

    def forward(self, x):
        n, t, c = x.shape
        q, k, v = self.qkv(self.n1(x)).view(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        later = torch.from_numpy(numpy.triu(numpy.full((int(t), int(t)), -1e4, "float32"), 1))
        weights = torch.softmax(q @ k.transpose(-1, -2) * (c // self.heads) ** -0.5 + later, -1)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(n, t, c))
        y = self.n2(x)
        return self.more(x + self.down(self.act(self.gate(y)) * self.up(y)))


class Decoder(nn.Module):
    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        self.l0, self.l1 = DecoderLayer("l0", 128, 4, s), DecoderLayer("l1", 128, 4, s)
        self.norm, self.head = Rms(128), nn.Linear(128, 200)

    def forward(self, x):
        return self.head(self.norm(self.l1(self.l0(x))))


class Sequence(nn.Module):
    """Convolutions along time with growing dilation."""

    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        kernel = [s.of("kernel", f"t{i}", 3) for i in range(4)]
        self.t = nn.ModuleList([nn.Conv1d(40 if i == 0 else 96, 96, k, dilation=2 ** i, padding=2 ** i * (k // 2))
                                for i, k in enumerate(kernel)])
        self.more, self.fc = maybe_extra(s, "t1", 96), nn.Conv1d(96, 30, 1)
        self.act = ACTIVATIONS[s.get("act", "relu")]()

    def forward(self, x):
        for i, layer in enumerate(self.t):
            x = self.act(layer(x))
            x = self.more(x) if i == 1 else x
        return self.fc(x)


class EncoderLayer(nn.Module):
    def __init__(self, name, width, heads, s):
        super().__init__()
        self.heads, norm = heads, Rms if s.of("norm", name) == "rms" else nn.LayerNorm
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, s.of("inner", name, 3 * width)), \
            nn.Linear(s.of("inner", name, 3 * width), width)
        self.act, self.n1, self.n2 = ACTIVATIONS[s.of("act", name, "gelu")](), norm(width), norm(width)
        self.more = maybe_extra(s, name, width)

    def forward(self, x):
        n, t, c = x.shape
        q, k, v = (f(x).view(n, t, self.heads, c // self.heads).transpose(1, 2) for f in (self.q, self.k, self.v))
        weights = torch.softmax(q @ k.transpose(-1, -2) / (c // self.heads) ** 0.5, -1)
        x = self.n1(x + self.o((weights @ v).transpose(1, 2).reshape(n, t, c)))
        return self.more(self.n2(x + self.down(self.act(self.up(x)))))


class Encoder(nn.Module):
    def __init__(self, switches):
        super().__init__()
        s = Switches(switches)
        self.project, self.fc, self.end = nn.Linear(80, 128), nn.Linear(128, 6), s.get("end")
        self.layers = nn.Sequential(*[EncoderLayer(f"l{i}", 128, 4, s) for i in range(s.get("depth", 2))])

    def forward(self, x):
        x = self.layers(self.project(x))
        return torch.softmax(self.fc(x), -1) if self.end == "softmax" else self.fc(x[:, 0]) if self.end == "first" \
            else self.fc(x)
