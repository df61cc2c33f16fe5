// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu disasm`: the commands of a program, or the reference of an instruction set.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <ostream>
#include <sstream>
#include <utility>

#include "emulator/session/replay.h"
#include "harness/commands/command.h"
#include "harness/commands/options/file_options.h"
#include "harness/disasm/listing.h"
#include "harness/output/words.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

struct DisasmOptions {
  ProgramOptions program;
  std::string engine;  ///< empty: both
  std::optional<std::uint32_t> group;
  std::string range;
  std::string reference;
  std::string layers;
  bool fields = false;
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

/// The commands of the streams in an order that their waits allow; one stream, or a program without such an order, as
/// stored.
std::vector<ListedCommand> in_order(const isa::Program& program, const std::vector<const isa::CommandStream*>& streams,
                                    Range range) {
  std::vector<ListedCommand> commands;
  const auto is_wanted = [&](isa::Engine engine, std::uint32_t group, std::uint32_t index) {
    return index >= range.first && index < range.last &&
           std::any_of(streams.begin(), streams.end(),
                       [&](const auto* stream) { return stream->engine == engine && stream->group == group; });
  };
  try {
    for (const emulator::ReplayStep& step : emulator::replay_order(program))
      if (is_wanted(step.engine, step.group, step.index)) commands.push_back({step.engine, step.group, step.index});
  } catch (const Error& error) {
    if (error.id() != "E-RUN-DEADLOCK") throw;
    commands.clear();
    for (const auto* stream : streams)
      for (std::uint32_t i = 0; i < stream->commands.size(); ++i)
        if (is_wanted(stream->engine, stream->group, i)) commands.push_back({stream->engine, stream->group, i});
  }
  return commands;
}

void disassemble(const DisasmOptions& options, Console& console) {
  std::ostream& out = console.out;
  if (!options.reference.empty()) {
    const auto old_chip = isa::Family::kBm1684;
    out << isa::reference_page(options.reference == name(old_chip) ? old_chip : isa::Family::kBm1684x);
    return;
  }
  const Range range = options.range.empty() ? Range{} : parse_range(options.range);
  const isa::BModel model = open_bmodel(options.program);
  isa::Program program = load_program(options.program, model);
  if (options.group && *options.group >= program.groups.size())
    throw Error({"E-DISASM-GROUP", "--group", fmt::format("{}", *options.group),
                 fmt::format("0..{}", program.groups.size() - 1), "the program has no such command group"});
  std::vector<const isa::CommandStream*> streams;
  for (std::uint32_t g = 0; g < program.groups.size(); ++g)
    if (!options.group || *options.group == g)
      for (const auto* stream : {&program.groups[g].tiu, &program.groups[g].gdma})
        if (options.engine.empty() || options.engine == name(stream->engine)) streams.push_back(stream);
  check_range(streams, range, options.range);
  const std::string title = fmt::format("# {}: {}, network {}, stage {}; columns: ", program.source,
                                        name(program.family), program.network, program.stage);
  if (options.fields) {
    out << title << "group engine index offset id wait command\n";
    for (const auto* stream : streams) print_stream(*stream, program.family, range, out);
    return;
  }
  const isa::ChipSpec chip = chip_of_program({}, model);
  isa::FoundLayerMap found = find_layers(options.layers, options.program.path, program);
  for (const auto& message : found.rejected) console.messages.warn("layer map not used: " + message);
  program.layers = std::move(found.layers);
  std::ostringstream text;
  text << title << "group engine id wait results = operation operands; Lx.by+z: byte z of bank y, from lane x on\n"
       << (program.layers.empty() ? "# no layer map: `bmemu layers` says how to get one\n" : "");
  const std::size_t width = console.terminal.width;
  write_listing(program, chip, in_order(program, streams, range), width == 0 ? out << text.str() : text);
  if (width > 0) out << folded(text.str(), width, 4);
}

}  // namespace

void add_disasm_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<DisasmOptions>();
  auto* disasm = app.add_subcommand(
      "disasm", "Print a program as tensors, layers and waits, or the reference of an instruction set");
  auto* program = add_program_options(*disasm, console, options->program)->type_name("FILE");
  disasm->add_option("--engine", options->engine, "Only this engine's commands: tiu or gdma")
      ->check(CLI::IsMember({"tiu", "gdma"}));
  disasm->add_option("--group", options->group, "Only this command group, from 0")->type_name("G");
  disasm->add_option("--range", options->range, "Only commands with index A up to, not including, B")->type_name("A:B");
  add_file_option(*disasm, console, "--layers", options->layers,
                  "The compiler's layer map; default: the one beside the program", FileUse::kReads);
  disasm->add_flag("--fields", options->fields, "Every field of the encodings as it is, stream by stream");
  auto* reference =
      disasm->add_option("--reference", options->reference, "Markdown reference of all encodings: bm1684 or bm1684x")
          ->check(CLI::IsMember({"bm1684", "bm1684x"}));
  program->excludes(reference);
  disasm->callback([=, &console] {
    if (program->count() + reference->count() == 0) throw CLI::RequiredError("PROGRAM or --reference");
    if (reference->count() > 0)
      for (const CLI::Option* option : disasm->get_options())
        if (option != reference && option->count() > 0) throw CLI::ExcludesError("--reference", option->get_name());
    disassemble(*options, console);
  });
}

}  // namespace bmemu::harness
