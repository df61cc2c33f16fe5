// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a graph computes, without any chip: the judge of import and passes, the folder of constants and the calibrator.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernels/graph/reference/tensor.h"

namespace bmemu::kernels::reference {

/// The result of one node. T is float or double. Convolutions and products of matrices sum in T, reductions in double.
/// Contract: the inputs have the shapes of the graph's values.
template <class T>
Tensor<T> evaluate(const Graph& graph, const Node& node, const std::vector<View<T>>& inputs);

/// The numbers of a constant.
template <class T>
std::vector<T> numbers(const Constant& constant);

/// Called with every computed value, in the order of the nodes, and before them with the inputs.
template <class T>
using Watcher = std::function<void(ValueId, const Tensor<T>&)>;

/// The graph's outputs for `inputs`, which are in the order of the graph's inputs. A value is freed behind its last
/// reader. Errors: E-GRAPH-INPUT (wrong number of inputs, or wrong size of one).
template <class T>
std::vector<Tensor<T>> run(const Graph& graph, const std::vector<Tensor<T>>& inputs, const Watcher<T>& watch = {});

}  // namespace bmemu::kernels::reference
