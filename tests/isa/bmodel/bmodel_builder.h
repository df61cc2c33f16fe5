// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Builds small BModel files in memory for tests.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "isa/bmodel/bmodel.h"
#include "isa/bmodel/bmodel_generated.h"
#include "isa/program/program.h"

namespace bmemu::isa::test {

using Bytes = std::vector<std::uint8_t>;

inline FileBytes in_memory(Bytes bytes) {
  auto owner = std::make_shared<Bytes>(std::move(bytes));
  return {{owner->data(), owner->size()}, owner};
}

inline void append(Bytes& bytes, const void* data, std::size_t size) {
  const auto* begin = static_cast<const std::uint8_t*>(data);
  bytes.insert(bytes.end(), begin, begin + size);
}

/// The file around a description and a binary area.
inline Bytes wrap(const std::uint8_t* description, std::size_t size, const Bytes& area) {
  Bytes file;
  const std::uint32_t words[] = {0xFF55AAEE, 64, static_cast<std::uint32_t>((size + 7) / 8 * 8),
                                 static_cast<std::uint32_t>(area.size())};
  append(file, words, sizeof words);
  file.resize(64);
  append(file, description, size);
  file.resize(64 + words[2]);
  append(file, area.data(), area.size());
  return file;
}

/// A stage made of sub-networks that come from programs.
struct StageBuilder {
  struct Subnet {
    int mode = 0;
    int dynamic = 0;
    std::vector<CommandGroup> groups;
    std::vector<std::shared_ptr<const void>> storage;  ///< of the groups
    std::vector<int> cpu_layers;
    std::vector<int> next;
  };
  std::vector<std::uint64_t> input_shape{1, 3, 2, 2};
  std::vector<Subnet> subnets;
  std::uint64_t coefficient_bytes = 0;
  std::uint32_t cores = 1;
  int encrypt_mode = 0;
};

class FileBuilder {
 public:
  explicit FileBuilder(std::string chip) : chip_(std::move(chip)) {}

  int address_mode = 0;

  void add_network(const std::string& name, const std::vector<StageBuilder>& stages) {
    std::vector<flatbuffers::Offset<schema::NetParameter>> parameters;
    parameters.reserve(stages.size());
    for (const StageBuilder& stage : stages) parameters.push_back(parameter(stage));
    networks_.push_back(schema::CreateNetDirect(fbb_, name.c_str(), nullptr, nullptr, &parameters, 0, address_mode));
  }

  Bytes finish() {
    fbb_.Finish(schema::CreateModelDirect(fbb_, "B", "2.2+test", "today\n", chip_.c_str(), &networks_));
    return wrap(fbb_.GetBufferPointer(), fbb_.GetSize(), area_);
  }

 private:
  schema::Binary put(ByteView bytes) {
    area_.resize((area_.size() + 4095) / 4096 * 4096);
    const schema::Binary range(area_.size(), bytes.size);
    append(area_, bytes.data, bytes.size);
    return range;
  }

  flatbuffers::Offset<schema::CmdGroup> command_group(const CommandGroup& group) {
    const schema::Binary tiu = put(group.tiu.bytes);
    const schema::Binary gdma = put(group.gdma.bytes);
    return schema::CreateCmdGroup(fbb_, static_cast<std::uint32_t>(group.tiu.commands.size()),
                                  static_cast<std::uint32_t>(group.gdma.commands.size()), &tiu, &gdma,
                                  static_cast<std::uint32_t>(tiu.size()), static_cast<std::uint32_t>(gdma.size()));
  }

  flatbuffers::Offset<schema::Tensor> tensor(const std::string& name, const std::vector<std::uint64_t>& dimensions) {
    const std::vector<flatbuffers::Offset<schema::Shape>> shapes{schema::CreateShapeDirect(fbb_, &dimensions)};
    return schema::CreateTensorDirect(fbb_, name.c_str(), 2, 0, 0x105101000, 4096, &shapes, 1, 0.5F, 0, 0, 3);
  }

  flatbuffers::Offset<schema::NetParameter> parameter(const StageBuilder& stage) {
    std::vector<flatbuffers::Offset<schema::SubNet>> subnets;
    std::vector<flatbuffers::Offset<schema::CmdGroup>> all;
    int id = 0;
    for (const StageBuilder::Subnet& subnet : stage.subnets) {
      std::vector<flatbuffers::Offset<schema::CmdGroup>> groups;
      for (const CommandGroup& group : subnet.groups) groups.push_back(command_group(group));
      all.insert(all.end(), groups.begin(), groups.end());
      std::vector<flatbuffers::Offset<schema::CpuParam>> layers;
      for (const int kind : subnet.cpu_layers) layers.push_back(schema::CreateCpuParam(fbb_, kind));
      subnets.push_back(schema::CreateSubNetDirect(fbb_, subnet.mode, &groups, &layers, nullptr, nullptr,
                                                   subnet.dynamic, 0, 0, 0, 0, id++, &subnet.next));
    }
    const Bytes zeros(stage.coefficient_bytes);
    const schema::Binary coefficients = put({zeros.data(), zeros.size()});
    const auto memory = schema::CreateCoeffMem(fbb_, 0x105100000, 0, &coefficients, 0, stage.encrypt_mode);
    const std::vector<flatbuffers::Offset<schema::Tensor>> inputs{tensor("in", stage.input_shape)};
    const std::vector<flatbuffers::Offset<schema::Tensor>> outputs{tensor("out", {1, 10})};
    return schema::CreateNetParameterDirect(fbb_, &inputs, &outputs, 0x105101000, 0x3000, memory, 0, 0, 0, &all,
                                            nullptr, nullptr, nullptr, &subnets, 0, nullptr, nullptr, stage.cores);
  }

  flatbuffers::FlatBufferBuilder fbb_;
  Bytes area_;
  std::string chip_;
  std::vector<flatbuffers::Offset<schema::Net>> networks_;
};

}  // namespace bmemu::isa::test
