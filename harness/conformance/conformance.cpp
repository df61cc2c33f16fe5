// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/conformance/conformance.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <tuple>

#include "harness/conformance/conformance_run.h"
#include "harness/output/text_table.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

using Key = std::tuple<isa::Family, isa::Engine, std::string, VectorKind>;

isa::Instruction decode(const VectorFile& file, const VectorRecord& record, std::size_t index) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(record.command.data());
  try {
    return isa::decode(record.family, bytes, record.command.size(),
                       {record.engine, 0, static_cast<std::uint32_t>(index), 0});
  } catch (const Error& e) {
    throw e.in(file.name());
  }
}

/// Runs records and keeps the counts and the first failures.
class Runner {
 public:
  explicit Runner(const ConformanceOptions& options) : options_(options) {}

  void run(const VectorFile& file) {
    if (!run_records(file, false)) run_records(file, true);
  }

  ConformanceReport report() {
    ConformanceReport report;
    for (auto& [key, row] : rows_) report.rows.push_back(std::move(row));
    report.failures = std::move(failures_);
    return report;
  }

 private:
  struct Result {
    Key key;
    ConformanceBench::Outcome outcome;
    ViewDifference views;
    std::string description;
  };

  ConformanceBench& bench(isa::Family family) {
    auto& bench = benches_[family];
    if (bench == nullptr) bench = std::make_unique<ConformanceBench>(family, options_.host);
    return *bench;
  }

  bool wanted(const VectorRecord& record, const std::string& operation) const {
    return (!options_.family || *options_.family == record.family) &&
           (!options_.engine || *options_.engine == record.engine) &&
           (!options_.kind || *options_.kind == record.kind) && operation.find(options_.operation) != std::string::npos;
  }

  /// Looking for stray writes after each record is slow, so the whole file is looked at first: false when a stray write
  /// was found and nothing was counted.
  bool run_records(const VectorFile& file, bool check_each) {
    std::vector<Result> results;
    bool stray = false;
    for (std::size_t i = 0; i < file.records().size(); ++i) {
      if (i % ConformanceBench::kBatch == 0)
        for (auto& [family, bench] : benches_) bench->start_batch();
      const auto& record = file.records()[i];
      const isa::Instruction instruction = decode(file, record, i);
      const std::string operation =
          fmt::format("{} {}", isa::encoding_name(instruction), isa::operation_name(instruction));
      if (!wanted(record, operation)) continue;
      auto outcome = bench(record.family).run(record, instruction);
      if (outcome.verdict == Verdict::kDifferent || outcome.verdict == Verdict::kClose) {
        bench(record.family).start_batch();
        outcome = bench(record.family).run(record, instruction);
      }
      if (check_each && !bench(record.family).clean() && outcome.verdict != Verdict::kRefused) {
        outcome.verdict = Verdict::kDifferent;
        outcome.detail += outcome.detail.empty() ? "" : "\n  ";
        outcome.detail += "bytes changed that the command does not write";
      }
      Result result{{record.family, record.engine, operation, record.kind}, std::move(outcome), {}, {}};
      try {
        result.views = bench(record.family).views(record, instruction);
      } catch (const Error&) {
        // Operands that cannot be named: `execute` has refused the record for the same reason.
      }
      if (result.views.written_not_named + result.views.named_not_written + result.views.read_not_named != 0)
        result.outcome.detail +=
            fmt::format("{}views: {} bytes written but not named, {} named but not written, {} read but not named",
                        result.outcome.detail.empty() ? "" : "\n  ", result.views.written_not_named,
                        result.views.named_not_written, result.views.read_not_named);
      if (!result.outcome.detail.empty())
        result.description =
            fmt::format("{} record {} [{}]\n  {}", file.name(), i, record.tag, isa::disassemble(instruction));
      results.push_back(std::move(result));
    }
    for (auto& [family, bench] : benches_) stray |= !bench->clean();
    if (stray && !check_each) return false;
    for (auto& result : results) count(result);
    return true;
  }

  void count(const Result& result) {
    ConformanceRow& row = rows_[result.key];
    std::tie(row.family, row.engine, row.operation, row.kind) = result.key;
    ++row.records;
    row.views_short += result.views.written_not_named != 0;
    row.views_wide += result.views.named_not_written != 0;
    row.views_unread += result.views.read_not_named != 0;
    switch (result.outcome.verdict) {
      case Verdict::kExact: ++row.exact; break;
      case Verdict::kClose: ++row.close; break;
      case Verdict::kDifferent: ++row.different; break;
      case Verdict::kRefused:
        ++row.refused;
        ++row.refusals[result.outcome.refusal];
        break;
    }
    const bool failed = result.outcome.verdict != Verdict::kExact || result.views.written_not_named != 0;
    if (failed && failures_.size() < options_.list_failures)
      failures_.push_back(fmt::format("{}\n  {}", result.description, result.outcome.detail));
  }

  const ConformanceOptions& options_;
  std::map<isa::Family, std::unique_ptr<ConformanceBench>> benches_;
  std::map<Key, ConformanceRow> rows_;
  std::vector<std::string> failures_;
};

}  // namespace

ConformanceRow ConformanceReport::total() const {
  ConformanceRow sum;
  for (const auto& row : rows) {
    sum.records += row.records;
    sum.exact += row.exact;
    sum.close += row.close;
    sum.different += row.different;
    sum.refused += row.refused;
    sum.views_short += row.views_short;
    sum.views_wide += row.views_wide;
    sum.views_unread += row.views_unread;
    for (const auto& [id, count] : row.refusals) sum.refusals[id] += count;
  }
  return sum;
}

ConformanceReport run_conformance(const ConformanceOptions& options) {
  Runner runner(options);
  for (const auto& path : vector_files(options.path)) runner.run(VectorFile::load(path));
  ConformanceReport report = runner.report();
  if (report.rows.empty())
    throw Error({"E-CONFORMANCE-NONE", options.path, "no record to check",
                 "vector files (*.vec, *.vec.zst) with records that the options let through",
                 "nothing was checked, which is not a pass"});
  return report;
}

std::string conformance_text(const ConformanceReport& report, std::size_t width) {
  TextTable table({{"chip"},
                   {"unit"},
                   {"operation"},
                   {"kind"},
                   {"records", Align::kRight},
                   {"exact", Align::kRight},
                   {"close", Align::kRight},
                   {"different", Align::kRight},
                   {"refused", Align::kRight},
                   {"short", Align::kRight},
                   {"wide", Align::kRight},
                   {"unread", Align::kRight}});
  const auto line = [&](std::string_view chip, std::string_view unit, std::string_view operation, std::string_view kind,
                        const ConformanceRow& row) {
    std::vector<std::string> cells{std::string(chip), std::string(unit), std::string(operation), std::string(kind)};
    for (const std::uint64_t count : {row.records, row.exact, row.close, row.different, row.refused, row.views_short,
                                      row.views_wide, row.views_unread})
      cells.push_back(std::to_string(count));
    table.add(std::move(cells));
  };
  for (const auto& row : report.rows)
    line(isa::name(row.family), isa::name(row.engine), row.operation, name(row.kind), row);
  const auto total = report.total();
  line("total", "", "", "", total);
  std::string text = table.text_within(width);
  for (const auto& [id, count] : total.refusals) text += fmt::format("refused with {}: {}\n", id, count);
  for (const auto& failure : report.failures) text += "\n" + failure + "\n";
  return text;
}

std::string conformance_json(const ConformanceReport& report) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  const auto counts = [](const ConformanceRow& row) {
    nlohmann::ordered_json json;
    json["records"] = row.records;
    json["exact"] = row.exact;
    json["close"] = row.close;
    json["different"] = row.different;
    json["refused"] = row.refused;
    json["refusals"] = row.refusals;
    json["views_short"] = row.views_short;
    json["views_wide"] = row.views_wide;
    json["views_unread"] = row.views_unread;
    return json;
  };
  for (const auto& row : report.rows) {
    nlohmann::ordered_json json{{"chip", isa::name(row.family)},
                                {"engine", isa::name(row.engine)},
                                {"operation", row.operation},
                                {"kind", name(row.kind)}};
    json.update(counts(row));
    rows.push_back(std::move(json));
  }
  nlohmann::ordered_json json{
      {"rows", std::move(rows)}, {"total", counts(report.total())}, {"failures", report.failures}};
  return json.dump(2) + "\n";
}

}  // namespace bmemu::harness
