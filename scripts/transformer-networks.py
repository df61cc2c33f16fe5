#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Writes the transformers of docs/silicon.md as ONNX, with random weights: only the architecture matters to time.

usage: transformer-networks.py DIR [NAME...]      needs PyPI torch 2.1.2, transformers 4.36.2, numpy 1.24.3, onnx 1.14
"""
import sys

import torch
import transformers as tf
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
    """Vision encoder of BLIP's question answering: ViT-B/16 at 480 pixels."""

    def __init__(self):
        super().__init__()
        self.vit = tf.BlipVisionModel(tf.BlipVisionConfig(hidden_size=768, intermediate_size=3072, image_size=480))

    def forward(self, images):
        return self.vit(images)[0]


class TextOverImage(nn.Module):
    """Text encoder of BLIP's question answering: 35 tokens that attend to 901 image tokens."""

    def __init__(self):
        super().__init__()
        self.text = BlipTextModel(
            tf.BlipTextConfig(vocab_size=30524, encoder_hidden_size=768, num_attention_heads=12, is_decoder=True),
            add_pooling_layer=False)

    def forward(self, image, ids, mask):
        return self.text(input_ids=ids, attention_mask=mask, encoder_hidden_states=image,
                         encoder_attention_mask=torch.ones(1, 901), is_decoder=False)[0]


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


class Segformer(nn.Module):
    """SegFormer-B0 as mmseg exports it: scores at the input's size, softmax in its parts, arg-max."""

    def __init__(self):
        super().__init__()
        self.net = tf.SegformerForSemanticSegmentation(tf.SegformerConfig(num_labels=19))

    def forward(self, images):
        scores = F.interpolate(self.net(images).logits, size=images.shape[2:], mode="bilinear", align_corners=False)
        e = torch.exp(scores - scores.amax(1, keepdim=True))
        return (e / e.sum(1, keepdim=True)).argmax(1, keepdim=True)


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

    def forward(self, x, positions):
        split = lambda a: a.view(x.shape[0], -1, self.heads, x.shape[2] // self.heads)
        x = x + 0.5 * self.ff[0](self.norms[0](x))
        y = self.norms[1](x)
        q, k, v = split(self.q(y)), split(self.k(y)).transpose(1, 2), split(self.v(y)).transpose(1, 2)
        p = split(self.p(positions)).transpose(1, 2)
        scores = (q + self.u).transpose(1, 2) @ k.transpose(-2, -1) + (q + self.w).transpose(1, 2) @ p.transpose(-2, -1)
        y = (torch.softmax(scores / 8.0, dim=-1) @ v).transpose(1, 2).contiguous().view(x.shape)
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

    def forward(self, frames):
        y = F.relu(self.conv[1](F.relu(self.conv[0](frames.unsqueeze(1)))))
        y = self.project(y.transpose(1, 2).contiguous().view(1, 299, 256 * 19)) * 16
        for block in self.blocks:
            y = block(y, self.positions)
        y = self.post(y)
        return y, F.log_softmax(self.tokens(y), dim=-1)


def ids(*shape):
    return torch.randint(1, 1000, shape)


SAM = (torch.rand(1, 256, 64, 64), torch.rand(1, 1, 2, 256), torch.rand(1, 256, 64, 64))
NETWORKS = {
    "bert": (Bert, (ids(8, 256), torch.zeros(8, 256, dtype=torch.long))),
    "bert_unfused": (UnfusedBert, (ids(8, 256), torch.zeros(8, 256, dtype=torch.long))),
    "vit480": (Vit, (torch.rand(1, 3, 480, 480),)),
    "text_over_image": (TextOverImage, (torch.rand(1, 901, 768), ids(1, 35), torch.ones(1, 35, dtype=torch.long))),
    "sam_decoder": (SamDecoder, SAM),
    "sam_decoder_unfused": (UnfusedSamDecoder, SAM),
    "clip_image": (ClipImage, (torch.rand(1, 3, 224, 224),)),
    "clip_text": (ClipText, (ids(1, 77),)),
    "conformer": (Conformer, (torch.rand(1, 1200, 80),)),
    "segformer_b0_mmseg": (Segformer, (torch.rand(1, 3, 512, 1024),)),
}

if __name__ == "__main__":
    torch.manual_seed(1)
    for network in sys.argv[2:] or NETWORKS:
        make, inputs = NETWORKS[network]
        shapes = str([list(x.shape) for x in inputs]).replace(" ", "")
        with torch.no_grad():
            torch.onnx.export(make().eval(), inputs, f"{sys.argv[1]}/{network}.onnx", opset_version=14 if network.startswith("clip") else 13)
        print(f"model_transform --model_name {network} --model_def {network}.onnx --input_shapes {shapes} --mlir {network}.mlir")
        print(f"model_deploy --mlir {network}.mlir --quantize F16|F32 --chip bm1684x --model {network}.bmodel")
