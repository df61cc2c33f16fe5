// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu chips`: which chips and products there are, and what is known about one.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "harness/commands/command.h"
#include "harness/output/text_table.h"
#include "harness/report/chip_output.h"
#include "isa/chip/chip_file.h"

namespace bmemu::harness {
namespace {

struct ShowOptions {
  ChipOptions chip;
  bool json = false;
};

void list_chips(const Console& console) {
  constexpr double kMib = 1 << 20;
  TextTable table({{"chip"},
                   {"product"},
                   {"chips", Align::kRight},
                   {"TIU MHz", Align::kRight},
                   {"GDMA MHz", Align::kRight},
                   {"lanes", Align::kRight},
                   {"EU bytes", Align::kRight},
                   {"local MiB", Align::kRight},
                   {"banks", Align::kRight},
                   {"L2 MiB", Align::kRight},
                   {"DDR GB/s", Align::kRight},
                   {"what"}});
  for (const auto& product : isa::products()) {
    const auto chip = isa::load_chip(product.chip, product.name);
    table.add({chip.name, product.name + (product.is_default ? "*" : ""), fmt::format("{}", product.chips),
               fmt::format("{}", chip.tiu.clock_mhz), fmt::format("{}", chip.gdma.clock_mhz),
               fmt::format("{}", chip.tiu.lanes), fmt::format("{}", chip.tiu.eu_bytes),
               fmt::format("{}", double(chip.local_memory.lane_bytes) * double(chip.tiu.lanes) / kMib),
               fmt::format("{}", chip.local_memory.banks), fmt::format("{}", double(chip.l2.bytes) / kMib),
               fmt::format("{}", chip.ddr.peak_gb_per_s()), product.summary});
  }
  console.out << table.text_within(console.terminal.width)
              << "* what the chip stands for when no product is named. Numbers are per chip.\n"
              << "bmemu chips show NAME prints every parameter with unit, provenance and source.\n";
}

void show_chip(const ShowOptions& options, const Console& console) {
  std::ostream& out = console.out;
  const auto chip = load_chip(options.chip, std::nullopt);
  if (options.chip.print_config)
    out << chip_toml(chip);
  else if (options.json)
    out << chip_json(chip).dump(2) << "\n";
  else
    out << fmt::format("chip {}, family {}, product {}\n\n", chip.name, name(chip.family),
                       chip.product.empty() ? "none" : chip.product)
        << chip_table(chip, console.terminal.width);
}

}  // namespace

void add_chips_command(CLI::App& app, Console& console) {
  auto* chips = app.add_subcommand("chips", "List chips and products, or show one with the source of every number");
  chips->require_subcommand(0, 1);
  auto options = std::make_shared<ShowOptions>();
  auto* show = chips->add_subcommand("show", "Every parameter: value, unit, provenance, what set it, source");
  show->add_option("NAME", options->chip.chip, "Chip name or chip file; may be left out with --product");
  add_chip_options(*show, console, options->chip);
  show->remove_option(show->get_option("--chip"));
  show->add_flag("--json", options->json, "Print JSON");
  show->callback([options, &console] { show_chip(*options, console); });
  chips->callback([chips, &console] {
    if (chips->get_subcommands().empty()) list_chips(console);
  });
}

}  // namespace bmemu::harness
