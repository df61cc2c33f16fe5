// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu disasm`: the commands of a program, or the reference of an instruction set.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <ostream>

#include "harness/commands/command.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

struct DisasmOptions {
  ProgramOptions program;
  std::string engine;  ///< empty: both
  std::optional<std::uint32_t> group;
  std::string range;
  std::string reference;
};

/// Command indexes in [first, last).
struct Range {
  std::size_t first = 0;
  std::size_t last = SIZE_MAX;
};

Range parse_range(const std::string& text) {
  Range range;
  const auto colon = text.find(':');
  const auto parse = [&](const std::string& part, std::size_t& value) {
    if (part.empty()) return true;
    const auto [end, code] = std::from_chars(part.data(), part.data() + part.size(), value);
    return code == std::errc() && end == part.data() + part.size();
  };
  if (colon == std::string::npos || !parse(text.substr(0, colon), range.first) ||
      !parse(text.substr(colon + 1), range.last) || range.first > range.last)
    throw Error(
        {"E-DISASM-RANGE", "--range", text, "A:B, A: or :B, indexes from 0 with A <= B", "no range of commands"});
  return range;
}

void print_stream(const isa::CommandStream& stream, isa::Family family, Range range, std::ostream& out) {
  const std::size_t last = std::min(range.last, stream.commands.size());
  for (std::size_t i = range.first; i < last; ++i) {
    const auto& command = stream.commands[i];
    out << fmt::format("{} {} {} +0x{:x} id={} wait={} {}\n", stream.group, name(stream.engine), i, command.offset,
                       command.id, command.dependency, isa::disassemble(stream.decode(family, i)));
  }
}

/// Nothing printed is no success. Errors: E-DISASM-RANGE.
void check_range(const std::vector<const isa::CommandStream*>& streams, Range range, const std::string& text) {
  std::size_t longest = 0;
  for (const auto* stream : streams) longest = std::max(longest, stream->commands.size());
  if (std::min(range.last, longest) > range.first) return;
  throw Error({"E-DISASM-RANGE", "--range", text.empty() ? "all" : text,
               longest == 0 ? "none: the streams are empty" : fmt::format("indexes 0..{}", longest - 1),
               "the range holds no command"});
}

void disassemble(const DisasmOptions& options, std::ostream& out) {
  if (!options.reference.empty()) {
    const auto old_chip = isa::Family::kBm1684;
    out << isa::reference_page(options.reference == name(old_chip) ? old_chip : isa::Family::kBm1684x);
    return;
  }
  const Range range = options.range.empty() ? Range{} : parse_range(options.range);
  const isa::Program program = load_program(options.program);
  if (options.group && *options.group >= program.groups.size())
    throw Error({"E-DISASM-GROUP", "--group", fmt::format("{}", *options.group),
                 fmt::format("0..{}", program.groups.size() - 1), "the program has no such command group"});
  std::vector<const isa::CommandStream*> streams;
  for (std::uint32_t g = 0; g < program.groups.size(); ++g)
    if (!options.group || *options.group == g)
      for (const auto* stream : {&program.groups[g].tiu, &program.groups[g].gdma})
        if (options.engine.empty() || options.engine == name(stream->engine)) streams.push_back(stream);
  check_range(streams, range, options.range);
  out << fmt::format("# {}: {}, network {}, stage {}; columns: group engine index offset id wait command\n",
                     program.source, name(program.family), program.network, program.stage);
  for (const auto* stream : streams) print_stream(*stream, program.family, range, out);
}

}  // namespace

void add_disasm_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<DisasmOptions>();
  auto* disasm =
      app.add_subcommand("disasm", "Print the commands of a program, or the reference of an instruction set");
  auto* program = add_program_options(*disasm, console, options->program);
  disasm->add_option("--engine", options->engine, "Only this engine's commands: tiu or gdma")
      ->check(CLI::IsMember({"tiu", "gdma"}));
  disasm->add_option("--group", options->group, "Only this command group, from 0")->type_name("G");
  disasm->add_option("--range", options->range, "Only commands with index A up to, not including, B")->type_name("A:B");
  auto* reference =
      disasm->add_option("--reference", options->reference, "Markdown reference of all encodings: bm1684 or bm1684x")
          ->check(CLI::IsMember({"bm1684", "bm1684x"}));
  program->excludes(reference);
  disasm->callback([options, program, reference, &console] {
    if (program->count() + reference->count() == 0) throw CLI::RequiredError("PROGRAM or --reference");
    disassemble(*options, console.out);
  });
}

}  // namespace bmemu::harness
