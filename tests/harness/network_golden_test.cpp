// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Whole compiled networks, command by command, against the outputs of the vendor's functional models; reads
// of memory that nobody has written are those that are known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <map>

#include "emulator/session/session.h"
#include "harness/tensor/binding.h"
#include "harness/tensor/compare.h"
#include "harness/tensor/npy.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"
#include "tests/folders.h"

namespace bmemu::harness {
namespace {

namespace fs = std::filesystem;

struct Golden {
  std::string program;
  std::string input;
  std::string output;  ///< of the first result
};

void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.program; }

std::vector<Golden> goldens() {
  std::vector<Golden> list;
  const fs::path root = fs::path(tests::reference_dir()) / "golden";
  if (!fs::exists(root)) return list;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string path = entry.path().string();
    const std::string ending = ".bmodel.zst";
    if (path.size() < ending.size() || path.substr(path.size() - ending.size()) != ending) continue;
    Golden golden;
    golden.program = path;
    golden.output = path.substr(0, path.size() - ending.size()) + "_output0.npy";
    for (const auto& file : fs::directory_iterator(entry.path().parent_path()))
      if (file.path().filename().string().rfind("input", 0) == 0) golden.input = file.path().string();
    list.push_back(golden);
  }
  std::sort(list.begin(), list.end(), [](const Golden& a, const Golden& b) { return a.program < b.program; });
  return list;
}

/// Operands with bytes that nobody wrote: the columns behind the end of a matrix (BM1684 mm, BM1684X MM, the load of
/// its left side), and a division over 64 channels where fewer were computed. None of these bytes decides an output.
std::uint64_t known_uninitialised(const std::string& program) {
  static const std::map<std::string, std::uint64_t> kKnown{{"cnna_bm1684_f32.bmodel.zst", 2},
                                                           {"lenet_bm1684_f32.bmodel.zst", 1},
                                                           {"lenet_bm1684_int8.bmodel.zst", 2},
                                                           {"lenet_bm1684x_f32.bmodel.zst", 2}};
  const auto found = kKnown.find(program);
  return found == kKnown.end() ? 0 : found->second;
}

class GoldenNetwork : public testing::TestWithParam<Golden> {};

std::size_t different_numbers(const Array& output, const std::string& reference) {
  const Array wanted = read_arrays(reference).front();
  if (output.type != wanted.type || output.bytes.size() != wanted.bytes.size()) return output.elements();
  const std::size_t width = bytes_of(output.type);
  std::size_t different = 0;
  for (std::size_t at = 0; at < output.bytes.size(); at += width)
    if (std::memcmp(output.bytes.data() + at, wanted.bytes.data() + at, width) != 0) ++different;
  return different;
}

TEST_P(GoldenNetwork, ComputesTheReferenceOutput) {
  if (GetParam().program.empty()) BMEMU_SKIP_WITHOUT_REFERENCE("no reference networks");
  emulator::Session session = emulator::Session::open(GetParam().program);
  bind_inputs(session, inputs_from(GetParam().input, session.program()));
  session.finish();
  const Array output = read_outputs(session).front();
  EXPECT_EQ(different_numbers(output, GetParam().output), 0U) << "of " << output.elements() << " numbers";
  EXPECT_EQ(session.uninitialised_count(), known_uninitialised(fs::path(GetParam().program).filename().string()));
  for (const auto& read : session.uninitialised_reads())
    std::cout << emulator::describe(read, session.program(), session.chip()) << "\n";
}

TEST_P(GoldenNetwork, DoesNotDependOnWhatMemoryHeldBefore) {
  if (GetParam().program.empty()) BMEMU_SKIP_WITHOUT_REFERENCE("no reference networks");
  emulator::Session session = emulator::Session::open(GetParam().program);
  const auto junk = [&](std::uint64_t address, std::uint64_t bytes) {
    const std::vector<std::uint8_t> content(bytes, 0xA5);
    session.write(address, content.data(), content.size());
  };
  junk(session.local_address(0, 0), session.memory().local_bytes());
  junk(session.program().neuron_address, session.program().neuron_bytes);
  bind_inputs(session, inputs_from(GetParam().input, session.program()));
  session.finish();
  const Array output = read_outputs(session).front();
  EXPECT_EQ(different_numbers(output, GetParam().output), 0U) << "of " << output.elements() << " numbers";
}

TEST_P(GoldenNetwork, FastFloatsDifferInTheLastBitsAlone) {
  if (GetParam().program.empty()) BMEMU_SKIP_WITHOUT_REFERENCE("no reference networks");
  const std::string name_of_program = fs::path(GetParam().program).filename().string();
  const bool integers = name_of_program.find("int8") != std::string::npos;
  const bool halves = name_of_program.find("f16") != std::string::npos;
  const auto wanted = read_arrays(GetParam().output);
  const isa::Program program = isa::load_program(isa::BModel::open(GetParam().program));
  const isa::ChipSpec chip = isa::load_chip(std::string(isa::name(program.family)));
  for (const auto cpu : emulator::cpu_paths()) {
    emulator::SessionOptions options;
    options.host = {cpu, emulator::FloatMode::kFast};
    emulator::Session session(program, chip, options);
    bind_inputs(session, inputs_from(GetParam().input, session.program()));
    session.finish();
    const Difference difference = compare_arrays({read_outputs(session).front()}, wanted).front();
    // A few units in the last place: 2^-24 of float32, 2^-11 of the 16-bit floats between layers.
    EXPECT_LE(difference.max_absolute, integers ? 0 : halves ? 1e-3 : 2e-6) << name(cpu);
    EXPECT_GE(difference.cosine, integers ? 1 : halves ? 0.99999 : 0.9999999) << name(cpu);
  }
}

INSTANTIATE_TEST_SUITE_P(Reference, GoldenNetwork, testing::ValuesIn([] {
                           auto list = goldens();
                           if (list.empty()) list.emplace_back();
                           return list;
                         }()),
                         [](const testing::TestParamInfo<Golden>& golden) {
                           std::string name = fs::path(golden.param.program).filename().string();
                           name = name.substr(0, name.find('.'));
                           return name.empty() ? std::string("None") : name;
                         });

}  // namespace
}  // namespace bmemu::harness
