// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Runs a compiled program on its chip: first by command, then whole and with its time.
#include <iostream>
#include <vector>

#include "emulator/session/session.h"
#include "isa/error.h"

int main(int argc, char** argv) try {
  if (argc != 2) return std::cerr << "usage: run_program MODEL.bmodel[.zst]\n", 2;
  auto session = bmemu::emulator::Session::open(argv[1]);
  for (const auto& input : session.program().inputs)
    session.set_input(input.name, std::vector<std::uint8_t>(input.bytes).data(), input.bytes);

  int steps = 0;
  for (auto step = session.step(); step && steps < 3; step = session.step(), ++steps)
    std::cout << bmemu::isa::name(step->engine) << " command " << step->index << "\n";
  std::uint32_t word = 0;
  session.read(session.local_address(0, 0), &word, sizeof word);
  std::cout << "first word of local memory " << word << "\n";

  session.restart();
  const auto end = session.run();
  const auto& output = session.program().outputs.front();
  std::cout << end.length_ps / 1000000 << " us; " << output.name << ": " << session.output(output.name).size()
            << " bytes, " << session.uninitialised_count() << " reads of memory that nobody wrote\n";
} catch (const bmemu::Error& error) {
  std::cerr << error.what() << "\n";
  return 2;
}
