// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators that are made of others, beside what they stand for, written out.
#include <gtest/gtest.h>
#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <string>

#include "isa/error.h"
#include "kernels/graph/onnx/import.h"
#include "kernels/graph/reference/reference.h"
#include "tests/compile/chip_run.h"
#include "tests/compile/random_graph.h"

namespace bmemu::tests {
namespace {

std::vector<float> results_of(const std::string& body, int opset = 20) {
  onnx::ModelProto model;
  const std::string text =
      "<ir_version: 8, opset_import: [\"\" : " + std::to_string(opset) + ", \"com.microsoft\" : 1]> m " + body;
  onnx::OnnxParser parser(text.c_str());
  const auto status = parser.Parse(model);
  EXPECT_TRUE(status.IsOK()) << status.ErrorMessage();
  const kernels::Graph graph = kernels::import_onnx(model, "model");
  std::vector<kernels::reference::Tensor<float>> inputs;
  for (const auto id : graph.inputs) {
    const auto& shape = graph.value(id).shape;
    inputs.push_back({shape, random_numbers(inputs.size(), static_cast<std::size_t>(kernels::elements(shape)))});
  }
  return kernels::reference::run<float>(graph, inputs).at(0).data;
}

const std::string kNumbers =
    "<float xs = {0.02}, uint8 xz = {120}, uint8[2,1,2,2] w = {10, 240, 130, 77, 200, 3, 128, 90}, float ws = {0.01}, "
    "uint8 wz = {121}, float ys = {0.03}, uint8 yz = {99}, int32[2] b = {500, -300}, float bs = {0.0002}> ";
const std::string kFloats =
    "q = QuantizeLinear (x, xs, xz) xd = DequantizeLinear (q, xs, xz) "
    "wd = DequantizeLinear (w, ws, wz) ";

TEST(ComposedOperators, AQuantisedConvolutionRoundsAsItsPartsDo) {
  const std::string head = "(float[1,1,5,6] x) => (float[1,2,3,4] y) " + kNumbers + "{ ";
  const auto whole = results_of(head +
                                "q = QuantizeLinear (x, xs, xz) r = QLinearConv <strides = [2, 2], "
                                "pads = [1, 1, 1, 1]> (q, xs, xz, w, ws, wz, ys, yz, b) "
                                "y = DequantizeLinear (r, ys, yz) }");
  const auto parts = results_of(head + kFloats +
                                "bd = DequantizeLinear (b, bs) c = Conv <strides = [2, 2], "
                                "pads = [1, 1, 1, 1]> (xd, wd, bd) "
                                "r = QuantizeLinear (c, ys, yz) y = DequantizeLinear (r, ys, yz) }");
  EXPECT_EQ(whole, parts);
  EXPECT_GT(*std::max_element(parts.begin(), parts.end()), 0.03F);
}

TEST(ComposedOperators, IntegerConvolutionsSumWhatIsLeftOfZeroPoints) {
  const std::string head = "(float[1,1,5,6] x) => (float[1,2,4,5] y) " + kNumbers + "{ ";
  const auto whole = results_of(head +
                                "q = QuantizeLinear (x, xs, xz) r = ConvInteger (q, w, xz, wz) "
                                "f = Cast <to = 1> (r) y = Mul (f, bs) }");
  EXPECT_LE(relative_error(whole, results_of(head + kFloats + "y = Conv (xd, wd) }")), 1e-6);
}

TEST(ComposedOperators, DynamicQuantisationCoversTheRangeAndZero) {
  const std::string head = "(float[3,8] x) => (float[3,8] y) { ";
  const auto whole = results_of(head +
                                "q, s, z = DynamicQuantizeLinear (x) f = Cast <to = 1> (q) "
                                "p = Cast <to = 1> (z) d = Sub (f, p) y = Mul (d, s) }");
  EXPECT_LE(relative_error(whole, results_of(head + "y = Identity (x) }")), 0.01);
}

TEST(ComposedOperators, RmsNormsAreTheirParts) {
  const std::string head =
      "(float[2,3,4] x) => (float[2,3,4] y) <float[4] s = {1, 2, -1, 0.5}, int64[1] last = {2}, "
      "float e = {0.1}> { ";
  const auto parts = results_of(head +
                                "q = Mul (x, x) m = ReduceMean (q, last) a = Add (m, e) r = Sqrt (a) "
                                "n = Div (x, r) y = Mul (n, s) }");
  EXPECT_LE(relative_error(results_of(head + "y = RMSNormalization <epsilon = 0.1> (x, s) }", 23), parts), 1e-6);
}

TEST(ComposedOperators, AttentionIsItsParts) {
  const std::string head =
      "(float[1,3,8] q, float[1,4,4] k, float[1,4,4] v) => (float[1,3,8] y) "
      "<int64[3] back = {0, 0, -1}, float half = {0.5}, "
      "float[1,1,3,4] m = {0, -1e30, -1e30, -1e30, 0, 0, -1e30, -1e30, 0, 0, 0, -1e30}, "
      "int64[4] rq = {0, 0, 4, 2}, int64[4] rk = {0, 0, 2, 2}, int64[1] two = {2}, "
      "int64[5] rep = {1, 2, 2, 4, 2}, int64[4] four = {1, 4, 4, 2}> { ";
  const auto parts =
      results_of(head +
                 "qr = Reshape (q, rq) qt = Transpose <perm = [0, 2, 1, 3]> (qr) kr = Reshape (k, rk) "
                 "kt = Transpose <perm = [0, 2, 1, 3]> (kr) ku = Unsqueeze (kt, two) ke = Expand (ku, rep) "
                 "kf = Reshape (ke, four) vr = Reshape (v, rk) vt = Transpose <perm = [0, 2, 1, 3]> (vr) "
                 "vu = Unsqueeze (vt, two) ve = Expand (vu, rep) vf = Reshape (ve, four) "
                 "kx = Transpose <perm = [0, 1, 3, 2]> (kf) a = MatMul (qt, kx) b = Mul (a, half) c = Add (b, m) "
                 "p = Softmax <axis = -1> (c) o = MatMul (p, vf) ot = Transpose <perm = [0, 2, 1, 3]> (o) "
                 "y = Reshape (ot, back) }");
  const auto whole = results_of(
      head + "y = Attention <q_num_heads = 4, kv_num_heads = 2, is_causal = 1, scale = 0.5> (q, k, v) }", 23);
  EXPECT_LE(relative_error(whole, parts), 1e-6);
}

TEST(ComposedOperators, RotaryEmbeddingsTurnPairsOfColumns) {
  const std::string head =
      "(float[1,1,2,4] x) => (float[1,1,2,4] y) <float[1,2,2] c = {0, 0, 1, 0}, "
      "float[1,2,2] s = {1, 1, 0, 1}, float[1,1,2,4] k = {1, 2, 3, 4, 5, 6, 7, 8}> { ";
  const auto with = [&](const std::string& how) {
    return results_of(head + "y = RotaryEmbedding <interleaved = " + how + "> (k, c, s) }", 23);
  };
  EXPECT_EQ(with("0"), (std::vector<float>{-3, -4, 1, 2, 5, -8, 7, 6}));
  EXPECT_EQ(with("1"), (std::vector<float>{-2, 1, -4, 3, 5, 6, -8, 7}));
}

TEST(ComposedOperators, TheOptimisersProductsTurnTheirSides) {
  const std::string head = "(float[5,2,3] x, float[2,4,3] z) => (float[2,5,4] y) <float half = {0.5}> { ";
  const auto parts = results_of(head +
                                "a = Transpose <perm = [1, 0, 2]> (x) b = Transpose <perm = [0, 2, 1]> (z) "
                                "p = MatMul (a, b) y = Mul (p, half) }");
  EXPECT_LE(relative_error(results_of(head + "y = com.microsoft.FusedMatMul <alpha = 0.5, transBatchA = 1, transB = 1> "
                                             "(x, z) }"),
                           parts),
            1e-6);
}

TEST(ComposedOperators, UpdatesOfOnePlaceMeetEachOther) {
  const std::string head =
      "(float[2] u) => (float[1,4] y) <float[1,4] x = {1, 2, 3, 4}, int64[1,3] at = {0, 2, 2}, "
      "float[1,3] v = {10, 20, 30}> { ";
  const auto with = [&](const std::string& reduction) {
    return results_of(head + "y = ScatterElements <axis = 1, reduction = \"" + reduction + "\"> (x, at, v) }");
  };
  EXPECT_EQ(with("add"), (std::vector<float>{11, 2, 53, 4}));
  EXPECT_EQ(with("mul"), (std::vector<float>{10, 2, 1800, 4}));
  EXPECT_EQ(with("max"), (std::vector<float>{10, 2, 30, 4}));
  EXPECT_EQ(with("none"), (std::vector<float>{10, 2, 30, 4}));
}

}  // namespace
}  // namespace bmemu::tests
