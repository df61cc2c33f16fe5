// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/tensor/binding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>

#include "harness/tensor/npy.h"
#include "isa/chip/chip_file.h"
#include "tests/error_of.h"
#include "tests/folders.h"

namespace bmemu::harness {
namespace {

isa::TensorInfo tensor(const std::string& name, isa::DataType type, std::vector<std::uint64_t> shape,
                       std::uint64_t address) {
  isa::TensorInfo info;
  info.name = name;
  info.type = type;
  info.shape = std::move(shape);
  info.address = address;
  std::uint64_t elements = 1;
  for (const auto d : info.shape) elements *= d;
  info.bytes = elements * isa::bits(type) / 8;
  return info;
}

template <class T>
Array array(const std::string& name, ArrayType type, std::vector<T> values, std::vector<std::uint64_t> shape = {}) {
  Array result;
  result.name = name;
  result.type = type;
  result.shape = shape.empty() ? std::vector<std::uint64_t>{values.size()} : std::move(shape);
  result.bytes.resize(values.size() * sizeof(T));
  std::memcpy(result.bytes.data(), values.data(), result.bytes.size());
  return result;
}

class Binding : public testing::Test {
 protected:
  isa::Program program_of(std::vector<isa::TensorInfo> inputs) {
    isa::Program program;
    program.inputs = std::move(inputs);
    program.outputs = program.inputs;  // what was bound can be read back
    return program;
  }
  emulator::Session session_of(std::vector<isa::TensorInfo> inputs) {
    return {program_of(std::move(inputs)), isa::load_chip("bm1684x")};
  }
  /// Binds one array to one input and reads it back.
  Array through(const isa::TensorInfo& info, const Array& input) {
    emulator::Session session = session_of({info});
    bind_inputs(session, {input});
    return read_outputs(session).front();
  }
};

TEST_F(Binding, EqualTypesAreCopiedWhateverTheShape) {
  isa::TensorInfo info = tensor("x", isa::DataType::kF32, {1, 1, 3}, 0x100000000);
  const Array input = array<float>("other name", ArrayType::kF32, {1.5F, -2, 3});
  const Array output = through(info, input);
  EXPECT_EQ(output.name, "x");
  EXPECT_EQ(output.shape, info.shape);
  EXPECT_EQ(output.bytes, input.bytes);
}

TEST_F(Binding, FloatsAreRoundedToTheTypeOfTheInput) {
  const auto half =
      through(tensor("x", isa::DataType::kF16, {2}, 0x100000000), array<float>("", ArrayType::kF32, {1, -0.5F}));
  EXPECT_EQ(half.type, ArrayType::kF16);
  EXPECT_EQ(half.bytes, (std::vector<std::uint8_t>{0x00, 0x3C, 0x00, 0xB8}));
  const auto bf16 =
      through(tensor("x", isa::DataType::kBf16, {1}, 0x100000000), array<double>("", ArrayType::kF64, {-2}));
  EXPECT_EQ(bf16.type, ArrayType::kU16);
  EXPECT_EQ(bf16.bytes, (std::vector<std::uint8_t>{0x00, 0xC0}));
}

TEST_F(Binding, TrueIsOneInAFloatInput) {
  const auto mask =
      through(tensor("m", isa::DataType::kF16, {3}, 0x100000000), array<std::uint8_t>("", ArrayType::kBool, {1, 0, 1}));
  EXPECT_EQ(mask.bytes, (std::vector<std::uint8_t>{0x00, 0x3C, 0x00, 0x00, 0x00, 0x3C}));
}

TEST_F(Binding, IntegersMustFit) {
  const auto info = tensor("x", isa::DataType::kI8, {2}, 0x100000000);
  EXPECT_EQ(through(info, array<std::int64_t>("", ArrayType::kI64, {-128, 127})).bytes,
            (std::vector<std::uint8_t>{0x80, 0x7F}));
  EXPECT_EQ(error_of([&] { through(info, array<std::int64_t>("", ArrayType::kI64, {-129, 0})); }), "E-TENSOR-TYPE");
  EXPECT_EQ(error_of([&] { through(info, array<float>("", ArrayType::kF32, {0, 0})); }), "E-TENSOR-TYPE");
  EXPECT_EQ(
      error_of([&] {
        through(tensor("x", isa::DataType::kF32, {2}, 0x100000000), array<std::int8_t>("", ArrayType::kI8, {0, 0}));
      }),
      "E-TENSOR-TYPE");
}

TEST_F(Binding, CountsShapesAndStorageMustAgree) {
  const auto info = tensor("x", isa::DataType::kI8, {2}, 0x100000000);
  const auto three = array<std::int8_t>("", ArrayType::kI8, {1, 2, 3});
  EXPECT_EQ(error_of([&] { through(info, three); }), "E-TENSOR-SHAPE");
  emulator::Session session = session_of({info});
  EXPECT_EQ(error_of([&] { bind_inputs(session, {}); }), "E-TENSOR-COUNT");
  auto packed = tensor("x", isa::DataType::kI8, {3}, 0x100000000);
  packed.storage_mode = 1;
  EXPECT_EQ(error_of([&] { through(packed, three); }), "E-TENSOR-STORAGE") << "bytes in pairs fill no words";
  auto padded = tensor("x", isa::DataType::kI8, {1, 2, 3}, 0x100000000);
  padded.padding_rows = 1 << 16;
  EXPECT_EQ(error_of([&] { through(padded, three); }), "E-TENSOR-STORAGE") << "one row above";
  const auto small = tensor("x", isa::DataType::kI4, {4}, 0x100000000);
  EXPECT_EQ(error_of([&] { read_outputs(session_of({small})); }), "E-TENSOR-TYPE");
}

TEST_F(Binding, BatchesArePackedIntoWords) {
  auto bytes = tensor("x", isa::DataType::kI8, {5, 2}, 0x100000000);
  bytes.storage_mode = 2;
  bytes.bytes = 16;  // two words of four batches for each of two elements
  const auto plain = array<std::int8_t>("", ArrayType::kI8, {0, 10, 1, 11, 2, 12, 3, 13, 4, 14}, {5, 2});
  EXPECT_EQ(through(bytes, plain).bytes, plain.bytes);
  emulator::Session session = session_of({bytes});
  bind_inputs(session, {plain});
  std::vector<std::uint8_t> memory(16);
  session.read(0x100000000, memory.data(), memory.size());
  EXPECT_EQ(memory, (std::vector<std::uint8_t>{0, 1, 2, 3, 10, 11, 12, 13, 4, 0, 0, 0, 14, 0, 0, 0}));
  auto halves = tensor("x", isa::DataType::kI16, {2, 2}, 0x100000000);
  halves.storage_mode = 1;
  const auto pairs = array<std::int16_t>("", ArrayType::kI16, {1, 2, 3, 4}, {2, 2});
  emulator::Session other = session_of({halves});
  bind_inputs(other, {pairs});
  std::vector<std::int16_t> words(4);
  other.read(0x100000000, words.data(), 8);
  EXPECT_EQ(words, (std::vector<std::int16_t>{1, 3, 2, 4}));
}

TEST_F(Binding, ShapesAreExactAndWhatIsTakenAllTheSameIsNoted) {
  const auto info = tensor("x", isa::DataType::kI8, {1, 2, 2, 3}, 0x100000000);
  std::vector<std::int8_t> values(12);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int8_t>(i);
  const auto bind = [&](std::vector<std::uint64_t> shape, InputLayout layout = InputLayout::kNchw) {
    emulator::Session session = session_of({info});
    std::vector<std::string> notes;
    bind_inputs(session, {array<std::int8_t>("", ArrayType::kI8, values, std::move(shape))}, layout, &notes);
    std::vector<std::uint8_t> bytes(12);
    session.read(0x100000000, bytes.data(), bytes.size());
    return std::pair{bytes, notes.size()};
  };
  const std::vector<std::uint8_t> order{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  EXPECT_EQ(bind({1, 2, 2, 3}), (std::pair{order, std::size_t{0}}));
  EXPECT_EQ(bind({12}), (std::pair{order, std::size_t{1}}));
  EXPECT_EQ(bind({2, 2, 3}), (std::pair{order, std::size_t{1}}));
  for (const auto& shape : {std::vector<std::uint64_t>{1, 2, 3, 2}, {2, 1, 2, 3}, {1, 12}, {2, 3, 2}, {12, 1, 1, 1}})
    EXPECT_EQ(error_of([&] { bind(shape); }), "E-TENSOR-SHAPE");
  EXPECT_EQ(bind({1, 2, 3, 2}, InputLayout::kNhwc).first,
            (std::vector<std::uint8_t>{0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}));
  EXPECT_EQ(error_of([&] { bind({1, 2, 2, 3}, InputLayout::kNhwc); }), "E-TENSOR-SHAPE");
}

TEST_F(Binding, ValuesThatAreNoNumbersAndAnotherNameAreNoted) {
  const auto info = tensor("x", isa::DataType::kF32, {3}, 0x100000000);
  emulator::Session session = session_of({info});
  std::vector<std::string> notes;
  bind_inputs(session, {array<float>("", ArrayType::kF32, {1, NAN, INFINITY})}, InputLayout::kNchw, &notes);
  EXPECT_EQ(notes, std::vector<std::string>{"input x holds 1 NaN and 1 infinities"});
}

TEST_F(Binding, RandomInputsDependOnTheSeedAlone) {
  const isa::Program program =
      program_of({tensor("x", isa::DataType::kF32, {2, 50}, 0), tensor("y", isa::DataType::kU8, {7}, 0)});
  const auto first = inputs_from("random:1", program);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].bytes, inputs_from("random:1", program)[0].bytes);
  EXPECT_NE(first[0].bytes, inputs_from("random:2", program)[0].bytes);
  EXPECT_EQ(first[1].bytes.size(), 7U);
  bool negative = false;
  for (std::size_t i = 0; i < 100; ++i) {
    float value = 0;
    std::memcpy(&value, &first[0].bytes[4 * i], 4);
    EXPECT_GE(value, -1.0F);
    EXPECT_LT(value, 1.0F);
    negative = negative || value < 0;
  }
  EXPECT_TRUE(negative);
  float value = 0;
  std::memcpy(&value, first[0].bytes.data(), 4);
  EXPECT_EQ(value, -0.7322467565536499F);  // the first number of the generator with seed 1
  EXPECT_EQ(error_of([&] { inputs_from("random:x", program); }), "E-TENSOR-SEED");
}

TEST_F(Binding, ArraysOfAFileAreFoundByName) {
  const isa::Program program =
      program_of({tensor("x", isa::DataType::kI8, {1}, 0), tensor("y", isa::DataType::kI8, {1}, 0)});
  const auto folder = std::filesystem::path(tests::binary_dir()) / "binding_test";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "in.npz").string();
  write_arrays(path, {array<std::int8_t>("y", ArrayType::kI8, {2}), array<std::int8_t>("x", ArrayType::kI8, {1})});
  const auto inputs = inputs_from(path, program);
  ASSERT_EQ(inputs.size(), 2U);
  EXPECT_EQ(inputs[0].name, "x");
  EXPECT_EQ(inputs[1].bytes, (std::vector<std::uint8_t>{2}));
  EXPECT_EQ(error_of([&] { inputs_from(path, program_of({tensor("z", isa::DataType::kI8, {1}, 0)})); }),
            "E-TENSOR-NAME");
  EXPECT_EQ(error_of([&] { inputs_from(path, program_of({tensor("x", isa::DataType::kI8, {1}, 0)})); }),
            "E-TENSOR-COUNT");
}

}  // namespace
}  // namespace bmemu::harness
