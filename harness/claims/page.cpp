// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The report: per claim the two verdicts, the decisive figure, a plot, the counterfactual, sources and limits.
#include "harness/report/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "harness/claims/claims_text.h"

namespace bmemu::harness {
namespace {

constexpr const char* kColours[] = {"#3b6ea5", "#d08a2e", "#5a9367", "#9a5b8e", "#777f88"};
constexpr std::size_t kColourCount = 5;

std::string escape(const std::string& text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  return out;
}

const char* verdict_class(Verdict verdict) {
  switch (verdict) {
    case Verdict::kConfirmed: return "confirmed";
    case Verdict::kPartly: return "partly";
    case Verdict::kRefuted: return "refuted";
    default: return "open";
  }
}

std::string badge(const char* what, const Finding& finding) {
  return fmt::format("<div class=\"verdict {}\"><span>{}</span><b>{}</b><p>{}</p></div>\n",
                     verdict_class(finding.verdict), what, name(finding.verdict), escape(finding.reason));
}

std::vector<std::string> series_of(const Plot& plot) {
  std::vector<std::string> series;
  for (const auto& point : plot.points)
    if (std::find(series.begin(), series.end(), point.series) == series.end()) series.push_back(point.series);
  return series;
}

const char* colour_of(const std::vector<std::string>& series, const std::string& one) {
  const auto at = std::find(series.begin(), series.end(), one) - series.begin();
  return kColours[static_cast<std::size_t>(at) % kColourCount];
}

std::string legend(const std::vector<std::string>& series) {
  if (series.size() < 2) return "";
  std::string text = "<div class=\"legend\">";
  for (const auto& one : series)
    text += fmt::format("<span><i style=\"background:{}\"></i>{}</span>", colour_of(series, one), escape(one));
  return text + "</div>\n";
}

/// A step of 1, 2 or 5 times a power of ten, about `count` of which make up `range`.
double tick_step(double range, int count) {
  const double raw = range / count;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (raw <= factor * power) return factor * power;
  return 10 * power;
}

std::string bars(const Plot& plot) {
  constexpr double kRow = 15, kLeft = 320, kWidth = 1100, kRight = 60;
  const auto series = series_of(plot);
  double low = 0, high = plot.line;
  for (const auto& point : plot.points) low = std::min(low, point.y), high = std::max(high, point.y);
  if (high <= low) high = low + 1;
  const auto x = [&](double value) { return kLeft + (value - low) / (high - low) * (kWidth - kLeft - kRight); };
  const double height = kRow * static_cast<double>(plot.points.size()) + 30;
  std::string svg =
      fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n", kWidth, height, escape(plot.title));
  double y = 4;
  std::string last;
  for (const auto& point : plot.points) {
    if (point.label != last)
      svg += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kLeft - 8, y + 11,
                         escape(point.label));
    last = point.label;
    svg += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" fill=\"{}\"/>"
        "<text class=\"soft\" x=\"{:.1f}\" y=\"{:.1f}\">{:.3g}</text>\n",
        std::min(x(0), x(point.y)), y + 1, std::abs(x(point.y) - x(0)), kRow - 3, colour_of(series, point.series),
        x(std::max(point.y, 0.0)) + 4, y + 11, point.y);
    y += kRow;
  }
  if (plot.line != 0)
    svg += fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"0\" y2=\"{1:.1f}\" stroke=\"var(--ink)\" "
        "stroke-dasharray=\"4 3\"/>\n",
        x(plot.line), y);
  svg +=
      fmt::format("<text class=\"soft\" x=\"{}\" y=\"{:.1f}\">{}</text></svg>\n", kLeft, y + 18, escape(plot.y_axis));
  return svg + legend(series);
}

std::string scatter(const Plot& plot) {
  constexpr double kWidth = 760, kHeight = 420, kLeft = 60, kBottom = 44, kTop = 12, kRight = 20;
  const auto series = series_of(plot);
  double x_high = 0, y_high = 0, x_low = 0, y_low = 0;
  for (const auto& point : plot.points) {
    x_high = std::max(x_high, point.x), y_high = std::max(y_high, point.y);
    x_low = std::min(x_low, point.x), y_low = std::min(y_low, point.y);
  }
  if (x_high <= x_low) x_high = x_low + 1;
  if (y_high <= y_low) y_high = y_low + 1;
  x_high += 0.04 * (x_high - x_low), y_high += 0.06 * (y_high - y_low);
  const auto x = [&](double v) { return kLeft + (v - x_low) / (x_high - x_low) * (kWidth - kLeft - kRight); };
  const auto y = [&](double v) {
    return kHeight - kBottom - (v - y_low) / (y_high - y_low) * (kHeight - kBottom - kTop);
  };
  std::string svg = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\" style=\"max-width:{}px\">\n",
                                kWidth, kHeight, escape(plot.title), kWidth);
  const double x_step = tick_step(x_high - x_low, 6), y_step = tick_step(y_high - y_low, 5);
  for (double v = std::ceil(x_low / x_step) * x_step; v <= x_high; v += x_step)
    svg += fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\" stroke=\"var(--line)\"/>"
        "<text class=\"soft\" x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4:.4g}</text>\n",
        x(v), kTop, kHeight - kBottom, kHeight - kBottom + 16, v);
  for (double v = std::ceil(y_low / y_step) * y_step; v <= y_high; v += y_step)
    svg += fmt::format(
        "<line x1=\"{1}\" x2=\"{2}\" y1=\"{0:.1f}\" y2=\"{0:.1f}\" stroke=\"var(--line)\"/>"
        "<text class=\"soft\" x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:.4g}</text>\n",
        y(v), kLeft, kWidth - kRight, kLeft - 6, y(v) + 4, v);
  if (plot.line > 0) {
    const double end = std::min(x_high, y_high / plot.line);
    svg += fmt::format(
        "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"var(--soft)\" "
        "stroke-dasharray=\"4 3\"/>\n",
        x(0), y(0), x(end), y(end * plot.line));
  }
  for (const auto& point : plot.points)
    svg += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"{}\" fill-opacity=\"0.75\"><title>{}</title>"
        "</circle>\n",
        x(point.x), y(point.y), colour_of(series, point.series),
        escape(fmt::format("{}: {:.4g}, {:.4g}", point.label, point.x, point.y)));
  svg += fmt::format(
      "<text class=\"soft\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>"
      "<text class=\"soft\" x=\"{}\" y=\"{}\" transform=\"rotate(-90 {} {})\" text-anchor=\"middle\">{}"
      "</text></svg>\n",
      (kLeft + kWidth) / 2, kHeight - 8, escape(plot.x_axis), 14, kHeight / 2, 14, kHeight / 2, escape(plot.y_axis));
  return svg + legend(series);
}

/// What may be wider than the window scrolls by itself, also by keyboard.
std::string wide(const std::string& label) {
  return fmt::format("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">", escape(label));
}

std::string html_table(const EvidenceTable& table) {
  std::string text = fmt::format("<h3>{}</h3>\n{}<table><thead><tr>", escape(table.title), wide(table.title));
  for (const auto& column : table.columns) text += fmt::format("<th>{}</th>", escape(column));
  text += "</tr></thead><tbody>\n";
  for (const auto& row : table.rows) {
    text += "<tr>";
    for (const auto& cell : row) {
      const bool is_number = !cell.empty() && std::string("0123456789-+").find(cell[0]) != std::string::npos;
      text += fmt::format("<td{}>{}</td>", is_number && cell.size() < 12 ? " class=\"number\"" : "", escape(cell));
    }
    text += "</tr>\n";
  }
  text += "</tbody></table></div>\n";
  if (!table.note.empty()) text += fmt::format("<p class=\"note\">{}</p>\n", escape(table.note));
  return text;
}

std::string list(const char* title, const std::vector<std::string>& items) {
  if (items.empty()) return "";
  std::string text = fmt::format("<h3>{}</h3>\n<ul>", title);
  for (const auto& item : items) text += fmt::format("<li>{}</li>", escape(item));
  return text + "</ul>\n";
}

std::string section(const TestedClaim& claim) {
  const ClaimResult& result = claim.result;
  std::string text = fmt::format("<section id=\"c{}\"><h2>{} {}</h2>\n", result.id, result.id, escape(result.claim));
  if (claim.is_changed())
    text += fmt::format("<p class=\"changed\">Recorded: outcome {}, cause {}.</p>\n", name(claim.text.outcome),
                        name(claim.text.cause));
  for (const auto& line : result.chip_changes)
    text += fmt::format("<p class=\"changed\">Chip changed: {}.</p>\n", escape(line));
  text += "<div class=\"verdicts\">" + badge("outcome", result.outcome) + badge("cause", result.cause) + "</div>\n";
  if (result.evidence.empty()) return text + "</section>\n";
  text += fmt::format("<p class=\"figure\">{}</p>\n", escape(result.figure));
  for (const auto& plot : result.plots)
    text += fmt::format("<h3>{}</h3>\n{}{}</div>\n", escape(plot.title), wide(plot.title),
                        plot.kind == Plot::Kind::kBars ? bars(plot) : scatter(plot));
  for (std::size_t i = 0; i < result.tables.size(); ++i)
    text += i == 0 ? html_table(result.tables[i])
                   : fmt::format("<details><summary>{}</summary>{}</details>\n", escape(result.tables[i].title),
                                 html_table(result.tables[i]));
  text += "<h3>Evidence</h3>\n" + wide("Evidence of " + result.id) +
          "<table class=\"texts\"><thead><tr><th>what</th><th>rests "
          "on</th><th>command</th></tr></thead><tbody>\n";
  for (const auto& one : result.evidence)
    text += fmt::format("<tr><td>{}</td><td>{}</td><td><code>{}</code></td></tr>\n", escape(one.what), name(one.basis),
                        escape(one.command));
  return text + "</tbody></table></div>\n" + list("Sources", result.sources) + list("Limits", result.limits) +
         "</section>\n";
}

std::string file(std::string_view wanted) {
  for (const auto& text : page_texts())
    if (text.file == wanted) return std::string(text.text);
  return "";
}

constexpr const char* kStyle = R"(
h3 { font-size: 13.5px; margin: 18px 0 4px; }
.verdicts { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; margin: 10px 0; }
.verdict { border-left: 5px solid #98a2ad; background: var(--band); border-radius: 4px; padding: 8px 12px; }
.verdict span { color: var(--soft); font-size: 12px; display: block; }
.verdict b { font-size: 16px; } .verdict p { margin: 2px 0 0; font-size: 13px; }
.verdict.confirmed { border-color: #3f8f5b; } .verdict.partly { border-color: #d08a2e; }
.verdict.refuted { border-color: #b6483f; }
.figure { font-size: 17px; font-weight: 600; margin: 12px 0; }
.changed { color: #b6483f; font-weight: 600; }
code { font-size: 12px; white-space: nowrap; } details { margin: 8px 0; } summary { cursor: pointer; font-size: 13px; }
th { position: static; } ul { margin: 4px 0; padding-left: 20px; font-size: 13px; }
.summary td a { color: inherit; }
.wide td, .wide th { overflow-wrap: normal; }
.texts td, .summary td { white-space: normal; } .texts td:first-child, .summary td:nth-child(2), .summary td:nth-child(5) { min-width: 220px; }
.summary td:nth-child(3), .summary td:nth-child(4) { white-space: nowrap; }
.verdict p, li { overflow-wrap: anywhere; }
@media (max-width: 720px) { .verdicts { grid-template-columns: 1fr; } h1 { font-size: 20px; } }
)";

}  // namespace

void write_claims_page(const std::vector<TestedClaim>& claims, std::ostream& out) {
  out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
         "content=\"width=device-width, initial-scale=1\">\n<title>bmemu claims</title>\n<style>\n"
      << file("report.css") << kStyle
      << "</style>\n</head>\n<body>\n<main>\n<header><h1>Performance claims of the FAQ, "
      << "tested</h1><p class=\"note\">A claim says that something is so (outcome) and why (cause); each has its own "
         "verdict. Emulated times are emulated, not measured; every figure comes with the command that shows it "
         "again.</p></header>\n<section><h2>Summary</h2>"
      << wide("Summary")
      << "<table class=\"summary\"><thead><tr><th>FAQ</th><th>claim</th>"
         "<th>outcome</th><th>cause</th><th>decisive figure</th></tr></thead><tbody>\n";
  for (const auto& claim : claims)
    out << fmt::format("<tr><td><a href=\"#c{0}\">{0}</a></td><td>{1}</td><td>{2}</td><td>{3}</td><td>{4}</td></tr>\n",
                       claim.result.id, escape(claim.result.claim), name(claim.result.outcome.verdict),
                       name(claim.result.cause.verdict), escape(claim.result.figure));
  out << "</tbody></table></div></section>\n";
  for (const auto& claim : claims) out << section(claim);
  out << "</main>\n</body>\n</html>\n";
}

}  // namespace bmemu::harness
