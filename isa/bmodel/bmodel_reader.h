// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// From the verified tables of a BModel's description to the structs of isa/bmodel/bmodel.h. Private to bmodel*.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "isa/bmodel/bmodel.h"
#include "isa/bmodel/bmodel_generated.h"

namespace bmemu::isa {

/// Contract: the description has passed the FlatBuffers verifier, so that every offset is good; what the numbers say is
/// checked here. A verified description may still let many tables share one vector: the reader copies at most a fixed
/// multiple of the description's size and then refuses (E-BMODEL-SCHEMA).
class BModelReader {
 public:
  BModelReader(Family family, ByteView binary_area, std::uint64_t description_bytes);

  std::vector<BModelNetwork> networks(const schema::Model& model);
  std::string text(const flatbuffers::String* string, const std::string& where);

 private:
  BModelStage stage(const schema::NetParameter& table, const std::string& where);
  BModelStage stage(const schema::NetStatic& table, const std::string& where);
  BModelStage stage(const schema::NetDynamic& table, const std::string& where);
  /// What all three kinds of stage tables share.
  template <class Table>
  void common(const Table& table, const std::string& where, BModelStage& stage);

  BModelSubnet subnet(const schema::SubNet& table, const std::string& where);
  std::vector<BModelGroup> groups(const flatbuffers::Vector<flatbuffers::Offset<schema::CmdGroup>>* table,
                                  const std::string& where);
  ByteView commands(const schema::Binary* binary, std::uint32_t stated_bytes, std::uint32_t count,
                    const std::string& where);
  void core_commands(const schema::CoreCommands& table, const std::string& where);
  void coefficients(const schema::CoeffMem* table, const std::string& where, BModelStage& stage);
  std::vector<TensorInfo> tensors(const flatbuffers::Vector<flatbuffers::Offset<schema::Tensor>>* table,
                                  const std::string& where);
  TensorInfo tensor(const schema::Tensor& table, const std::string& where);
  std::vector<std::int32_t> numbers(const flatbuffers::Vector<std::int32_t>* table, const std::string& where);
  ByteView range(const schema::Binary* binary, const std::string& where);
  void ranges(const flatbuffers::Vector<const schema::Binary*>* table, const std::string& where);
  void charge(std::uint64_t bytes, const std::string& where);

  Family family_;
  ByteView area_;
  std::uint64_t budget_;  ///< bytes that may still be copied
};

}  // namespace bmemu::isa
