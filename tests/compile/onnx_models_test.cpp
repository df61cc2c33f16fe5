// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Small models in ONNX's text form on both chips in every precision, beside the reference in doubles: what import,
// quantisation and kernels must agree on, and where silent wrong numbers were found.
#include <gtest/gtest.h>
#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "kernels/graph/onnx/import.h"
#include "kernels/prepare.h"
#include "tests/compile/chip_run.h"
#include "tests/compile/random_graph.h"
#include "tests/folders.h"

namespace bmemu::tests {
namespace {

using kernels::Precision;
using Cell = std::pair<const char*, Precision>;

/// Numbers within 0.6 for whatever a model declares but nothing computes.
void add_weights(onnx::GraphProto& graph) {
  std::set<std::string> known;
  for (const auto& input : graph.input()) known.insert(input.name());
  for (const auto& tensor : graph.initializer()) known.insert(tensor.name());
  for (const auto& node : graph.node()) known.insert(node.output().begin(), node.output().end());
  for (const auto& declared : graph.value_info()) {
    if (known.count(declared.name()) != 0) continue;
    auto& weights = *graph.add_initializer();
    weights.set_name(declared.name());
    weights.set_data_type(onnx::TensorProto::FLOAT);
    std::int64_t count = 1;
    for (const auto& dimension : declared.type().tensor_type().shape().dim()) {
      weights.add_dims(dimension.dim_value());
      count *= dimension.dim_value();
    }
    for (const float x : random_numbers(known.size() + graph.initializer_size(), static_cast<std::size_t>(count)))
      weights.add_float_data(0.6F * x);
  }
}

/// The model in ONNX's text form. What stands between < and > behind the outputs are constants.
kernels::Graph imported(const std::string& body, int opset) {
  onnx::ModelProto model;
  const std::string text = "<ir_version: 8, opset_import: [\"\" : " + std::to_string(opset) + "]> " + body;
  onnx::OnnxParser parser(text.c_str());
  const auto status = parser.Parse(model);
  EXPECT_TRUE(status.IsOK()) << status.ErrorMessage();
  add_weights(*model.mutable_graph());
  return kernels::import_onnx(model, "model");
}

/// Floats within 2; whole numbers from 1 to 50, of which the last of each row is 0.
Tensors inputs_of(const kernels::Graph& graph) {
  Tensors inputs;
  for (const auto id : graph.inputs) {
    const kernels::Value& input = graph.value(id);
    kernels::reference::Tensor<float> tensor{input.shape, {}};
    const auto row = static_cast<std::size_t>(input.shape.empty() ? 1 : input.shape.back());
    tensor.data = random_numbers(inputs.size(), static_cast<std::size_t>(kernels::elements(input.shape)));
    for (std::size_t i = 0; i < tensor.data.size(); ++i) {
      float& x = tensor.data[i];
      const bool is_last = i % row == row - 1;
      x = input.type == isa::DataType::kF32 ? 2 * x : is_last ? 0 : std::round(25.5F + 24.5F * x);
    }
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

double allowed(Precision precision) {
  switch (precision) {
    case Precision::kF32: return 1e-4;
    case Precision::kF16: return 1e-2;
    case Precision::kBf16: return 4e-2;
    case Precision::kI8: return 6e-2;
  }
  return 0;
}

class OnnxModels : public testing::TestWithParam<Cell> {
 protected:
  void check(const std::string& body, int opset = 17) {
    const Precision precision = GetParam().second;
    judge(body, opset, [&](const std::vector<float>& actual, const std::vector<float>& expected) {
      EXPECT_LE(relative_error(actual, expected), allowed(precision));
    });
  }

  /// Large results: f32 by the largest difference, all others by the angle. On BM1684, which has one shift per layer,
  /// bytes are coarse.
  void check_direction(const std::string& body, int opset) {
    const auto [chip_name, precision] = GetParam();
    const double least = precision == Precision::kF16          ? 0.9995
                         : precision == Precision::kBf16       ? 0.995
                         : std::string(chip_name) == "bm1684x" ? 0.99
                                                               : 0.9;
    judge(body, opset, [&, is_f32 = precision == Precision::kF32](const auto& actual, const auto& expected) {
      if (is_f32)
        EXPECT_LE(relative_error(actual, expected), 1e-3);
      else
        EXPECT_GE(cosine(actual, expected), least);
    });
  }

 private:
  template <class Judge>
  void judge(const std::string& body, int opset, const Judge& judge) {
    const auto [chip_name, precision] = GetParam();
    const kernels::Graph graph = imported(body, opset);
    const Tensors inputs = inputs_of(graph), expected = expected_of(graph, inputs);
    const isa::ChipSpec chip = built_in_chip(chip_name);
    kernels::PrepareOptions options;
    options.family = chip.family;
    options.precision = precision;
    options.calibrate = [&](const kernels::Graph& fused) { return kernels::calibrate(fused, {inputs}); };
    const Tensors actual = run_on_chip(kernels::prepare(graph, options), chip, inputs);
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      SCOPED_TRACE("output " + std::to_string(i));
      judge(actual[i].data, expected[i].data);
    }
  }
};

TEST_P(OnnxModels, PadsWholeNumbers) {
  check(R"(m (int64[2,6] x) => (int64[2,9] y, float[2,9] z)
    <int64[4] pads = {0, 2, 0, 1}, int64 seven = {7}> {
      y = Pad (x, pads, seven)
      z = Cast <to = 1> (y) })");
}

/// Positions of tokens from the tokens: rounded numbers would be other rows.
TEST_P(OnnxModels, CountsInEveryPrecision) {
  check(R"(m (int64[2,6] x) => (float[2,6,4] y)
    <int64 zero = {0}, int64 one = {1}, int64 axis = {1}, int64 fifty = {50}, int64 many = {3001}, float[3100,4] table> {
      none = Equal (x, zero)
      some = Not (none)
      mask = Cast <to = 7> (some)
      count = CumSum (mask, axis)
      at = Mul (count, mask)
      place = Add (at, many)
      rest = Mod (place, fifty)
      far = Add (rest, many)
      y = Gather (table, far) })");
}

/// The largest number of f32 as "never": it must not widen a range, nor become infinity.
TEST_P(OnnxModels, MasksWithTheLargestNumber) {
  check(R"(m (float[2,5,8] x, int64[2,5] ids) => (float[2,5,8] y)
    <float[8,8] w, float scale = {-3.4028235e38}, int64 zero = {0}, int64[1] axis = {1}> {
      q = MatMul (x, w)
      turned = Transpose <perm = [0, 2, 1]> (q)
      scores = MatMul (q, turned)
      none = Equal (ids, zero)
      hidden = Cast <to = 1> (none)
      large = Mul (hidden, scale)
      mask = Unsqueeze (large, axis)
      masked = Add (scores, mask)
      p = Softmax <axis = 2> (masked)
      y = MatMul (p, q) })");
}

/// As PyTorch's masks of what is to come, and as a Where writes them; the logarithm of zero is the infinity.
TEST_P(OnnxModels, MasksWithInfinity) {
  check(R"(m (float[1,5,8] x, int64[1,5] ids) => (float[1,5,8] y, float[1,5,5] z)
    <float[8,8] w, float[5,5] seen = {1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1},
      float nothing = {0}, int64 zero = {0}> {
      q = MatMul (x, w)
      turned = Transpose <perm = [0, 2, 1]> (q)
      scores = MatMul (q, turned)
      mask = Log (seen)
      masked = Add (scores, mask)
      p = Softmax <axis = 2> (masked)
      y = MatMul (p, q)
      low = Log (nothing)
      none = Equal (ids, zero)
      hidden = Where (none, low, scores)
      z = Softmax <axis = 2> (hidden) })");
}

TEST_P(OnnxModels, DivideByWhatIsComputed) {
  check(R"(m (float[1,4,6,6] x) => (float[1,4,6,6] y, float[1,4,6,6] z)
    <float[4,4,3,3] w, float small = {1}> {
      c = Conv <pads = [1, 1, 1, 1]> (x, w)
      size = Abs (c)
      some = Add (size, small)
      y = Reciprocal (some)
      z = Log (some) })");
}

TEST_P(OnnxModels, ConvolveWithComputedWeights) {
  check(R"(m (float[1,4,7,6] x, float[6,2,3,3] w, float[6] b) => (float[1,6,4,3] y)
    { y = Conv <pads = [1, 1, 1, 1], strides = [2, 2], group = 2> (x, w, b) })");
}

TEST_P(OnnxModels, TakeTheLargest) {
  check(R"(m (float[3,20] x) => (float[3,4] y, int64[3,4] at)
    <int64[1] k = {4}> { y, at = TopK (x, k) })");
}

/// Angles of floats, and of counts, which are not rounded on their way.
TEST_P(OnnxModels, TurnAngles) {
  check(R"(m (float[4,9] x, int64[4,9] n) => (float[4,9] s, float[4,9] c, float[4,9] t, float[4,9] far)
    <float many = {3.5}, float part = {0.9}> {
      angle = Mul (x, many)
      s = Sin (angle)
      c = Cos (angle)
      t = Atan (angle)
      count = Cast <to = 1> (n)
      turned = Mul (count, part)
      far = Sin (turned) })");
}

TEST_P(OnnxModels, RoundAsQuantisedModelsSay) {
  check(R"(m (float[1,3,6,6] x) => (float[1,4,4,4] y)
    <float scale = {0.02}, int8 zero = {3}, float[4,3,3,3] w> {
      q = QuantizeLinear (x, scale, zero)
      d = DequantizeLinear (q, scale, zero)
      y = Conv (d, w) })");
}

TEST_P(OnnxModels, PoolWindowsThatLieFarApart) {
  check(R"(m (float[1,3,100] x, float[1,2,40,36] z) => (float[1,3,5] y, float[1,3,4] m, float[1,2,2,2] a)
    { y = AveragePool <kernel_shape = [20], strides = [20]> (x)
      m = MaxPool <kernel_shape = [17], strides = [25], pads = [3, 0]> (x)
      a = AveragePool <kernel_shape = [20, 16], strides = [20, 18]> (z) })");
}

/// No condition of a power is a negative zero.
TEST_P(OnnxModels, RaiseAConstant) {
  check(R"(m (float[3,7] x) => (float[3,7] y) <float two = {2}> { y = Pow (two, x) })");
}

/// A model of tests/data/models: "# NAME opset N", with "fp32" behind when numbers jump where others are rounded, and
/// the model's body.
struct WrittenModel {
  std::string name;
  int opset = 0;
  bool jumps = false;
  std::string body;
};

std::vector<WrittenModel> written_models() {
  std::vector<WrittenModel> models;
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() + "/tests/data/models")) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      if (line.rfind("# ", 0) != 0) {
        if (!models.empty()) models.back().body += line + "\n";
        continue;
      }
      std::istringstream words(line.substr(2));
      std::string opset, word;
      WrittenModel model;
      words >> model.name >> opset >> model.opset;
      model.jumps = bool(words >> word);
      models.push_back(std::move(model));
    }
  }
  return models;
}

TEST_P(OnnxModels, OfExportersComputeWhatTheReferenceComputes) {
  const std::vector<WrittenModel> models = written_models();
  ASSERT_GT(models.size(), 90U);
  for (const WrittenModel& model : models) {
    if (model.jumps && GetParam().second != Precision::kF32) continue;
    SCOPED_TRACE(model.name);
    EXPECT_NO_THROW(check_direction("m " + model.body, model.opset));
  }
}

INSTANTIATE_TEST_SUITE_P(Chips, OnnxModels,
                         testing::Values(Cell("bm1684", Precision::kF32), Cell("bm1684x", Precision::kF32),
                                         Cell("bm1684", Precision::kI8), Cell("bm1684x", Precision::kI8),
                                         Cell("bm1684x", Precision::kF16), Cell("bm1684x", Precision::kBf16)),
                         [](const auto& of) {
                           return std::string(of.param.first) + "_" + std::string(kernels::name(of.param.second));
                         });

}  // namespace
}  // namespace bmemu::tests
