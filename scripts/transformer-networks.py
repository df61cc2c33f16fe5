#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Writes the transformers of docs/silicon/transformers.md as ONNX, with random weights: only the architecture matters to time.

usage: transformer-networks.py DIR [NAME...]      needs PyPI torch 2.1.2, transformers 4.36.2, numpy 1.24.3, onnx 1.14

The commands that it prints compile them, with onnxsim 0.4.17 (as in the vendor's container) or 0.7.3, which keeps attention apart.
"""
import math

import torch
import transformers as tf
from network_export import main
from torch import nn
from torch.nn import functional as F
from transformers.models.blip.modeling_blip_text import BlipTextModel


class Bert(nn.Module):
    """BERT-base that tags every token, as bert4torch's."""

    def __init__(self):
        super().__init__()
        self.bert = tf.BertModel(tf.BertConfig(vocab_size=21128), add_pooling_layer=False)
        self.tag = nn.Linear(768, 21)

    def forward(self, ids, segments):
        return self.tag(self.bert(ids, attention_mask=(ids > 0).float(), token_type_ids=segments)[0])


class UnfusedBert(Bert):
    """A factor behind each softmax keeps compilers from making one 16-bit layer of attention."""

    def forward(self, ids, segments):
        return unfused(super().forward, ids, segments)


def unfused(run, *inputs):
    softmax = F.softmax
    F.softmax = torch.softmax = lambda x, dim=None, **_: softmax(x, dim=dim) * 0.99
    try:
        return run(*inputs)
    finally:
        F.softmax = torch.softmax = softmax


class Vit(nn.Module):
    """Vision encoder of BLIP: ViT-B/16."""

    def __init__(self, size=480):
        super().__init__()
        self.vit = tf.BlipVisionModel(tf.BlipVisionConfig(hidden_size=768, intermediate_size=3072, image_size=size))

    def forward(self, images):
        return self.vit(images)[0]


class TextOverImage(nn.Module):
    """Text encoder of BLIP: 35 tokens that attend to image tokens."""

    def __init__(self):
        super().__init__()
        self.text = BlipTextModel(
            tf.BlipTextConfig(vocab_size=30524, encoder_hidden_size=768, num_attention_heads=12, is_decoder=True),
            add_pooling_layer=False)

    def forward(self, image, ids, mask):
        return self.text(input_ids=ids, attention_mask=mask, encoder_hidden_states=image,
                         encoder_attention_mask=torch.ones(image.shape[:2]), is_decoder=False)[0]


class ImageTextMatch(nn.Module):
    """BLIP's matching of an image of 384 pixels with a text."""

    def __init__(self):
        super().__init__()
        self.image, self.text, self.head = Vit(384), TextOverImage(), nn.Linear(768, 2)

    def forward(self, images, ids, mask):
        return F.softmax(self.head(self.text(self.image(images), ids, mask)[:, 0, :]), dim=1)[:, 1]


class SamDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        config = tf.SamConfig(vision_config=tf.SamVisionConfig(num_hidden_layers=1))
        self.decoder = tf.SamModel(config).mask_decoder
        self.positions = nn.Parameter(torch.randn(1, 256, 64, 64))

    def forward(self, image, sparse, dense):
        return self.decoder(image_embeddings=image, image_positional_embeddings=self.positions, multimask_output=False,
                            sparse_prompt_embeddings=sparse, dense_prompt_embeddings=dense)[:2]


class UnfusedSamDecoder(SamDecoder):
    def forward(self, image, sparse, dense):
        return unfused(super().forward, image, sparse, dense)


class ReducedAttention(nn.Module):
    """SegFormer's attention: keys and values, packed, of the plane shrunk by `reduction`."""

    def __init__(self, width, heads, reduction):
        super().__init__()
        self.heads, self.reduction = heads, reduction
        self.q, self.kv, self.out = nn.Linear(width, width), nn.Linear(width, 2 * width), nn.Linear(width, width)
        if reduction > 1:
            self.reduce, self.norm = nn.Conv2d(width, width, reduction, reduction), nn.LayerNorm(width)

    def forward(self, x, plane):
        n, length, width = x.shape
        q = self.q(x).reshape(n, length, self.heads, -1).permute(0, 2, 1, 3)
        if self.reduction > 1:
            x = self.norm(self.reduce(as_plane(x, plane)).reshape(n, width, -1).permute(0, 2, 1))
        k, v = self.kv(x).reshape(n, -1, 2, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-2, -1)) * (width // self.heads) ** -0.5
        return self.out((scores.softmax(dim=-1) @ v).transpose(1, 2).reshape(n, length, width))


class SegformerBlock(nn.Module):
    def __init__(self, width, heads, reduction):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.attention = ReducedAttention(width, heads, reduction)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.depthwise = nn.Conv2d(4 * width, 4 * width, 3, padding=1, groups=4 * width)

    def forward(self, x, plane):
        x = x + self.attention(self.norms[0](x), plane)
        y = self.depthwise(as_plane(self.up(self.norms[1](x)), plane)).flatten(2).transpose(1, 2)
        return x + self.down(F.gelu(y))


class Segformer(nn.Module):
    """SegFormer-B0 as its authors export it: scores at the input's size, softmax in its parts, arg-max."""

    def __init__(self):
        super().__init__()
        widths, self.stages = (32, 64, 160, 256), nn.ModuleList()
        for above, width, heads, reduction in zip((3,) + widths, widths, (1, 2, 5, 8), (8, 4, 2, 1)):
            patch = nn.Conv2d(above, width, 7, 4, 3) if above == 3 else nn.Conv2d(above, width, 3, 2, 1)
            self.stages.append(nn.ModuleList([patch, nn.LayerNorm(width), SegformerBlock(width, heads, reduction),
                                              SegformerBlock(width, heads, reduction), nn.LayerNorm(width)]))
        self.heads = nn.ModuleList(nn.Linear(width, 256) for width in reversed(widths))
        self.fuse, self.norm, self.classes = nn.Conv2d(1024, 256, 1, bias=False), nn.BatchNorm2d(256), nn.Conv2d(256, 19, 1)

    def forward(self, images):
        x, levels = images, []
        for patch, first, *blocks, last in self.stages:
            x = patch(x)
            plane = x.shape[2:]
            x = first(x.flatten(2).transpose(1, 2))
            for block in blocks:
                x = block(x, plane)
            x = as_plane(last(x), plane).contiguous()
            levels.insert(0, x)
        resize = lambda y, size: F.interpolate(y, size=size, mode="bilinear", align_corners=False)
        y = [as_plane(head(y.flatten(2).transpose(1, 2)), y.shape[2:]) for head, y in zip(self.heads, levels)]
        y = torch.cat([resize(part, y[3].shape[2:]) for part in y[:3]] + [y[3]], dim=1)
        scores = resize(self.classes(F.relu(self.norm(self.fuse(y)))), images.shape[2:])
        e = torch.exp(scores - scores.amax(1, keepdim=True))
        return (e / e.sum(1, keepdim=True)).argmax(1, keepdim=True)


def as_plane(x, plane):
    return x.transpose(1, 2).reshape(x.shape[0], x.shape[2], *plane)


class ClipBlock(nn.Module):
    """OpenAI's block. `batch_first`: separate projections and no permutes, as the vendor exports the image encoder."""

    def __init__(self, width, heads, batch_first):
        super().__init__()
        self.attention, self.heads, self.batch_first = nn.MultiheadAttention(width, heads), heads, batch_first
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def attend(self, x, mask):
        a = self.attention
        if not self.batch_first:
            return a(x, x, x, need_weights=False, attn_mask=mask)[0]
        n, length, width = x.shape
        q, k, v = (F.linear(x, w, b).view(n, length, self.heads, -1).transpose(1, 2)
                   for w, b in zip(a.in_proj_weight.chunk(3), a.in_proj_bias.chunk(3)))
        y = F.scaled_dot_product_attention(q, k, v, mask).permute(2, 0, 1, 3).contiguous().view(n * length, width)
        return F.linear(y, a.out_proj.weight, a.out_proj.bias).view(n, length, width)

    def forward(self, x, mask):
        x = x + self.attend(self.ln_1(x), mask)
        y = self.up(self.ln_2(x))
        return x + self.down(y * torch.sigmoid(1.702 * y))


class ClipImage(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, 768, 32, 32, bias=False)
        self.first, self.positions = nn.Parameter(torch.randn(1, 1, 768)), nn.Parameter(torch.randn(50, 768))
        self.pre, self.post = nn.LayerNorm(768), nn.LayerNorm(768)
        self.blocks = nn.ModuleList(ClipBlock(768, 12, True) for _ in range(12))
        self.projection = nn.Parameter(torch.randn(768, 512))

    def forward(self, images):
        x = torch.cat([self.first, self.patch(images).flatten(2).permute(0, 2, 1)], dim=1)
        x = self.pre(x + self.positions)
        for block in self.blocks:
            x = block(x, None)
        return self.post(x[:, 0, :]) @ self.projection


class ClipText(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.positions = nn.Embedding(49408, 512), nn.Parameter(torch.randn(77, 512))
        self.blocks = nn.ModuleList(ClipBlock(512, 8, False) for _ in range(12))
        self.post = nn.LayerNorm(512)
        self.register_buffer("mask", torch.full((77, 77), float("-inf")).triu_(1))

    def forward(self, ids):
        x = (self.embedding(ids) + self.positions).permute(1, 0, 2)
        for block in self.blocks:
            x = block(x, self.mask)
        return self.post(x.permute(1, 0, 2))


class ConformerBlock(nn.Module):
    def __init__(self, width=256, heads=4, inner=2048, taps=8):
        super().__init__()
        linear = lambda a, b: nn.Linear(a, b)
        self.heads, self.taps = heads, taps
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(6))
        self.ff = nn.ModuleList(nn.Sequential(linear(width, inner), nn.SiLU(), linear(inner, width)) for _ in range(2))
        self.q, self.k, self.v, self.out = (linear(width, width) for _ in range(4))
        self.p = nn.Linear(width, width, bias=False)
        self.u, self.w = (nn.Parameter(torch.randn(heads, width // heads)) for _ in range(2))
        self.up, self.down = nn.Conv1d(width, 2 * width, 1), nn.Conv1d(width, width, 1)
        self.depthwise = nn.Conv1d(width, width, taps, groups=width)

    def forward(self, x, positions, padded):
        split = lambda a: a.view(x.shape[0], -1, self.heads, x.shape[2] // self.heads)
        x = x + 0.5 * self.ff[0](self.norms[0](x))
        y = self.norms[1](x)
        q, k, v = split(self.q(y)), split(self.k(y)).transpose(1, 2), split(self.v(y)).transpose(1, 2)
        p = split(self.p(positions)).transpose(1, 2)
        scores = (q + self.u).transpose(1, 2) @ k.transpose(-2, -1) + (q + self.w).transpose(1, 2) @ p.transpose(-2, -1)
        weights = torch.softmax((scores / 8.0).masked_fill(padded, float("-inf")), dim=-1).masked_fill(padded, 0.0)
        y = (weights @ v).transpose(1, 2).contiguous().view(x.shape)
        x = x + self.out(y)
        y = F.glu(self.up(F.pad(self.norms[2](x).transpose(1, 2), (self.taps - 1, 0))), dim=1)
        y = F.silu(self.norms[3](self.depthwise(y).transpose(1, 2))).transpose(1, 2)
        x = x + self.down(y).transpose(1, 2)
        return self.norms[5](x + 0.5 * self.ff[1](self.norms[4](x)))


class Conformer(nn.Module):
    """An encoder like WeNet's, not streaming: 1200 frames, 12 blocks of width 256, 5538 tokens."""

    def __init__(self):
        super().__init__()
        self.conv = nn.ModuleList([nn.Conv2d(1, 256, 3, 2), nn.Conv2d(256, 256, 3, 2)])
        self.project, self.tokens, self.post = nn.Linear(256 * 19, 256), nn.Linear(256, 5538), nn.LayerNorm(256)
        self.positions = nn.Parameter(torch.randn(1, 299, 256))
        self.blocks = nn.ModuleList(ConformerBlock() for _ in range(12))

    def forward(self, frames, length):
        padded = (torch.arange(299) >= length).view(1, 1, 1, 299)
        y = F.relu(self.conv[1](F.relu(self.conv[0](frames.unsqueeze(1)))))
        y = self.project(y.transpose(1, 2).contiguous().view(1, 299, 256 * 19)) * 16
        for block in self.blocks:
            y = block(y, self.positions, padded)
        y = self.post(y)
        return y, F.log_softmax(self.tokens(y), dim=-1)


class MatchBlock(nn.Module):
    """Attention of one image's keypoints to a source's, and the network behind it, as convolutions of one pixel."""

    def __init__(self, width=256, heads=4):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.merge = (nn.Conv1d(width, width, 1) for _ in range(4))
        self.mlp = pointwise(2 * width, 2 * width, width)

    def forward(self, x, source):
        q, k, v = (conv(y).view(1, -1, self.heads, y.shape[2])
                   for conv, y in ((self.q, x), (self.k, source), (self.v, source)))
        scores = q.permute(0, 2, 3, 1) @ k.transpose(2, 1) / q.shape[1] ** 0.5
        y = (scores.softmax(dim=-1) @ v.permute(0, 2, 3, 1)).permute(0, 3, 1, 2).contiguous().view(x.shape)
        return self.mlp(torch.cat([x, self.merge(y)], dim=1))


class SuperGlue(nn.Module):
    """SuperGlue on 1024 keypoints (arXiv 1911.11763): 18 blocks, 20 rounds of Sinkhorn's normalisation, mutual matches."""

    def __init__(self):
        super().__init__()
        self.encode, self.project = pointwise(3, 32, 64, 128, 256, 256), nn.Conv1d(256, 256, 1)
        self.blocks = nn.ModuleList(MatchBlock() for _ in range(18))
        self.bin = nn.Parameter(torch.tensor(1.0))

    def start(self, points, scores, descriptors):
        return descriptors + self.encode(torch.cat([points.transpose(1, 2) / 448, scores.unsqueeze(1)], dim=1))

    def forward(self, points0, scores0, descriptors0, points1, scores1, descriptors1):
        x, y = self.start(points0, scores0, descriptors0), self.start(points1, scores1, descriptors1)
        for i, block in enumerate(self.blocks):
            from_x, from_y = (y, x) if i % 2 else (x, y)
            dx, dy = block(x, from_x), block(y, from_y)
            x, y = x + dx, y + dy
        z = self.transport(self.project(x).transpose(1, 2) @ self.project(y) / 16)[:, :-1, :-1]
        best, columns = z.max(2)
        rows = z.max(1).indices
        at = torch.arange(z.shape[1])[None]
        mutual0, mutual1 = at == rows.gather(1, columns), at == columns.gather(1, rows)
        score0 = torch.where(mutual0, best.exp(), torch.zeros(1))
        score1 = torch.where(mutual1, score0.gather(1, rows), torch.zeros(1))
        valid0 = mutual0 & (score0 > 0)
        valid1 = mutual1 & valid0.gather(1, rows)
        none = torch.tensor(-1)
        return torch.where(valid0, columns, none), torch.where(valid1, rows, none), score0, score1

    def transport(self, scores):
        n = scores.shape[1]
        z = torch.cat([torch.cat([scores, self.bin.expand(1, n, 1)], -1), self.bin.expand(1, 1, n + 1)], 1)
        mass = torch.full((1, n + 1), -math.log(2 * n))
        mass[0, n] += math.log(n)
        u = v = torch.zeros_like(mass)
        for _ in range(20):
            u = mass - log_sum_exp(z + v.unsqueeze(1), 2)
            v = mass - log_sum_exp(z + u.unsqueeze(2), 1)
        return z + u.unsqueeze(2) + v.unsqueeze(1) + math.log(2 * n)


def log_sum_exp(x, axis):
    top = x.max(axis, keepdim=True).values
    return torch.log(torch.exp(x - top).sum(axis)) + top.squeeze(axis)


def pointwise(*widths):
    layers = []
    for before, after in zip(widths, widths[1:]):
        layers += [nn.Conv1d(before, after, 1), nn.BatchNorm1d(after), nn.ReLU()]
    return nn.Sequential(*layers[:-2])


def ids(*shape):
    return torch.randint(1, 1000, shape)


SAM = (torch.rand(1, 256, 64, 64), torch.rand(1, 1, 2, 256), torch.rand(1, 256, 64, 64))
KEYPOINTS = (torch.rand(1, 1024, 2), torch.rand(1, 1024), torch.rand(1, 256, 1024))
NETWORKS = {
    "bert": (Bert, (ids(8, 256), torch.zeros(8, 256, dtype=torch.long))),
    "bert_unfused": (UnfusedBert, (ids(8, 256), torch.zeros(8, 256, dtype=torch.long))),
    "vit480": (Vit, (torch.rand(1, 3, 480, 480),)),
    "text_over_image": (TextOverImage, (torch.rand(1, 901, 768), ids(1, 35), torch.ones(1, 35, dtype=torch.long))),
    "image_text_match": (ImageTextMatch, (torch.rand(1, 3, 384, 384), ids(1, 35), torch.ones(1, 35, dtype=torch.long))),
    "superglue": (SuperGlue, KEYPOINTS + KEYPOINTS),
    "sam_decoder": (SamDecoder, SAM),
    "sam_decoder_unfused": (UnfusedSamDecoder, SAM),
    "clip_image": (ClipImage, (torch.rand(1, 3, 224, 224),)),
    "clip_text": (ClipText, (ids(1, 77),)),
    "conformer": (Conformer, (torch.rand(1, 1200, 80), torch.tensor([290], dtype=torch.int32))),
    "segformer_b0": (Segformer, (torch.rand(1, 3, 512, 1024),)),
}

if __name__ == "__main__":
    main(NETWORKS, lambda name: "--quantize F16|F32 --chip bm1684x", lambda name: 14 if name.startswith("clip") else 13)
