// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Loads a compiled program, runs it on its chip and prints when its longest command ran.
#include <iostream>

#include "emulator/run.h"
#include "isa/bmodel.h"
#include "isa/chip_file.h"
#include "isa/error.h"

namespace {

struct LongestCommand : bmemu::emulator::Listener {
  bmemu::emulator::Picoseconds longest = 0;
  std::string name;
  void on_command(const bmemu::emulator::CommandEvent& event) override {
    if (event.end_ps - event.begin_ps <= longest) return;
    longest = event.end_ps - event.begin_ps;
    name = bmemu::isa::operation_name(*event.instruction);
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: run_program MODEL.bmodel[.zst]\n";
    return 2;
  }
  try {
    const auto model = bmemu::isa::BModel::open(argv[1]);
    const bmemu::isa::Program program = bmemu::isa::load_program(model);
    const bmemu::isa::ChipSpec chip = bmemu::isa::load_chip(std::string(bmemu::isa::name(program.family)));
    LongestCommand longest;
    const auto end = bmemu::emulator::run(program, chip, {}, {&longest});
    std::cout << end.length_ps / 1000000 << " us, longest command " << longest.name << " " << longest.longest / 1000
              << " ns\n";
  } catch (const bmemu::Error& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
  return 0;
}
