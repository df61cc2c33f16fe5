// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// LSTM, GRU and RNN, unrolled. The part of the gates that depends on the input alone is one product for all steps.
#include <fmt/format.h>

#include <algorithm>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

using B = BinaryFunction;
using U = UnaryFunction;

constexpr std::int64_t kMostSteps = 16384;  ///< some ten nodes each

/// What the three operators share: weights of one direction and the rows of one step.
class Recurrence {
 public:
  Recurrence(NodeImport& node, std::int64_t gates) : node_(node), gates_(gates) {
    is_batchwise_ = node.integer("layout", 0) != 0;
    x_ = node.as_float(node.input(0));
    if (node.shape(x_).size() != 3) throw Unsupported{"an input that is not of rank 3"};
    if (is_batchwise_) x_ = node.permute(x_, {1, 0, 2});
    steps_ = node.shape(x_)[0];
    if (steps_ > kMostSteps) throw Unsupported{fmt::format("{} steps; at most {} are unrolled", steps_, kMostSteps)};
    batch_ = node.shape(x_)[1];
    const Shape& recurrence = node.shape(node.input(2));
    if (recurrence.size() != 3) throw Unsupported{"weights that are not of rank 3"};
    hidden_ = recurrence[2];
    directions_ = recurrence[0];
    const std::string direction = node.word("direction", "forward");
    is_reverse_first_ = direction == "reverse";
    if (directions_ != (direction == "bidirectional" ? 2 : 1)) throw Unsupported{"directions and weights differ"};
    if (node.has_attribute("clip")) throw Unsupported{"clip"};
    if (node.has(4))
      for (const auto length : node.constant_integers(4, "sequence_lens"))
        if (length != steps_) throw Unsupported{"sequences of different lengths"};
    if (node.has(3)) bias_ = node.constant_floats(3, "bias");
  }
  virtual ~Recurrence() = default;

  void run() {
    std::vector<Operand> all, last, last_cell;
    for (direction_ = 0; direction_ < directions_; ++direction_) {
      const bool is_reverse = direction_ == 1 || is_reverse_first_;
      prepare();
      hidden_state_ = initial(5);
      cell_state_ = initial(6);
      std::vector<Operand> outputs(static_cast<std::size_t>(steps_));
      for (std::int64_t i = 0; i < steps_; ++i) {
        const std::int64_t t = is_reverse ? steps_ - 1 - i : i;
        step(t);
        outputs[static_cast<std::size_t>(t)] = node_.reshape(*hidden_state_, {1, 1, batch_, hidden_});
      }
      all.push_back(node_.joined(outputs, 0));
      last.push_back(node_.reshape(*hidden_state_, {1, batch_, hidden_}));
      if (cell_state_) last_cell.push_back(node_.reshape(*cell_state_, {1, batch_, hidden_}));
    }
    if (node_.has_output(0)) node_.result(whole(node_.joined(all, 1), {2, 0, 1, 3}), 0);
    if (node_.has_output(1)) node_.result(whole(node_.joined(last, 0), {1, 0, 2}), 1);
    if (node_.has_output(2)) node_.result(whole(node_.joined(last_cell, 0), {1, 0, 2}), 2);
  }

 protected:
  /// Computes hidden_state_ (and cell_state_) of step `t` from those before it; both (1, batch, hidden).
  virtual void step(std::int64_t t) = 0;
  /// Whether the recurrent biases are added to the input's part at once.
  virtual bool adds_recurrent_bias(std::int64_t /*gate*/) const { return true; }

  /// Rows [first, first + count) x hidden of the recurrent weights, transposed: (1, hidden, count x hidden).
  Operand recurrent(std::int64_t first, std::int64_t count) {
    Operand weights = node_.slice(node_.input(2), 0, direction_, 1);
    weights = node_.slice(weights, 1, first * hidden_, count * hidden_);
    return node_.permute(weights, {0, 2, 1});
  }
  /// Gates of step `t` from the input: (1, batch, gates x hidden).
  Operand of_input(std::int64_t t) { return node_.slice(from_input_, 0, t, 1); }
  Operand gate(Operand gates, std::int64_t index) { return node_.slice(gates, 2, index * hidden_, hidden_); }
  std::vector<float> bias_of(std::int64_t block) const {
    const std::size_t at = static_cast<std::size_t>((direction_ * 2 * gates_ + block) * hidden_);
    if (bias_.size() < at + static_cast<std::size_t>(hidden_))
      return std::vector<float>(static_cast<std::size_t>(hidden_));
    return {bias_.begin() + static_cast<std::ptrdiff_t>(at), bias_.begin() + static_cast<std::ptrdiff_t>(at) + hidden_};
  }
  Operand add(Operand a, Operand b) { return node_.binary(B::kAdd, a, b); }
  Operand multiply(Operand a, Operand b) { return node_.binary(B::kMul, a, b); }
  std::string activation(std::size_t index, const char* usual) const {
    const auto names = node_.words("activations");
    const std::size_t per_direction = names.size() / static_cast<std::size_t>(directions_);
    return names.empty() ? usual : names.at(static_cast<std::size_t>(direction_) * per_direction + index);
  }
  Operand activated(Operand x, std::size_t index, const char* usual) {
    const std::string name = activation(index, usual);
    if (name == "Sigmoid") return node_.unary(U::kSigmoid, x);
    if (name == "Tanh") return node_.unary(U::kTanh, x);
    if (name == "Relu") return node_.unary(U::kClip, x, 0, std::numeric_limits<float>::infinity());
    throw Unsupported{"activation " + name};
  }

  NodeImport& node_;
  std::int64_t gates_, steps_ = 0, batch_ = 0, hidden_ = 0, directions_ = 1, direction_ = 0;
  std::optional<Operand> hidden_state_, cell_state_;

 private:
  void prepare() {
    const Operand weights = node_.permute(node_.slice(node_.input(1), 0, direction_, 1), {0, 2, 1});
    std::vector<float> bias;
    for (std::int64_t gate_index = 0; gate_index < gates_; ++gate_index) {
      const auto input = bias_of(gate_index), recurrent_bias = bias_of(gates_ + gate_index);
      const bool adds = adds_recurrent_bias(gate_index);
      for (std::size_t i = 0; i < input.size(); ++i) bias.push_back(input[i] + (adds ? recurrent_bias[i] : 0));
    }
    const Operand rows = node_.reshape(x_, {1, steps_ * batch_, node_.shape(x_)[2]});
    const Operand product = node_.matmul(rows, weights, node_.constant({gates_ * hidden_}, std::move(bias)));
    from_input_ = node_.reshape(product, {steps_, batch_, gates_ * hidden_});
  }

  /// Of one direction as (1, batch, hidden); null when the model starts from zeros.
  std::optional<Operand> initial(std::size_t index) {
    if (!node_.has(index)) return {};
    Operand state = node_.as_float(node_.input(index));
    if (is_batchwise_) state = node_.permute(state, {1, 0, 2});
    return node_.slice(state, 0, direction_, 1);
  }

  Operand whole(Operand y, std::vector<std::int64_t> batch_first) {
    y = is_batchwise_ ? node_.permute(y, std::move(batch_first)) : y;
    return node_.emit(Reshape{}, {y}, Shape(node_.shape(y)));
  }

  Operand x_, from_input_;
  bool is_batchwise_ = false, is_reverse_first_ = false;
  std::vector<float> bias_;
};

class Lstm : public Recurrence {
 public:
  explicit Lstm(NodeImport& node) : Recurrence(node, 4) {
    if (node.integer("input_forget", 0) != 0) throw Unsupported{"input_forget"};
  }

 private:
  /// Peephole weights: of the input, output and forget gate.
  Operand peep(Operand x, std::int64_t index, Operand cell) {
    if (!node_.has(7)) return x;
    Operand weights = node_.slice(node_.slice(node_.input(7), 0, direction_, 1), 1, index * hidden_, hidden_);
    return add(x, multiply(node_.reshape(weights, {1, 1, hidden_}), cell));
  }

  void step(std::int64_t t) override {
    Operand gates = of_input(t);
    if (hidden_state_) gates = add(gates, node_.matmul(*hidden_state_, recurrent(0, 4)));
    Operand input = gate(gates, 0), output = gate(gates, 1), forget = gate(gates, 2);
    if (cell_state_) {
      input = peep(input, 0, *cell_state_);
      forget = peep(forget, 2, *cell_state_);
    }
    Operand cell = multiply(activated(input, 0, "Sigmoid"), activated(gate(gates, 3), 1, "Tanh"));
    if (cell_state_) cell = add(cell, multiply(activated(forget, 0, "Sigmoid"), *cell_state_));
    output = peep(output, 1, cell);
    cell_state_ = cell;
    hidden_state_ = multiply(activated(output, 0, "Sigmoid"), activated(cell, 2, "Tanh"));
  }
};

class Gru : public Recurrence {
 public:
  explicit Gru(NodeImport& node)
      : Recurrence(node, 3), is_linear_before_(node.integer("linear_before_reset", 0) != 0) {}

 private:
  bool adds_recurrent_bias(std::int64_t gate_index) const override { return gate_index < 2 || !is_linear_before_; }

  void step(std::int64_t t) override {
    const Operand gates = of_input(t);
    Operand update = gate(gates, 0), reset = gate(gates, 1), candidate = gate(gates, 2);
    if (hidden_state_) {
      const Operand both = node_.matmul(*hidden_state_, recurrent(0, 2));
      update = add(update, gate(both, 0));
      reset = add(reset, gate(both, 1));
    }
    const Operand renewed = share_renewed(update);
    if (is_linear_before_) {
      const Operand bias = node_.constant({hidden_}, bias_of(gates_ + 2));
      const Operand rest =
          hidden_state_ ? node_.matmul(*hidden_state_, recurrent(2, 1), bias) : node_.reshape(bias, {1, 1, hidden_});
      candidate = add(candidate, multiply(activated(reset, 0, "Sigmoid"), rest));
    } else if (hidden_state_) {
      const Operand kept = multiply(activated(reset, 0, "Sigmoid"), *hidden_state_);
      candidate = add(candidate, node_.matmul(kept, recurrent(2, 1)));
    }
    candidate = activated(candidate, 1, "Tanh");
    if (!hidden_state_) {
      hidden_state_ = multiply(renewed, candidate);
      return;
    }
    const Operand change = multiply(renewed, node_.binary(B::kSub, candidate, *hidden_state_));
    hidden_state_ = add(*hidden_state_, change);
  }

  /// 1 - f(update). Of a sigmoid near 1 nothing would be left of the difference: it is the sigmoid of the other side.
  Operand share_renewed(Operand update) {
    if (activation(0, "Sigmoid") == "Sigmoid") return node_.unary(U::kSigmoid, node_.unary(U::kNeg, update));
    return node_.unary(U::kAffine, activated(update, 0, "Sigmoid"), -1, 1);
  }

  bool is_linear_before_;
};

class Rnn : public Recurrence {
 public:
  explicit Rnn(NodeImport& node) : Recurrence(node, 1) {}

 private:
  void step(std::int64_t t) override {
    Operand next = of_input(t);
    if (hidden_state_) next = add(next, node_.matmul(*hidden_state_, recurrent(0, 1)));
    hidden_state_ = activated(next, 0, "Tanh");
  }
};

template <class Operator>
void recurrent_operator(NodeImport& node) {
  Operator(node).run();
}

}  // namespace

void add_recurrent_operators(ImporterTable& table) {
  table.insert(
      {{"GRU", recurrent_operator<Gru>}, {"LSTM", recurrent_operator<Lstm>}, {"RNN", recurrent_operator<Rnn>}});
}

}  // namespace bmemu::kernels::onnx_import
