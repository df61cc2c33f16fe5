// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/registry.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <map>

#include "harness/claims/experiments.h"
#include "harness/claims/programs.h"
#include "harness/output/words.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr Verdict kVerdicts[] = {Verdict::kConfirmed, Verdict::kPartly, Verdict::kRefuted, Verdict::kCannotTell,
                                 Verdict::kNotTestable};

[[noreturn]] void fail(const std::string& place, const std::string& value, const std::string& what) {
  throw Error({"E-CLAIM-FILE", "claims.toml " + place, value, "[[claim]] with id, claim, outcome, cause", what});
}

Verdict parse_verdict(const std::string& id, const std::string& word) {
  for (const Verdict verdict : kVerdicts)
    if (word == name(verdict)) return verdict;
  fail(id, word, "no such verdict");
}

ClaimText parse_claim(const toml::table& table) {
  ClaimText text;
  text.id = table["id"].value_or(std::string());
  text.claim = table["claim"].value_or(std::string());
  if (text.id.empty() || text.claim.empty()) fail(text.id, "", "a claim without id or text");
  text.untestable = table["untestable"].value_or(std::string());
  text.missing = table["missing"].value_or(std::string());
  text.outcome = parse_verdict(text.id, table["outcome"].value_or(std::string("not testable")));
  text.cause = parse_verdict(text.id, table["cause"].value_or(std::string("not testable")));
  if (const auto* limits = table["limits"].as_array())
    for (const auto& limit : *limits) text.limits.push_back(limit.value_or(std::string()));
  return text;
}

ClaimResult undecided(Verdict verdict, const std::string& reason) {
  ClaimResult result;
  result.outcome = result.cause = {verdict, reason};
  result.figure = "none";
  return result;
}

/// What a command needs behind it to show the figures that these options gave.
std::string options_text(const ClaimOptions& options) {
  std::string text = options.quick ? " --quick" : "";
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) text += fmt::format(" {} {}", option, shell_word(value));
  };
  const auto add_number = [&](const char* option, const std::optional<double>& value) {
    if (value) text += fmt::format(" {} {}", option, *value);
  };
  for (const auto& setting : options.settings) add("--set", setting);
  add("--stages", options.stages);
  add("--times", options.times);
  add("--throughput", options.throughput);
  add("--networks", options.networks);
  add("--host", options.host);
  add("--programs", options.programs);
  add("--program", options.program);
  add("--product", options.product);
  add_number("--measured", options.measured_ms);
  add_number("--fps", options.fps);
  add_number("--tpu", options.tpu_percent);
  return text;
}

}  // namespace

std::vector<ClaimText> parse_claim_texts(std::string_view text) {
  std::vector<ClaimText> texts;
  try {
    const toml::table table = toml::parse(text);
    const auto* claims = table["claim"].as_array();
    if (claims == nullptr) fail("", "", "no claim in it");
    for (const auto& claim : *claims)
      if (claim.is_table()) texts.push_back(parse_claim(*claim.as_table()));
  } catch (const toml::parse_error& error) {
    fail(fmt::format("line {}", error.source().begin.line), "", std::string(error.description()));
  }
  return texts;
}

std::vector<ClaimText> claim_texts() {
  for (const auto& file : claim_files())
    if (file.file == "claims.toml") return parse_claim_texts(file.text);
  check_failed("claims.toml is compiled in", __FILE__, __LINE__, "");
}

std::vector<ClaimText> choose_claims(const std::vector<std::string>& ids) {
  auto texts = claim_texts();
  if (ids.empty()) return texts;
  std::vector<ClaimText> chosen;
  for (const auto& id : ids) {
    const auto at = std::find_if(texts.begin(), texts.end(), [&](const auto& text) { return text.id == id; });
    if (at == texts.end()) {
      std::string known;
      for (const auto& text : texts) known += (known.empty() ? "" : ", ") + text.id;
      throw Error({"E-CLAIM-ID", "ID", id, known, "the FAQ has no such entry here"});
    }
    chosen.push_back(*at);
  }
  return chosen;
}

ClaimResult test_claim(const ClaimText& text, const ClaimOptions& options) {
  ClaimResult result;
  const auto& all = experiments();
  const auto experiment = all.find(text.id);
  if (!text.untestable.empty())
    result = undecided(Verdict::kNotTestable, text.untestable);
  else if (!text.missing.empty())
    result = undecided(Verdict::kCannotTell, text.missing);
  else if (experiment == all.end())
    check_failed("a claim that can be tested has an experiment", __FILE__, __LINE__, text.id);
  else
    result = experiment->second(options);
  result.id = text.id;
  result.claim = text.claim;
  for (auto& evidence : result.evidence) evidence.command += options_text(options);
  result.chip_changes = claim_chip_changes(options);
  result.limits.insert(result.limits.end(), text.limits.begin(), text.limits.end());
  return result;
}

}  // namespace bmemu::harness
