// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Whole compiled networks, command by command, against the outputs of the
// vendor's functional models.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "emulator/replay.h"
#include "harness/tensor/binding.h"
#include "harness/tensor/npy.h"
#include "isa/bmodel.h"
#include "isa/chip_file.h"

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
  const fs::path root = fs::path(BMEMU_REFERENCE_DIR) / "golden";
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

class GoldenNetwork : public testing::TestWithParam<Golden> {};

TEST_P(GoldenNetwork, ComputesTheReferenceOutput) {
  if (GetParam().program.empty()) GTEST_SKIP() << "no reference networks";
  const isa::Program program = isa::load_program(isa::BModel::open(GetParam().program));
  const isa::ChipSpec chip = isa::load_chip(std::string(isa::name(program.family)));
  memory::ChipMemory memory(chip);
  emulator::prepare_memory(program, chip, memory);
  bind_inputs(program, inputs_from(GetParam().input, program), memory);
  emulator::replay(program, chip, memory);
  const Array output = read_outputs(program, memory).front();
  const Array wanted = read_arrays(GetParam().output).front();
  ASSERT_EQ(output.type, wanted.type);
  ASSERT_EQ(output.bytes.size(), wanted.bytes.size());
  std::size_t different = 0;
  const std::size_t width = bytes_of(output.type);
  for (std::size_t at = 0; at < output.bytes.size(); at += width)
    if (!std::equal(output.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    output.bytes.begin() + static_cast<std::ptrdiff_t>(at + width),
                    wanted.bytes.begin() + static_cast<std::ptrdiff_t>(at)))
      ++different;
  EXPECT_EQ(different, 0U) << "of " << output.elements() << " numbers";
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
