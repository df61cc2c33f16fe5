// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/claims_text.h"

#include <fmt/format.h>

#include <cctype>

#include "harness/output/text_table.h"
#include "harness/output/words.h"
#include "harness/version.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

/// A cell that starts like a number stands at the right.
bool is_number(const std::string& cell) {
  return !cell.empty() && (std::isdigit(static_cast<unsigned char>(cell[0])) != 0 ||
                           ((cell[0] == '-' || cell[0] == '+') && cell.size() > 1));
}

Align align_of(const EvidenceTable& table, std::size_t column) {
  for (const auto& row : table.rows)
    if (!row[column].empty() && !is_number(row[column])) return Align::kLeft;
  return Align::kRight;
}

std::string table_text(const EvidenceTable& table, std::size_t width) {
  std::vector<TextTable::Column> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) columns.push_back({table.columns[i], align_of(table, i)});
  TextTable text(columns);
  for (const auto& row : table.rows) text.add(row);
  return fmt::format("\n     {}\n{}{}", table.title, text.text_within(width, "       "),
                     table.note.empty() ? "" : "       " + table.note + "\n");
}

std::string markdown_table(const EvidenceTable& table) {
  std::string text = fmt::format("\n**{}**\n\n|", table.title);
  for (const auto& column : table.columns) text += fmt::format(" {} |", column);
  text += "\n|";
  for (std::size_t i = 0; i < table.columns.size(); ++i) text += align_of(table, i) == Align::kRight ? "---:|" : "---|";
  text += "\n";
  for (const auto& row : table.rows) {
    text += "|";
    for (const auto& cell : row) text += fmt::format(" {} |", cell);
    text += "\n";
  }
  if (!table.note.empty()) text += "\n" + table.note + "\n";
  return text;
}

}  // namespace

std::string claim_lines(const TestedClaim& claim) {
  const auto& result = claim.result;
  const auto& reason = result.cause.verdict == Verdict::kNotTestable || result.cause.reason.empty()
                           ? result.outcome.reason
                           : result.cause.reason;
  std::string changed;
  if (claim.is_changed())
    changed = fmt::format("  CHANGED: recorded outcome {}, cause {}", name(claim.text.outcome), name(claim.text.cause));
  std::string text = fmt::format("{:<4} outcome {}, cause {}: {}{}\n     {}\n", result.id, name(result.outcome.verdict),
                                 name(result.cause.verdict), result.figure, changed, reason);
  for (const auto& line : result.chip_changes) text += fmt::format("     chip changed: {}\n", line);
  return text;
}

std::string claim_evidence(const ClaimResult& result, std::size_t width) {
  std::string text = fmt::format("     claim: {}\n     outcome: {}\n     cause: {}\n", result.claim,
                                 result.outcome.reason, result.cause.reason);
  for (const auto& evidence : result.evidence)
    text += fmt::format("     - {}\n       [{}; {}]\n", evidence.what, name(evidence.basis), evidence.command);
  for (const auto& table : result.tables) text += table_text(table, width);
  for (const auto& limit : result.limits) text += fmt::format("     limit: {}\n", limit);
  return folded(text, width, 2);
}

Json claims_json(const std::vector<TestedClaim>& claims) {
  Json list = Json::array();
  for (const auto& claim : claims) {
    const auto& result = claim.result;
    Json evidence = Json::array();
    for (const auto& one : result.evidence)
      evidence.push_back({{"what", one.what}, {"command", one.command}, {"basis", name(one.basis)}});
    Json tables = Json::array();
    for (const auto& table : result.tables)
      tables.push_back(
          {{"title", table.title}, {"columns", table.columns}, {"rows", table.rows}, {"note", table.note}});
    Json numbers = Json::object();
    for (const auto& [key, value] : result.numbers) numbers[key] = value;
    list.push_back({{"id", result.id},
                    {"claim", result.claim},
                    {"outcome", name(result.outcome.verdict)},
                    {"cause", name(result.cause.verdict)},
                    {"outcome_reason", result.outcome.reason},
                    {"cause_reason", result.cause.reason},
                    {"recorded", {{"outcome", name(claim.text.outcome)}, {"cause", name(claim.text.cause)}}},
                    {"figure", result.figure},
                    {"chip_changes", result.chip_changes},
                    {"numbers", std::move(numbers)},
                    {"evidence", std::move(evidence)},
                    {"tables", std::move(tables)},
                    {"sources", result.sources},
                    {"limits", result.limits}});
  }
  return {{"schema", "bmemu.claims/1"},
          {"bmemu", {{"version", kVersion}, {"git", kGitVersion}}},
          {"claims", std::move(list)}};
}

std::string claims_markdown(const std::vector<TestedClaim>& claims) {
  std::string text =
      "# The FAQ's performance claims, tested\n\nMade by `bmemu claims --markdown docs/claims.md`. A claim says that "
      "something is so (outcome) and why (cause); each has its own verdict: confirmed, partly, refuted, cannot tell, "
      "not "
      "testable. `bmemu claims` derives them again from published tables, programs and the emulator, and exits with 1 "
      "when "
      "one is not the recorded one (harness/claims/claims.toml). `--evidence` prints every table, `--report FILE.html` "
      "draws them. Evidence says what it rests on: what was fitted to the very times in question can't stand alone.\n\n"
      "`--set KEY=VALUE` changes both chips, `--host`, `--stages`, `--times`, `--throughput`, `--networks` and "
      "`--programs` take other inputs: the verdicts follow.\n\n"
      "| FAQ | outcome | cause | figure |\n|---|---|---|---|\n";
  for (const auto& claim : claims)
    text += fmt::format("| {} | {} | {} | {} |\n", claim.result.id, name(claim.result.outcome.verdict),
                        name(claim.result.cause.verdict), claim.result.figure);
  for (const auto& claim : claims) {
    const auto& result = claim.result;
    text += fmt::format("\n## {}\n\n> {}\n\n", result.id, result.claim);
    for (const auto& line : result.chip_changes) text += fmt::format("Chip changed: {}\n\n", line);
    if (result.evidence.empty()) {
      text += fmt::format("{}: {}.\n", name(result.outcome.verdict), result.outcome.reason);
      continue;
    }
    text += fmt::format("- Outcome **{}**: {}.\n- Cause **{}**: {}.\n", name(result.outcome.verdict),
                        result.outcome.reason, name(result.cause.verdict), result.cause.reason);
    if (!result.evidence.empty()) text += "\n| evidence | rests on | command |\n|---|---|---|\n";
    for (const auto& one : result.evidence)
      text += fmt::format("| {} | {} | `{}` |\n", one.what, name(one.basis), one.command);
    if (!result.tables.empty()) text += markdown_table(result.tables.front());
    if (!result.limits.empty()) text += "\nLimits:\n\n";
    for (const auto& limit : result.limits) text += fmt::format("- {}\n", limit);
  }
  return folded_markdown(text);
}

}  // namespace bmemu::harness
