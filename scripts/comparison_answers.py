# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
"""Pairs of programs with known edits: what is compiled, what is changed, and what a comparison must answer.

A variant is a dict: `network` and `switches` (comparison_networks.py), `chip`, `dtype`, and where they matter `batch`,
`shape`, `options` and `transform` (of the compiler's tools), `types` (of layers), `low` (end of all ranges), `compiler`
(version). An edit has a `class` (docs/compare.md), `layers` that it concerns (patterns as in a shell), other classes
that are right (`also`), the `change` of the variant (`remove` takes an option away), or `run_args` for the chip of B.
"""
X, A = "bm1684x", "bm1684"
RGB = "--mean 123.7,116.3,103.5 --scale 0.017,0.0175,0.0174 --pixel_format rgb"


def base(network, chip, dtype, **more):
    return {"network": network, "chip": chip, "dtype": dtype, **more}


def edit(change_class, layers, also="", run_args="", expected="unknown", switches=None, **change):
    return {"class": change_class, "layers": layers, "also": also, "run_args": run_args, "expected": expected,
            "change": {**change, **({"switches": switches} if switches else {})}}


def pairs(table):
    return [{"name": name, "base": variant, "edits": list(edits)} for name, variant, *edits in table]


ONE_EDIT = pairs([
    ("u01", base("plain", X, "INT8"), edit("channels", "/s2/*,/s3/s3.0/*", switches={"width_s2": 72})),
    ("u02", base("plain", X, "F16"), edit("kernel_size", "/s3/*", switches={"kernel_s3": 7})),
    ("u03", base("plain", A, "INT8", compiler="1.9", options="--do_winograd"),
     edit("winograd_off", "/s?/*", remove="--do_winograd")),
    ("u04", base("branches", X, "INT8"), edit("pool_kernel", "/m1/pooled/*", switches={"pool_m1": 9})),
    ("u05", base("branches", A, "F32"), edit("batch", "all", batch=2)),
    ("u06", base("branches", A, "INT8"), edit("layer_group_off", "all", options="--disable_layer_group")),
    ("u07", base("grouped", X, "F16"), edit("group_conv", "/b2/conv2/*", switches={"groups_b2": 2})),
    ("u08", base("grouped", A, "F32"),
     edit("norm_layer", "/b3/more/*", "group_cut", switches={"extra_b3": "group_norm"})),
    ("u09", base("grouped", X, "INT8"),
     edit("float_layer", "/b2/conv3/*", types={"/b2/conv3/conv3.0/Conv_output_0_Conv": "F16"})),
    ("u10", base("grouped", X, "INT8"),
     edit("input_scaling", "/Sub*,/Div*,/Mul*,/stem/*", "conv_method", switches={"scale": 1})),
    ("u11", base("grouped", X, "INT8"), edit("asym_pad", "/stem/*", "none;unfused_bn", switches={"uneven": 1})),
    ("u12", base("pyramid", X, "INT8"), edit("upsample_kind", "/up/*", "resize", switches={"up": "nearest"})),
    ("u13", base("pyramid", X, "F16"), edit("postprocess_in_network", "*ArgMax*", switches={"end": "argmax"})),
    ("u14", base("pyramid", A, "F32"),
     edit("permuted_output", "*Transpose*", "transpose", switches={"end": "channels_last"})),
    ("u15", base("pyramid", X, "F32"),
     edit("softmax", "/more/*", "group_cut", switches={"extra_join": "channel_softmax"})),
    ("u16", base("detector", X, "INT8"),
     edit("postprocess_in_network", "*Softmax*,*Sigmoid*,*Mul*,*ReduceSum*,*Concat*,*Reshape*,/Transpose*",
          switches={"end": "decode"})),
    ("u17", base("detector", X, "F16"), edit("upsample_kind", "/up/*", "resize", switches={"up": "deconv"})),
    ("u18", base("detector", A, "INT8", options="--quant_input --quant_output"),
     edit("io_cast", "*", remove="--quant_output")),
    ("u19", base("detector", X, "INT8"),
     edit("strided_slice", "/more/*", "group_cut", switches={"extra_p1": "checkered"})),
    ("u20", base("detector", X, "INT8"), edit("opt_level", "all", "group_cut;none", options="--opt 1")),
    ("u21", base("efficient", A, "INT8"), edit("depthwise_to_dense", "/e2/depth/*", switches={"dense_e2": 1})),
    ("u22", base("efficient", X, "INT8"), edit("activation", "/e3/*", switches={"act_e3": "elu"})),
    ("u23", base("efficient", X, "INT8", low=-0.6), edit("asymmetric_quant", "all", "requant", options="--asymmetric")),
    ("u24", base("efficient", X, "INT8"), edit("dynamic", "all", options="--dynamic")),
    ("u25", base("efficient", X, "INT8", compiler="1.9"),
     edit("compiler_version", "*", "conv_method;group_cut;dma_pattern", compiler="")),
    ("u26", base("efficient", X, "F16"), edit("precision", "all", dtype="INT8")),
    ("u27", base("mixer", X, "F16"), edit("transpose", "/more/*", "group_cut", switches={"extra_l0": "axes"})),
    ("u28", base("mixer", X, "F16"), edit("activation", "/tokens.?/*,/channels.?/*", switches={"act": "tanh"})),
    ("u29", base("decoder", X, "F16"), edit("sequence_length", "all", shape=(96, 128))),
    ("u30", base("decoder", X, "F16"), edit("norm_layer", "*n1*,*n2*", switches={"norm": "layer"})),
    ("u31", base("decoder", X, "BF16", shape=(128, 128)),
     edit("gather", "/l0/more/*", "group_cut", switches={"extra_l0": "pick"})),
    ("u32", base("decoder", X, "F16"), edit("channels", "/l1/*", switches={"width_l1": 512})),
    ("u33", base("upscale", X, "INT8"), edit("upsample_kind", "/up/*", "resize", switches={"up": "bilinear"})),
    ("u34", base("upscale", A, "INT8"),
     edit("channel_shuffle", "/r1/*", "group_cut;transpose", switches={"extra_r1": "shuffle"})),
    ("u35", base("upscale", X, "F16"), edit("resize", "/r2/*", "group_cut", switches={"extra_r2": "nearest"})),
    ("u36", base("upscale", X, "INT8"), edit("input_size", "all", shape=(3, 72, 72))),
    ("u37", base("sequence", X, "F16"), edit("kernel_size", "/t.2/*", switches={"kernel_t2": 7})),
    ("u38", base("reader", X, "INT8", transform=RGB),
     edit("fuse_preprocess", "*", "io_cast", options="--fuse_preprocess --customization_format RGB_PLANAR")),
    ("u39", base("reader", X, "INT8"), edit("unfused_bn", "/more/*", "none", switches={"extra_c3": "bn"})),
    ("u40", base("reader", A, "INT8"),
     edit("permuted_output", "*Transpose*,x*,/fc*", "transpose", switches={"end": "time_first"})),
    ("u41", base("reader", X, "INT8"), edit("ddr", "all", run_args="--set ddr.controllers=1")),
    ("u42", base("pyramid", X, "INT8"), edit("clock", "all", run_args="--set tiu.clock_mhz=800")),
    ("u43", base("detector", X, "INT8"), edit("chip", "all", chip=A)),
    ("u44", base("grouped", A, "INT8", compiler="1.9"),
     edit("compiler_version", "*", "conv_method;group_cut;dma_pattern", compiler="")),
])

SEVERAL_EDITS = pairs([
    ("w1", base("grouped", X, "INT8"),
     edit("norm_layer", "/b3/more/*", "group_cut", switches={"extra_b3": "instance_norm"}),
     edit("group_conv", "/b2/conv2/*", switches={"groups_b2": 1})),
    ("w2", base("detector", X, "INT8"),
     edit("upsample_kind", "/up/*", "resize", switches={"up": "bilinear"}), edit("batch", "all", batch=4)),
    ("w3", base("efficient", A, "INT8"), edit("depthwise_to_dense", "/e2/depth/*", switches={"dense_e2": 1}),
     edit("transpose", "/e3/more/*", "group_cut", switches={"extra_e3": "axes"}),
     edit("kernel_size", "/e4/depth/*", switches={"kernel_e4": 5})),
    ("w4", base("decoder", X, "F16"), edit("sequence_length", "all", shape=(96, 128)),
     edit("softmax", "/l0/more/*", "group_cut", switches={"extra_l0": "softmax"})),
    ("w5", base("pyramid", X, "INT8"), edit("input_size", "all", shape=(3, 128, 128)),
     edit("kernel_size", "/a2/*", switches={"kernel_a2": 7})),
    ("w6", base("branches", X, "F16"), edit("precision", "all", dtype="F32"),
     edit("pool_kernel", "/m1/pooled/*", switches={"pool_m1": 9})),
    ("w7", base("plain", A, "INT8"), edit("layer_group_off", "all", options="--disable_layer_group"),
     edit("channels", "/s2/*,/s3/s3.0/*", switches={"width_s2": 72})),
])
