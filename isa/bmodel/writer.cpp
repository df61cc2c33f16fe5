// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/bmodel/writer.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

#include "isa/bmodel/bmodel_generated.h"
#include "isa/error.h"

namespace bmemu::isa {
namespace {

constexpr std::uint64_t kHeaderBytes = 64;
constexpr std::uint32_t kMagic = 0xFF55AAEE;
constexpr std::uint64_t kPage = 4096;  ///< every range of the binary area starts at a multiple of it
constexpr std::string_view kChipMark = "bmemu.chip/1\n";
constexpr std::uint32_t kOnTpu = 1;                      ///< `mem_type`
constexpr int kInput = 1, kOutput = 2;                   ///< `hidden`
constexpr std::int32_t kInNeuronMemory = 0, kApart = 1;  ///< `addr_mode`

std::uint64_t align_up(std::uint64_t value, std::uint64_t unit) { return (value + unit - 1) / unit * unit; }

[[noreturn]] void refuse(std::string value, std::string legal, std::string sentence) {
  throw Error({"E-BMODEL-WRITE", "program", std::move(value), std::move(legal), std::move(sentence)});
}

std::vector<std::uint8_t> sha256(const std::vector<std::uint8_t>& data) {
  std::vector<std::uint8_t> digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_sha256(), nullptr);
  digest.resize(size);
  return digest;
}

/// The image as one region.
struct Region {
  std::uint64_t address = 0;
  std::vector<std::uint8_t> bytes;
};

Region joined(const std::vector<MemorySegment>& image) {
  Region region;
  if (image.empty()) return region;
  region.address = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t end = 0;
  for (const MemorySegment& segment : image) {
    region.address = std::min(region.address, segment.address);
    end = std::max(end, segment.address + segment.data.size);
  }
  if (end - region.address > std::numeric_limits<std::uint32_t>::max())
    refuse(fmt::format("an image from 0x{:x} to 0x{:x}", region.address, end), "at most 4 GiB",
           "the memory image is too large for one file");
  region.bytes.resize(end - region.address);
  for (const MemorySegment& segment : image)
    if (segment.data.size != 0)
      std::memcpy(region.bytes.data() + (segment.address - region.address), segment.data.data, segment.data.size);
  return region;
}

/// Bytes that a tensor takes in global memory: packed storage counts whole words of two or four batches.
std::uint64_t stored_bytes(const TensorInfo& tensor) {
  if (tensor.storage_mode == 0 || tensor.shape.empty()) return tensor.bytes;
  const std::uint64_t per_word = tensor.storage_mode == 1 ? 2 : 4;
  std::uint64_t words = (tensor.shape[0] + per_word - 1) / per_word;
  for (std::size_t i = 1; i < tensor.shape.size(); ++i) words *= tensor.shape[i];
  return words * 4;
}

class Writer {
 public:
  Writer(const Program& program, const BModelNotes& notes) : program_(program), notes_(notes) {}

  std::vector<std::uint8_t> file() {
    check();
    const auto network = this->network();
    const std::vector<flatbuffers::Offset<schema::Net>> networks{network};
    const std::string_view chip = program_.family == Family::kBm1684 ? "BM1684" : "BM1684X";
    fbb_.Finish(schema::CreateModelDirect(fbb_, "B", notes_.compiler.c_str(), notes_.time.c_str(),
                                          std::string(chip).c_str(), &networks, program_.neuron_bytes, 0, 1));
    const std::uint64_t description = align_up(kHeaderBytes + fbb_.GetSize(), kPage) - kHeaderBytes;
    if (area_.size() > std::numeric_limits<std::uint32_t>::max())
      refuse(fmt::format("{} bytes", area_.size()), "at most 4 GiB", "weights and commands are too large for one file");
    const std::uint32_t header[] = {kMagic, kHeaderBytes, static_cast<std::uint32_t>(description),
                                    static_cast<std::uint32_t>(area_.size())};
    std::vector<std::uint8_t> file(kHeaderBytes + description + area_.size());
    std::memcpy(file.data(), header, sizeof header);
    std::memcpy(file.data() + kHeaderBytes, fbb_.GetBufferPointer(), fbb_.GetSize());
    std::memcpy(file.data() + kHeaderBytes + description, area_.data(), area_.size());
    return file;
  }

 private:
  void check() const {
    if (program_.groups.empty()) refuse("no command group", "at least one", "a program without commands");
    for (const MemorySegment& segment : program_.image)
      if (segment.address < program_.neuron_address + program_.neuron_bytes &&
          segment.address + segment.data.size > program_.neuron_address)
        refuse(fmt::format("image at 0x{:x}", segment.address),
               fmt::format("outside of 0x{:x} + {} bytes", program_.neuron_address, program_.neuron_bytes),
               "the memory image overlaps the activation area");
  }

  schema::Binary put(const void* data, std::uint64_t size) {
    area_.resize(align_up(area_.size(), kPage));
    const schema::Binary range(area_.size(), size);
    const auto* begin = static_cast<const std::uint8_t*>(data);
    area_.insert(area_.end(), begin, begin + size);
    return range;
  }

  flatbuffers::Offset<schema::Tensor> tensor(const TensorInfo& info, int kind, int index) {
    const std::vector<std::uint64_t> dimensions(info.shape.begin(), info.shape.end());
    const std::vector<flatbuffers::Offset<schema::Shape>> shapes{schema::CreateShapeDirect(fbb_, &dimensions)};
    return schema::CreateTensorDirect(fbb_, info.name.c_str(), static_cast<std::uint32_t>(info.type),
                                      static_cast<std::int32_t>(info.storage_mode), info.address,
                                      align_up(stored_bytes(info), 1), &shapes, kOnTpu, info.scale, 0,
                                      info.padding_rows, info.zero_point, kind, index);
  }

  std::vector<flatbuffers::Offset<schema::Tensor>> tensors(const std::vector<TensorInfo>& infos, int kind) {
    std::vector<flatbuffers::Offset<schema::Tensor>> result;
    result.reserve(infos.size());
    for (const TensorInfo& info : infos) result.push_back(tensor(info, kind, static_cast<int>(result.size())));
    return result;
  }

  flatbuffers::Offset<schema::CmdGroup> group(const CommandGroup& commands) {
    const auto stream = [&](const CommandStream& s) { return put(s.bytes.data, s.bytes.size); };
    const schema::Binary tiu = stream(commands.tiu);
    const schema::Binary gdma = stream(commands.gdma);
    return schema::CreateCmdGroup(fbb_, static_cast<std::uint32_t>(commands.tiu.commands.size()),
                                  static_cast<std::uint32_t>(commands.gdma.commands.size()), &tiu, &gdma,
                                  static_cast<std::uint32_t>(tiu.size()), static_cast<std::uint32_t>(gdma.size()));
  }

  flatbuffers::Offset<schema::CoeffMem> coefficients() {
    const Region region = joined(program_.image);
    if (region.bytes.empty()) return 0;
    const schema::Binary range = put(region.bytes.data(), region.bytes.size());
    const std::vector<std::uint8_t> digest = sha256(region.bytes);
    return schema::CreateCoeffMemDirect(fbb_, region.address, &digest, &range);
  }

  /// Sub-networks in order, each with its groups; and all groups, which the stage lists again.
  void subnets(const std::vector<flatbuffers::Offset<schema::Tensor>>& inputs,
               const std::vector<flatbuffers::Offset<schema::Tensor>>& outputs,
               std::vector<flatbuffers::Offset<schema::SubNet>>& subnets,
               std::vector<flatbuffers::Offset<schema::CmdGroup>>& all) {
    std::size_t begin = 0;
    while (begin < program_.groups.size()) {
      const std::int32_t id = program_.groups[begin].subnet;
      std::size_t end = begin;
      std::vector<flatbuffers::Offset<schema::CmdGroup>> own;
      while (end < program_.groups.size() && program_.groups[end].subnet == id)
        own.push_back(group(program_.groups[end++]));
      all.insert(all.end(), own.begin(), own.end());
      const std::vector<std::int32_t> next{end < program_.groups.size() ? program_.groups[end].subnet : -1};
      subnets.push_back(
          schema::CreateSubNetDirect(fbb_, 0, &own, nullptr, &inputs, &outputs, 0, 0, 0, 0, 0, id, &next));
      begin = end;
    }
  }

  /// Where inputs and outputs lie when they are not in the activation area.
  std::pair<std::uint64_t, std::uint64_t> io_area() const {
    if (program_.io_in_neuron_memory) return {0, 0};
    std::uint64_t begin = std::numeric_limits<std::uint64_t>::max(), end = 0;
    for (const auto* list : {&program_.inputs, &program_.outputs})
      for (const TensorInfo& info : *list) {
        begin = std::min(begin, info.address);
        end = std::max(end, info.address + stored_bytes(info));
      }
    return begin < end ? std::pair{begin, align_up(end - begin, kPage)} : std::pair<std::uint64_t, std::uint64_t>{0, 0};
  }

  flatbuffers::Offset<schema::Net> network() {
    const auto memory = coefficients();
    const auto inputs = tensors(program_.inputs, kInput);
    const auto outputs = tensors(program_.outputs, kOutput);
    std::vector<flatbuffers::Offset<schema::SubNet>> subnet_list;
    std::vector<flatbuffers::Offset<schema::CmdGroup>> groups;
    subnets(inputs, outputs, subnet_list, groups);
    const auto text = [&](const std::string& s) { return s.empty() ? schema::Binary(0, 0) : put(s.data(), s.size()); };
    const std::string& chip_text = notes_.chip_text.empty() ? program_.chip_text : notes_.chip_text;
    const std::string chip = chip_text.empty() ? std::string() : std::string(kChipMark) + chip_text;
    const schema::Binary statistics = text(chip);
    const schema::Binary layers = text(notes_.layer_map);
    const schema::Binary none(0, 0);
    const std::vector<std::uint64_t> pieces{program_.neuron_bytes};
    const auto [io_address, io_bytes] = io_area();
    const std::vector<flatbuffers::Offset<schema::NetParameter>> stages{schema::CreateNetParameterDirect(
        fbb_, &inputs, &outputs, program_.neuron_address, program_.neuron_bytes, memory, 0, 0, 0, &groups, &none,
        nullptr, &none, &subnet_list, 0, &pieces, &statistics, 1, io_address, io_bytes, &layers)};
    const std::string name = program_.network.empty() ? "network" : program_.network;
    return schema::CreateNetDirect(fbb_, name.c_str(), nullptr, nullptr, &stages, 0,
                                   program_.io_in_neuron_memory ? kInNeuronMemory : kApart);
  }

  const Program& program_;
  const BModelNotes& notes_;
  flatbuffers::FlatBufferBuilder fbb_;
  std::vector<std::uint8_t> area_;
};

}  // namespace

std::vector<std::uint8_t> write_bmodel(const Program& program, const BModelNotes& notes) {
  return Writer(program, notes).file();
}

std::string chip_text_of(ByteView statistics) {
  const std::string_view text(reinterpret_cast<const char*>(statistics.data), statistics.size);
  if (statistics.size < kChipMark.size() || text.substr(0, kChipMark.size()) != kChipMark) return {};
  return std::string(text.substr(kChipMark.size()));
}

}  // namespace bmemu::isa
