// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "tests/compile/conformance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include "isa/error.h"
#include "kernels/graph/onnx/import.h"
#include "kernels/prepare.h"
#include "tests/compile/chip_run.h"
#include "tests/onnx/node_cases.h"

namespace bmemu::tests {
namespace {

/// Empty when all that is computed is float32; indices may come out.
std::string other_type(const NodeCase& node_case) {
  const auto type_of = [](const onnx::ValueInfoProto& info) {
    return info.type().has_tensor_type() ? info.type().tensor_type().elem_type() : 0;
  };
  const auto& graph = node_case.model.graph();
  const auto is_float = [&](const auto& info) { return type_of(info) == onnx::TensorProto::FLOAT; };
  if (std::none_of(graph.input().begin(), graph.input().end(), is_float)) return "no input is float32";
  for (const auto& output : graph.output()) {
    const bool is_index = type_of(output) == onnx::TensorProto::INT64 && graph.node_size() == 1 &&
                          (graph.node(0).op_type() == "ArgMax" || graph.node(0).op_type() == "ArgMin");
    if (!is_float(output) && !is_index) return "an output is not float32";
  }
  return {};
}

/// What is wrong; empty when nothing is. Errors: those of import and compile.
std::string problem_of(const NodeCase& node_case, const isa::ChipSpec& chip) {
  kernels::PrepareOptions options;
  options.family = chip.family;
  const auto graph = kernels::prepare(kernels::import_onnx(node_case.model, "model"), options);
  Tensors inputs;
  for (const NamedTensor& input : node_case.inputs) inputs.push_back(input.tensor);
  const Tensors outputs = run_on_chip(graph, chip, inputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& expected = node_case.outputs[i].tensor;
    if (outputs[i].shape != expected.shape) return fmt::format("output {} has another shape", i);
    if (auto text = difference(outputs[i].data, expected.data); !text.empty()) return text;
  }
  return {};
}

void judge(const NodeCase& node_case, const isa::ChipSpec& chip, Verdict& verdict) {
  try {
    verdict.reason = problem_of(node_case, chip);
    verdict.outcome = verdict.reason.empty() ? Outcome::kPassed : Outcome::kFailed;
  } catch (const Error& error) {
    verdict.reason = error.what();
    const bool is_import = error.id().rfind("E-ONNX-", 0) == 0;
    verdict.outcome = is_import ? Outcome::kNotImported : Outcome::kFailed;
  }
}

constexpr std::array<const char*, 2> kChips{"bm1684", "bm1684x"};

struct Row {
  std::array<int, kChips.size()> passed{};
  int cases = 0, other_type = 0, not_imported = 0;
};

}  // namespace

Verdict judge_case(const std::string& root, const std::string& name, const std::string& chip_name) {
  Verdict verdict{name, "(several)", Outcome::kPassed, {}};
  NodeCase node_case;
  try {
    node_case = load_node_case(root, name);
  } catch (const std::runtime_error& error) {
    return {name, "(several)", Outcome::kOtherType, error.what()};
  }
  if (node_case.model.graph().node_size() == 1) verdict.op = node_case.model.graph().node(0).op_type();
  verdict.reason = other_type(node_case);
  if (!verdict.reason.empty()) {
    verdict.outcome = Outcome::kOtherType;
    return verdict;
  }
  const isa::ChipSpec chip = built_in_chip(chip_name);
  judge(node_case, chip, verdict);
  if (verdict.outcome != Outcome::kPassed && node_case.inputs.size() > 1)
    judge(bound(std::move(node_case)), chip, verdict);
  return verdict;
}

std::string operators_page(const std::vector<Suite>& suites) {
  const auto importable = kernels::importable_operators();
  std::map<std::string, Row> rows;
  std::vector<std::string> failures;
  Row all;
  for (const Suite& suite : suites)
    for (const std::string& name : node_case_names(suite.root))
      for (std::size_t c = 0; c < kChips.size(); ++c) {
        const Verdict verdict = judge_case(suite.root, name, kChips[c]);
        const bool is_ours =
            verdict.op == "(several)" || std::binary_search(importable.begin(), importable.end(), verdict.op);
        if (!is_ours) continue;
        for (Row* row : {&rows[verdict.op], &all}) {
          if (c == 0) {
            row->other_type += verdict.outcome == Outcome::kOtherType ? 1 : 0;
            row->not_imported += verdict.outcome == Outcome::kNotImported ? 1 : 0;
            ++row->cases;
          }
          row->passed[c] += verdict.outcome == Outcome::kPassed ? 1 : 0;
        }
        if (verdict.outcome == Outcome::kFailed)
          failures.push_back(fmt::format("- {} ({}, {}): {}\n", name, suite.name, kChips[c], verdict.reason));
      }
  std::string text =
      "# Operators\n\nWhat `bmemu compile` takes of ONNX, and how the ONNX project's own backend tests end when they "
      "are\n"
      "compiled in fp32 and run on the emulator. Made by `scripts/operators-page.sh`; do not edit.\n\n";
  text += "Suites:";
  for (const Suite& suite : suites) text += fmt::format(" {}", suite.name);
  text +=
      ".\nOf `cases`, `other type` are those whose tensors are not float32 (the chips do not compute in them), and\n"
      "`not taken` those with a mode, an operator or an open shape that the compiler refuses by name. All others must "
      "pass\nwith the tests' tolerances.\n\n";
  text += "| operator | cases | other type | not taken | BM1684 passes | BM1684X passes |\n|---|---|---|---|---|---|\n";
  const auto line = [&](const std::string& op, const Row& row) {
    const int judged = row.cases - row.other_type - row.not_imported;
    text += fmt::format("| {} | {} | {} | {} | {} of {} | {} of {} |\n", op, row.cases, row.other_type,
                        row.not_imported, row.passed[0], judged, row.passed[1], judged);
  };
  for (const auto& [op, row] : rows) line(op, row);
  line("all", all);
  text += "\nOperators without a test of their own in these suites:";
  for (const std::string& op : importable)
    if (rows.count(op) == 0) text += " " + op;
  text += ".\n";
  if (failures.empty()) return text;
  text += "\n## Tests that fail\n\n";
  for (const std::string& failure : failures) text += failure;
  return text;
}

}  // namespace bmemu::tests
