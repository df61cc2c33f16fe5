// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/pass/legalise/legalise.h"

#include <algorithm>

#include "isa/error.h"
#include "kernels/pass/legalise/rewriter.h"

namespace bmemu::kernels {
namespace {

constexpr Rule kRules[] = {narrow_floats_computed_wide,
                           factor_of_bytes,
                           softmax_along_last_axis,
                           norm_over_last_axis,
                           reduce_last_axis,
                           arg_reduce_last_axis,
                           long_rows,
                           elementwise_of_low_rank,
                           bytes_of_low_rank,
                           conv_of_volumes,
                           pool_of_volumes,
                           conv_of_patches,
                           conv_of_distant_taps,
                           conv_of_many_channels,
                           conv_with_multiplier,
                           conv_of_many_groups,
                           pool_of_distant_windows,
                           windows_with_large_pads,
                           resize_of_volumes,
                           matmul_as_conv,
                           gather_as_product};

bool rewrite(Rewriter& rewriter, const Node& node) {
  for (const Rule rule : kRules)
    if (rule(rewriter, node)) return true;
  return false;
}

}  // namespace

Graph few_rows_as_convolutions(Graph graph, isa::Family family) {
  isa::ChipSpec chip;  // the rule asks for its family alone
  chip.family = family;
  Rewriter rewriter(graph, chip);
  const std::vector<Node> nodes = std::move(graph.nodes);
  for (const Node& node : nodes)
    if (!matmul_as_conv_of_lines(rewriter, node)) rewriter.keep(node);
  graph.nodes = std::move(rewriter.nodes);
  return graph;
}

bool is_legal_for(const Graph& legal, const isa::ChipSpec& chip) {
  return std::all_of(legal.nodes.begin(), legal.nodes.end(), [&](const Node& node) {
    return !has_long_rows(legal, node, chip) && !has_deep_weights(legal, node, chip) &&
           has_room_for_attention(legal, node, chip);
  });
}

Graph legalise(Graph graph, const isa::ChipSpec& chip) {
  fuse_attention(graph, chip);
  constexpr int kMostRounds = 100;
  bool changed = true;
  for (int round = 0; changed; ++round) {  // what a rule makes may need another rule
    BMEMU_CHECK(round < kMostRounds, graph.name + ": rules of legalise undo each other");
    changed = false;
    Rewriter rewriter(graph, chip);
    const std::vector<Node> nodes = std::move(graph.nodes);
    for (const Node& node : nodes) {
      if (rewrite(rewriter, node))
        changed = true;
      else
        rewriter.keep(node);
    }
    graph.nodes = std::move(rewriter.nodes);
  }
  return graph;
}

}  // namespace bmemu::kernels
