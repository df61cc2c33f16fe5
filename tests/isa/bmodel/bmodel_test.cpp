// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/bmodel/bmodel.h"

#include <gtest/gtest.h>

#include "bmodel_builder.h"
#include "isa/error.h"
#include "kernels/command_list.h"

namespace bmemu::isa {
namespace {

using test::Bytes;
using test::FileBuilder;
using test::in_memory;
using test::StageBuilder;

/// A program with `tiu` and `gdma` commands.
Program sample(Family family, int tiu, int gdma) {
  kernels::CommandList list(family);
  for (int i = 0; i < gdma; ++i) {
    if (family == Family::kBm1684)
      list.add(bm1684::GdmaInstruction(bm1684::Dma{}));
    else
      list.add(bm1684x::GdmaInstruction(bm1684x::DmaTensor{}));
  }
  for (int i = 0; i < tiu; ++i) {
    if (family == Family::kBm1684)
      list.add(bm1684::TiuInstruction(bm1684::Conv{}));
    else
      list.add(bm1684x::TiuInstruction(bm1684x::Conv{}));
  }
  return list.finish("sample");
}

StageBuilder::Subnet subnet(const Program& program) {
  StageBuilder::Subnet result;
  result.groups = program.groups;
  result.storage = program.storage;
  return result;
}

template <class Action>
Error error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return Error({"none", "", "", "", "accepted"});
}

Bytes two_networks(const Program& program) {
  FileBuilder file("BM1684");
  StageBuilder small;
  small.subnets = {subnet(program)};
  StageBuilder large = small;
  large.input_shape = {4, 3, 2, 2};
  file.add_network("first", {small, large});
  file.add_network("second", {large});
  return file.finish();
}

TEST(BModel, TheFirstNetworkAndStageAreTheDefaultAndOthersCanBeSelected) {
  const Program program = sample(Family::kBm1684, 3, 2);
  const BModel model = BModel::from_bytes(in_memory(two_networks(program)), "two.bmodel");
  ASSERT_EQ(model.networks().size(), 2U);
  EXPECT_EQ(model.compiler_version(), "2.2+test");
  EXPECT_EQ(model.build_time(), "today");
  const Program first = load_program(model);
  EXPECT_EQ(first.network, "first");
  EXPECT_EQ(first.batch, 1U);
  EXPECT_EQ(first.source, "two.bmodel");
  EXPECT_EQ(first.groups[0].tiu.commands.size(), 3U);
  EXPECT_EQ(first.groups[0].gdma.commands.size(), 2U);
  EXPECT_EQ(first.inputs[0].name, "in");
  EXPECT_EQ(first.inputs[0].type, DataType::kI8);
  EXPECT_EQ(first.inputs[0].bytes, 12U);
  EXPECT_EQ(first.inputs[0].scale, 0.5F);
  EXPECT_EQ(first.inputs[0].zero_point, 3);
  EXPECT_EQ(load_program(model, {"", 1}).batch, 4U);
  EXPECT_EQ(load_program(model, {"second", 0}).network, "second");
}

TEST(BModel, AnUnknownSelectionListsWhatThereIs) {
  const BModel model = BModel::from_bytes(in_memory(two_networks(sample(Family::kBm1684, 1, 1))), "two.bmodel");
  const Error network = error_of([&] { load_program(model, {"third", 0}); });
  EXPECT_EQ(network.id(), "E-BMODEL-SELECT");
  EXPECT_EQ(network.value(), "third");
  EXPECT_EQ(network.legal(), "\"first\" (2 stages), \"second\" (1 stage)");
  const Error stage = error_of([&] { load_program(model, {"first", 2}); });
  EXPECT_EQ(stage.id(), "E-BMODEL-SELECT");
  EXPECT_EQ(stage.legal(), "0..1");
  EXPECT_NE(stage.place().find("two.bmodel"), std::string::npos);
}

TEST(BModel, GroupsOfAllStaticSubnetworksComeInOrder) {
  FileBuilder file("BM1684X");
  StageBuilder stage;
  stage.coefficient_bytes = 100;
  stage.subnets = {subnet(sample(Family::kBm1684x, 1, 2)), subnet(sample(Family::kBm1684x, 3, 4))};
  const Program more = sample(Family::kBm1684x, 5, 6);
  stage.subnets[1].groups.push_back(more.groups[0]);
  stage.subnets[0].next = {1};
  stage.subnets[1].next = {-1};
  file.add_network("net", {stage});
  const Program program = load_program(BModel::from_bytes(in_memory(file.finish()), "x"));
  ASSERT_EQ(program.groups.size(), 3U);
  EXPECT_EQ(program.groups[0].tiu.commands.size(), 2U);  // with the end command
  EXPECT_EQ(program.groups[1].gdma.commands.size(), 5U);
  EXPECT_EQ(program.groups[2].tiu.commands.size(), 6U);
  EXPECT_EQ(program.groups[0].subnet, 0);
  EXPECT_EQ(program.groups[2].subnet, 1);
  EXPECT_EQ(program.groups[2].gdma.group, 2U);
  ASSERT_EQ(program.image.size(), 1U);
  EXPECT_EQ(program.image[0].data.size, 100U);
}

Error refusal(const StageBuilder& stage, int address_mode = 0) {
  FileBuilder file("BM1684");
  file.address_mode = address_mode;
  file.add_network("net", {stage});
  const BModel model = BModel::from_bytes(in_memory(file.finish()), "x.bmodel");
  return error_of([&] { load_program(model); });
}

TEST(BModel, PartsWithoutCommandsAreLeftOutOnRequest) {
  StageBuilder stage;
  stage.subnets = {subnet(sample(Family::kBm1684, 1, 1)), {}, subnet(sample(Family::kBm1684, 1, 1)), {}};
  stage.subnets[0].next = {1};
  stage.subnets[1].mode = 1;
  stage.subnets[1].cpu_layers = {17};
  stage.subnets[1].next = {2};
  stage.subnets[2].next = {3};
  stage.subnets[3].dynamic = 1;
  FileBuilder file("BM1684");
  file.add_network("net", {stage});
  const BModel model = BModel::from_bytes(in_memory(file.finish()), "x.bmodel");
  const Program program = load_program(model, {"", 0, Parts::kStatic});
  ASSERT_EQ(program.groups.size(), 2U);
  EXPECT_EQ(program.groups[1].subnet, 2);
  ASSERT_EQ(program.left_out.size(), 2U);
  EXPECT_EQ(program.left_out[0].id, "E-BMODEL-CPU-LAYER");
  EXPECT_EQ(program.left_out[0].subnet, 1);
  EXPECT_EQ(program.left_out[0].group, 1U) << "it stands between the two groups";
  EXPECT_NE(program.left_out[0].what.find("layer kind 17"), std::string::npos);
  EXPECT_EQ(program.left_out[1].id, "E-BMODEL-DYNAMIC");
  EXPECT_EQ(program.left_out[1].group, 2U);
  EXPECT_EQ(error_of([&] { load_program(model); }).id(), "E-BMODEL-CPU-LAYER") << "not without being asked";
}

TEST(BModel, AProgramWithoutAnyStaticPartIsRefusedAllTheSame) {
  StageBuilder stage;
  stage.subnets = {{}};
  stage.subnets[0].dynamic = 1;
  FileBuilder file("BM1684");
  file.add_network("net", {stage});
  const BModel model = BModel::from_bytes(in_memory(file.finish()), "x.bmodel");
  EXPECT_EQ(error_of([&] { load_program(model, {"", 0, Parts::kStatic}); }).id(), "E-BMODEL-DYNAMIC");
}

TEST(BModel, WhatCannotBeRunFromCommandsIsRefusedByName) {
  StageBuilder stage;
  stage.subnets = {subnet(sample(Family::kBm1684, 1, 1)), {}};
  StageBuilder::Subnet& last = stage.subnets[1];

  last.dynamic = 1;
  Error error = refusal(stage);
  EXPECT_EQ(error.id(), "E-BMODEL-DYNAMIC");
  EXPECT_NE(error.place().find("network \"net\" stage 0 sub-network 1"), std::string::npos) << error.place();

  last = {};
  last.mode = 1;
  last.cpu_layers = {13, 59};
  error = refusal(stage);
  EXPECT_EQ(error.id(), "E-BMODEL-CPU-LAYER");
  EXPECT_EQ(error.value(), "YOLOv3 detection (layer kind 13), layer kind 59");

  for (const auto& [mode, name] : {std::pair{2, "merge"}, std::pair{3, "switch"}}) {
    last = {};
    last.mode = mode;
    error = refusal(stage);
    EXPECT_EQ(error.id(), "E-BMODEL-CONTROL-FLOW");
    EXPECT_EQ(error.value(), name);
  }

  last = subnet(sample(Family::kBm1684, 1, 1));
  EXPECT_EQ(refusal(stage).id(), "none");
  stage.subnets[0].next = {0};
  EXPECT_EQ(refusal(stage).id(), "E-BMODEL-CONTROL-FLOW");
  stage.subnets[0].next = {1};
  EXPECT_EQ(refusal(stage).id(), "none");
  stage.cores = 2;
  EXPECT_EQ(refusal(stage).id(), "E-BMODEL-CORES");
  stage.cores = 1;
  stage.encrypt_mode = 1;
  EXPECT_EQ(refusal(stage).id(), "E-BMODEL-ENCRYPTED");
  stage.encrypt_mode = 0;
  EXPECT_EQ(refusal(stage, 2).id(), "E-BMODEL-ADDRESS-MODE");
  stage.input_shape = {0, 3};
  EXPECT_EQ(refusal(stage).id(), "E-BMODEL-SCHEMA");
}

Error opening(Bytes bytes) {
  return error_of([&] { BModel::from_bytes(in_memory(std::move(bytes)), "x.bmodel"); });
}

TEST(BModel, ADamagedHeaderIsNamed) {
  const Bytes good = two_networks(sample(Family::kBm1684, 1, 1));
  Bytes bad = good;
  bad[0] = 0xFF;
  Error error = opening(bad);
  EXPECT_EQ(error.id(), "E-BMODEL-MAGIC");
  EXPECT_EQ(error.place(), "x.bmodel, byte 0");
  EXPECT_EQ(error.legal(), "0xff55aaee, as every BModel begins");

  bad = good;
  bad.resize(40);
  EXPECT_EQ(opening(bad).id(), "E-BMODEL-TRUNCATED");
  bad = good;
  bad.pop_back();
  EXPECT_EQ(opening(bad).id(), "E-BMODEL-TRUNCATED");
  bad = good;
  bad.push_back(0);
  EXPECT_EQ(opening(bad).id(), "E-BMODEL-RANGE");
  bad = good;
  bad[4] = 65;
  EXPECT_EQ(opening(bad).id(), "E-BMODEL-SCHEMA");
  bad = good;
  bad[11] = 0xFF;  // description of 4 GiB
  EXPECT_EQ(opening(bad).id(), "E-BMODEL-RANGE");
  bad = good;
  for (int i = 64; i < 80; ++i) bad[i] ^= 0xFF;
  EXPECT_EQ(opening(bad).id(), "E-BMODEL-SCHEMA");
  EXPECT_EQ(opening({}).id(), "E-BMODEL-TRUNCATED");
}

TEST(BModel, AnotherChipIsNamed) {
  FileBuilder file("BM1688");
  file.add_network("net", {});
  const Error error = opening(file.finish());
  EXPECT_EQ(error.id(), "E-BMODEL-CHIP");
  EXPECT_EQ(error.value(), "\"BM1688\"");
  EXPECT_EQ(error.legal(), "BM1684, BM1684X");
}

TEST(BModel, ARangeThatLeavesTheFileIsNamed) {
  Bytes file = two_networks(sample(Family::kBm1684, 1, 1));
  const auto* net = schema::GetModel(file.data() + 64)->net()->Get(1);
  const auto* group = net->parameter()->Get(0)->cmd_group()->Get(0);
  *const_cast<schema::Binary*>(group->binary_gdma()) = schema::Binary(~std::uint64_t{0} - 10, 128);
  const Error error = opening(std::move(file));
  EXPECT_EQ(error.id(), "E-BMODEL-RANGE");
  EXPECT_NE(error.place().find("network \"second\" stage 0"), std::string::npos) << error.place();
  EXPECT_NE(error.place().find("binary_gdma"), std::string::npos);
}

TEST(BModel, DimensionsThatAreNotAlignedAreRefused) {
  Bytes file = two_networks(sample(Family::kBm1684, 1, 1));
  const auto* input = schema::GetModel(file.data() + 64)->net()->Get(0)->parameter()->Get(0)->input_tensor()->Get(0);
  const auto* dimensions = input->shape()->Get(0)->dim();
  ASSERT_EQ(dimensions->Get(0), 1U);
  auto* table = reinterpret_cast<flatbuffers::Table*>(const_cast<schema::Shape*>(input->shape()->Get(0)));
  // Four bytes on, the low half of the first dimension is the length of a vector.
  std::uint8_t* reference = table->GetAddressOf(schema::Shape::VT_DIM);
  flatbuffers::WriteScalar(reference, flatbuffers::ReadScalar<flatbuffers::uoffset_t>(reference) + 4);
  const Error error = opening(std::move(file));
  EXPECT_EQ(error.id(), "E-BMODEL-SCHEMA");
  EXPECT_EQ(error.legal(), "aligned to 8 bytes");
  EXPECT_NE(error.place().find("shape"), std::string::npos) << error.place();
}

TEST(BModel, ByteCountsThatAreLeftOutMean128BytesPerCommandOnBm1684) {
  Bytes file = two_networks(sample(Family::kBm1684, 3, 2));
  const auto* group = schema::GetModel(file.data() + 64)->net()->Get(0)->parameter()->Get(0)->cmd_group()->Get(0);
  flatbuffers::Table& table = *reinterpret_cast<flatbuffers::Table*>(const_cast<schema::CmdGroup*>(group));
  table.SetField<std::uint32_t>(schema::CmdGroup::VT_BDC_CMD_BYTE, 0, 0);
  table.SetField<std::uint32_t>(schema::CmdGroup::VT_GDMA_CMD_BYTE, 0, 0);
  const Program program = load_program(BModel::from_bytes(in_memory(std::move(file)), "x"));
  EXPECT_EQ(program.groups[0].tiu.bytes.size, 3U * 128);
  EXPECT_EQ(program.groups[0].gdma.bytes.size, 2U * 128);
}

TEST(BModel, ABufferWithoutAlignmentIsCopied) {
  const Bytes good = two_networks(sample(Family::kBm1684, 1, 1));
  Bytes shifted(good.size() + 1);
  std::memcpy(shifted.data() + 1, good.data(), good.size());
  FileBytes bytes = in_memory(std::move(shifted));
  bytes.view = {bytes.view.data + 1, bytes.view.size - 1};
  EXPECT_EQ(load_program(BModel::from_bytes(bytes, "x")).network, "first");
}

}  // namespace
}  // namespace bmemu::isa
