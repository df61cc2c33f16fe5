// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/program/program.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/error.h"

namespace bmemu::isa {
namespace {

/// Unwraps the waits of one stream; see `scan_group`.
class WaitUnwrapper {
 public:
  WaitUnwrapper(Family family, std::uint32_t other_count)
      : period_(std::int64_t{1} << id_bits(family)), last_id_(other_count) {}

  std::uint32_t operator()(std::uint32_t field) {
    if (last_id_ < period_) return field;
    std::int64_t wait = wait_ - wait_ % period_ + field;
    if (wait - wait_ > period_ / 2) wait -= period_;
    if (wait_ - wait > period_ / 2) wait += period_;
    if (wait > last_id_) wait -= period_;
    if (wait < 0) wait += period_;
    // Vendor compilers repeat the running wait in every command, hand-made streams write 0 where there is none.
    if (field == 0 && wait > wait_ + period_ / 4) return 0;
    if (wait > wait_) wait_ = wait;
    return static_cast<std::uint32_t>(wait);
  }

 private:
  std::int64_t period_;
  std::int64_t last_id_;   ///< of the other engine
  std::int64_t wait_ = 0;  ///< latest so far
};

CommandStream scan_stream(Family family, Engine engine, std::uint32_t group, ByteView bytes, std::uint32_t count,
                          std::uint32_t other_count) {
  CommandStream stream;
  stream.engine = engine;
  stream.group = group;
  stream.bytes = bytes;
  stream.commands.reserve(std::min<std::uint64_t>(count, bytes.size / 16));
  const std::uint32_t mask = (std::uint32_t{1} << id_bits(family)) - 1;
  WaitUnwrapper unwrap(family, other_count);
  std::uint64_t offset = 0;
  for (std::uint32_t index = 0; index < count; ++index) {
    const CommandPlace place{engine, group, index, offset};
    const CommandHeader header = peek(family, bytes.data + offset, bytes.size - offset, place);
    if (header.id != ((index + 1) & mask))
      throw Error({"E-ISA-ID-SEQUENCE", place.text(), fmt::format("id {}", header.id),
                   fmt::format("id {}", (index + 1) & mask), "command ids are not consecutive"});
    const bool is_last = index + 1 == count;
    if (family == Family::kBm1684x && header.is_end != is_last)
      throw Error({"E-ISA-END", place.text(), is_last ? "no end command" : "an end command",
                   fmt::format("one end command, the last of {}", count), "the stream does not end where it should"});
    stream.commands.push_back({offset, index + 1, unwrap(header.dependency), header.bytes, header.is_end});
    offset += header.bytes;
  }
  for (std::uint64_t at = offset; at < bytes.size; ++at)
    if (bytes.data[at] != 0)
      throw Error({"E-ISA-COUNT", CommandPlace{engine, group, count, at}.text(),
                   fmt::format("byte 0x{:02x}", bytes.data[at]), fmt::format("zero padding after {} commands", count),
                   "bytes follow the last command"});
  return stream;
}

}  // namespace

CommandPlace CommandStream::place(std::size_t index) const {
  const std::uint64_t offset = index < commands.size() ? commands[index].offset : bytes.size;
  return {engine, group, static_cast<std::uint32_t>(index), offset};
}

Instruction CommandStream::decode(Family family, std::size_t index) const {
  const CommandRef& command = commands[index];
  return isa::decode(family, bytes.data + command.offset, bytes.size - command.offset, place(index));
}

CommandGroup scan_group(Family family, std::uint32_t group, ByteView tiu, std::uint32_t tiu_count, ByteView gdma,
                        std::uint32_t gdma_count) {
  CommandGroup result;
  result.tiu = scan_stream(family, Engine::kTiu, group, tiu, tiu_count, gdma_count);
  result.gdma = scan_stream(family, Engine::kGdma, group, gdma, gdma_count, tiu_count);
  return result;
}

unsigned batches_in_word(const TensorInfo& tensor) {
  constexpr unsigned kWordBits = 32;
  const unsigned batches = 1U << tensor.storage_mode;
  return batches * bits(tensor.type) == kWordBits ? batches : 1;
}

const TensorInfo* find_tensor(const std::vector<TensorInfo>& tensors, std::string_view name) {
  const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const auto& t) { return t.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

std::string names_of(const std::vector<TensorInfo>& tensors) {
  std::vector<std::string_view> names;
  names.reserve(tensors.size());
  for (const auto& tensor : tensors) names.push_back(tensor.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<std::uint32_t> LayerMap::layer_of_commands(Engine engine, std::uint32_t group, std::size_t count) const {
  std::vector<std::uint32_t> result(count, kNone);
  for (const LayerSpan& span : spans) {
    if (span.group != group) continue;
    const std::uint32_t before = engine == Engine::kTiu ? span.tiu_before : span.gdma_before;
    const std::uint32_t after = engine == Engine::kTiu ? span.tiu_after : span.gdma_after;
    for (std::size_t id = before; id < after && id < count; ++id) result[id] = span.layer;
  }
  return result;
}

}  // namespace bmemu::isa
