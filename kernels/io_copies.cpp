// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/io_copies.h"

#include <algorithm>

#include "isa/encoding/codes.h"
#include "kernels/command_list.h"

namespace bmemu::kernels {
namespace {

using isa::Family;

constexpr std::uint64_t kPage = 4096;

std::uint64_t align_page(std::uint64_t address) { return (address + kPage - 1) / kPage * kPage; }

/// First address behind everything that the program uses.
std::uint64_t first_free(const isa::Program& program) {
  std::uint64_t end = program.neuron_address + program.neuron_bytes;
  for (const auto& segment : program.image) end = std::max(end, segment.address + segment.data.size);
  for (const auto* tensors : {&program.inputs, &program.outputs})
    for (const auto& tensor : *tensors) end = std::max(end, tensor.address + tensor.bytes);
  return align_page(end);
}

struct Copies {
  isa::CommandGroup group;
  std::vector<isa::LayerSpan> spans;
  std::vector<std::shared_ptr<const void>> storage;
};

enum class Way { kIn, kOut };

/// Whether a part that runs on the host makes the tensor: then there is nothing to copy.
bool is_on_host(const isa::Program& program, const std::string& tensor) {
  return std::any_of(program.left_out.begin(), program.left_out.end(), [&](const isa::LeftOut& part) {
    return part.id == "E-BMODEL-CPU-LAYER" && isa::find_tensor(part.outputs, tensor) != nullptr;
  });
}

/// Moves the tensors of `program` to user buffers and returns the copies between both.
Copies make_copies(isa::Program& program, Way way, std::uint64_t& free_address) {
  isa::LayerMap& layers = program.layers;
  CommandList list(program.family);
  Copies result;
  std::uint32_t id = 0;
  for (auto& tensor : way == Way::kIn ? program.inputs : program.outputs) {
    if (way == Way::kOut && is_on_host(program, tensor.name)) continue;
    isa::LayerSpan span;
    span.layer = static_cast<std::uint32_t>(layers.names.size());
    span.gdma_before = id;
    const std::uint64_t user = free_address;
    free_address = align_page(free_address + tensor.bytes);
    add_ddr_copy(list, program.family, way == Way::kIn ? user : tensor.address, way == Way::kIn ? tensor.address : user,
                 tensor.bytes);
    tensor.address = user;
    id = list.count(isa::Engine::kGdma);
    span.gdma_after = id;
    layers.names.push_back((way == Way::kIn ? "input copy: " : "output copy: ") + tensor.name);
    layers.kinds.emplace_back("firmware.Copy");
    result.spans.push_back(span);
  }
  isa::Program copies = list.finish("io copies");
  result.group = std::move(copies.groups.front());
  result.storage = std::move(copies.storage);
  return result;
}

void renumber(isa::CommandGroup& group, std::uint32_t index) { group.tiu.group = group.gdma.group = index; }

}  // namespace

// BM1684X: the general (linear) copy; BM1684: a tensor of rows, sizes being 16-bit fields.
void add_ddr_copy(CommandList& list, Family family, std::uint64_t from, std::uint64_t to, std::uint64_t bytes) {
  if (family == Family::kBm1684x) {
    constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 31;  // the length is a field of 32 bits
    for (std::uint64_t at = 0; at == 0 || at < bytes; at += kMostBytes) {
      isa::bm1684x::DmaGeneral copy;  // format 0: bytes
      copy.src_cstride = std::min(bytes - at, kMostBytes);
      copy.set_source(from + at);
      copy.set_destination(to + at);
      list.add(isa::bm1684x::GdmaInstruction(copy));
    }
    return;
  }
  constexpr std::uint64_t kRowWords = 16384, kMostRows = 65535;
  const std::uint64_t words = (bytes + 3) / 4;
  const auto add = [&](std::uint64_t rows, std::uint64_t columns, std::uint64_t offset) {
    isa::bm1684::Dma copy;
    copy.direction = code(isa::DmaDirection::kSystemToSystem);
    copy.chw_copy = 1;
    copy.prefetch_disable = 1;
    copy.src_nsize = copy.dst_nsize = 1;
    copy.src_csize = copy.dst_csize = 1;
    copy.src_hsize = copy.dst_hsize = rows;
    copy.src_wsize = copy.dst_wsize = columns;
    copy.set_source(from + offset);
    copy.set_destination(to + offset);
    list.add(isa::bm1684::GdmaInstruction(copy));
  };
  const std::uint64_t rows = words / kRowWords;
  for (std::uint64_t at = 0; at < rows; at += kMostRows)
    add(std::min(rows - at, kMostRows), kRowWords, at * kRowWords * 4);
  if (words % kRowWords != 0) add(1, words % kRowWords, rows * kRowWords * 4);
}

isa::Program with_io_copies(const isa::Program& program) {
  if (!program.io_in_neuron_memory || program.inputs.empty()) return program;
  isa::Program result = program;
  std::uint64_t free_address = first_free(program);
  Copies in = make_copies(result, Way::kIn, free_address);
  Copies out = make_copies(result, Way::kOut, free_address);
  for (auto& span : result.layers.spans) ++span.group;
  for (auto& layer : result.layers.results) ++layer.group;
  for (auto& part : result.left_out) ++part.group;
  result.groups.insert(result.groups.begin(), std::move(in.group));
  result.groups.push_back(std::move(out.group));
  for (std::uint32_t i = 0; i < result.groups.size(); ++i) renumber(result.groups[i], i);
  for (auto& span : out.spans) span.group = static_cast<std::uint32_t>(result.groups.size() - 1);
  for (auto* copies : {&in, &out}) {
    result.layers.spans.insert(result.layers.spans.end(), copies->spans.begin(), copies->spans.end());
    result.storage.insert(result.storage.end(), copies->storage.begin(), copies->storage.end());
  }
  return result;
}

}  // namespace bmemu::kernels
