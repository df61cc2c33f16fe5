// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A BModel laid out by hand, offset by offset, as the vendor's compiler laid out a one-operator network of BM1684: it
// checks the field numbers of isa/bmodel/bmodel.fbs without using code that was generated from it.
#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>

#include "bmodel_builder.h"
#include "isa/bmodel/bmodel.h"

namespace bmemu::isa {
namespace {

constexpr std::size_t kDescriptionBytes = 4032;

/// A FlatBuffers description under construction; positions are bytes from its start.
class Description {
 public:
  template <class T>
  void put(std::size_t at, T value) {
    std::memcpy(bytes_.data() + at, &value, sizeof value);
  }
  void refer(std::size_t at, std::size_t target) { put(at, static_cast<std::uint32_t>(target - at)); }
  void range(std::size_t at, std::uint64_t start, std::uint64_t size) {
    put(at, start);
    put(at + 8, size);
  }
  /// A table and its vtable: `slots` are the offsets of the fields in the table, 0 where a field is absent.
  void table(std::size_t at, std::size_t vtable, std::uint16_t bytes, std::initializer_list<std::uint16_t> slots) {
    put(at, static_cast<std::int32_t>(at - vtable));
    put(vtable, static_cast<std::uint16_t>(4 + 2 * slots.size()));
    put(vtable + 2, bytes);
    std::size_t slot = vtable + 4;
    for (const std::uint16_t offset : slots) put(slot, offset), slot += 2;
  }
  void text(std::size_t at, const std::string& text) {
    put(at, static_cast<std::uint32_t>(text.size()));
    std::memcpy(bytes_.data() + at + 4, text.data(), text.size());
  }
  void list(std::size_t at, std::initializer_list<std::size_t> targets) {
    put(at, static_cast<std::uint32_t>(targets.size()));
    for (const std::size_t target : targets) refer(at += 4, target);
  }
  void tensor(std::size_t at, std::size_t vtable, std::size_t name, std::size_t shapes, std::uint64_t address) {
    table(at, vtable, 40, {36, 0, 0, 12, 4, 32, 24, 0, 0, 0, 0, 28});
    refer(at + 36, name);
    put(at + 12, address);
    put<std::uint64_t>(at + 4, 0x540);
    refer(at + 32, shapes);
    put<std::uint32_t>(at + 24, 1);
    put<std::int32_t>(at + 28, 1);
  }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_ = std::vector<std::uint8_t>(kDescriptionBytes);
};

void add_model(Description& d) {
  d.put<std::uint32_t>(0, 36);
  d.table(36, 10, 64, {56, 48, 52, 60, 44, 36, 32, 28, 24, 0, 4});
  d.refer(92, 2000);
  d.text(2000, "B");
  d.refer(84, 2016);
  d.text(2016, "2.2+v1.30.2-20260831");
  d.refer(88, 2048);
  d.text(2048, "Mon Aug 31 12:00:00 2026\n");
  d.refer(96, 2096);
  d.text(2096, "BM1684");
  d.refer(80, 228);
  d.put<std::uint64_t>(72, 12288);
  d.refer(68, 144);
  d.table(144, 136, 24, {4, 8});
  d.refer(148, 2112);
  d.put<std::uint32_t>(64, 1);
  d.refer(60, 2144);
  d.table(2144, 2136, 24, {4, 8});
  d.refer(2148, 2176);
  d.text(2176, "");
  d.text(2112, "");
  d.list(228, {284});
}

void add_network(Description& d) {
  d.table(284, 272, 12, {8, 0, 0, 4});
  d.refer(292, 2200);
  d.text(2200, "bia_0");
  d.refer(288, 308);
  d.list(308, {364});
  d.table(364, 318, 76, {72, 68, 60, 52, 0, 0, 0, 0, 44, 0, 40, 20, 16, 0, 48, 0, 12, 0, 0, 0, 4});
  d.refer(436, 1096);
  d.refer(432, 2220);
  d.put<std::uint64_t>(424, 0x105100000);
  d.put<std::uint64_t>(416, 0x3000);
  d.refer(408, 452);
  d.refer(404, 2260);
  d.list(2260, {});
  d.range(384, 8192, 0);
  d.refer(380, 444);
  d.refer(412, 2260);
  d.put<std::uint32_t>(376, 1);
  d.put<std::uint64_t>(368, 0x5100000);
  d.list(452, {564});
  d.table(564, 548, 56, {52, 48, 20, 4, 44, 40});
  d.put<std::uint32_t>(616, 2);
  d.put<std::uint32_t>(612, 6);
  d.range(584, 0, 256);
  d.range(568, 4096, 768);
  d.put<std::uint32_t>(608, 256);
  d.put<std::uint32_t>(604, 768);
  d.list(444, {508});
  d.table(508, 472, 28, {0, 24, 0, 20, 16, 0, 0, 0, 0, 0, 12, 8, 0, 0, 0, 4});
  d.refer(532, 540);
  d.list(540, {564});
  d.refer(528, 1096);
  d.refer(524, 2220);
  d.refer(516, 2300);
  d.put<std::uint32_t>(2300, 1);
  d.put<std::int32_t>(2304, -1);
}

/// A list of one shape, whose table stands 8 bytes after the list.
void add_shape(Description& d, std::size_t at, std::size_t dimensions) {
  d.list(at, {at + 8});
  d.table(at + 8, 2700, 8, {4});
  d.refer(at + 12, dimensions);
}

void add_tensors(Description& d) {
  d.list(1096, {1268, 2404});
  d.list(2220, {2604});
  d.tensor(1268, 1240, 2500, 1312, 0x105101000);
  d.text(2500, "in0");
  add_shape(d, 1312, 1332);
  d.tensor(2404, 2360, 2512, 2540, 0x105102000);
  d.text(2512, "in1");
  add_shape(d, 2540, 2796);
  d.tensor(2604, 2560, 2720, 2740, 0x105100000);
  d.text(2720, "out");
  add_shape(d, 2740, 2796);
  for (std::size_t at : {std::size_t{1332}, std::size_t{2796}}) {
    d.put<std::uint32_t>(at, 4);
    at += 4;
    for (const std::uint64_t dimension : {1, 8, 6, 7}) d.put(at, dimension), at += 8;
  }
}

/// Two TIU and six GDMA commands of which only what sequencing needs is filled in; the first 20 bytes are real.
test::Bytes command_area() {
  test::Bytes area(8192);
  const std::uint8_t first[] = {0x0d, 0x00, 0x10, 0x00, 0x60, 0x84, 0x00, 0x10, 0x96, 0x24,
                                0x6c, 0x13, 0x00, 0x00, 0x00, 0x40, 0xc4, 0xff, 0xff, 0xff};
  std::memcpy(area.data(), first, sizeof first);
  write_bits(area.data() + 128, 3, 16, 2);
  for (unsigned i = 0; i < 6; ++i) write_bits(area.data() + 4096 + 128 * i, 16, 16, i + 1);
  return area;
}

TEST(BModelExample, AFileLaidOutByHandIsReadFieldByField) {
  Description d;
  add_model(d);
  add_network(d);
  add_tensors(d);
  const test::Bytes file = test::wrap(d.bytes().data(), d.bytes().size(), command_area());
  ASSERT_EQ(file.size(), 12288U);
  const std::uint8_t header[] = {0xee, 0xaa, 0x55, 0xff, 0x40, 0, 0, 0, 0xc0, 0x0f, 0, 0, 0x00, 0x20, 0, 0};
  ASSERT_EQ(std::memcmp(file.data(), header, sizeof header), 0);

  const BModel model = BModel::from_bytes(test::in_memory(file), "example");
  EXPECT_EQ(model.family(), Family::kBm1684);
  EXPECT_EQ(model.compiler_version(), "2.2+v1.30.2-20260831");
  EXPECT_EQ(model.build_time(), "Mon Aug 31 12:00:00 2026");
  const Program program = load_program(model);
  EXPECT_EQ(program.network, "bia_0");
  EXPECT_EQ(program.neuron_address, 0x105100000U);
  EXPECT_EQ(program.neuron_bytes, 0x3000U);
  EXPECT_TRUE(program.image.empty());
  ASSERT_EQ(program.inputs.size(), 2U);
  EXPECT_EQ(program.inputs[0].name, "in0");
  EXPECT_EQ(program.inputs[0].address, 0x105101000U);
  EXPECT_EQ(program.inputs[0].type, DataType::kF32);
  EXPECT_EQ(program.inputs[0].shape, (std::vector<std::uint64_t>{1, 8, 6, 7}));
  EXPECT_EQ(program.inputs[0].bytes, 0x540U);
  EXPECT_EQ(program.inputs[0].scale, 1.0F);
  EXPECT_EQ(program.inputs[1].name, "in1");
  ASSERT_EQ(program.outputs.size(), 1U);
  EXPECT_EQ(program.outputs[0].name, "out");
  ASSERT_EQ(program.groups.size(), 1U);
  EXPECT_EQ(program.groups[0].tiu.commands.size(), 2U);
  EXPECT_EQ(program.groups[0].gdma.commands.size(), 6U);
  EXPECT_EQ(program.groups[0].tiu.commands[0].dependency, 2U);
  EXPECT_EQ(operation_name(program.groups[0].tiu.decode(program.family, 0)), "arith.add");
}

}  // namespace
}  // namespace bmemu::isa
