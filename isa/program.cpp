// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/program.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/error.h"

namespace bmemu::isa {
namespace {

/// The number congruent to `field` modulo 2^bits that is nearest to `near`, at least 0: ids wrap, and waits move
/// forward by far less than half the range.
std::uint32_t unwrap(std::uint32_t field, std::uint32_t near, unsigned bits) {
  const std::int64_t period = std::int64_t{1} << bits;
  std::int64_t candidate = near - near % period + field;
  if (candidate - std::int64_t{near} > period / 2) candidate -= period;
  if (std::int64_t{near} - candidate > period / 2) candidate += period;
  return static_cast<std::uint32_t>(candidate < 0 ? candidate + period : candidate);
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

CommandStream scan_stream(Family family, Engine engine, std::uint32_t group, ByteView bytes, std::uint32_t count) {
  CommandStream stream;
  stream.engine = engine;
  stream.group = group;
  stream.bytes = bytes;
  stream.commands.reserve(std::min<std::uint64_t>(count, bytes.size / 16));
  const std::uint32_t mask = (std::uint32_t{1} << id_bits(family)) - 1;
  std::uint64_t offset = 0;
  std::uint32_t dependency = 0;
  for (std::uint32_t index = 0; index < count; ++index) {
    const CommandPlace place{engine, group, index, offset};
    const CommandHeader header = peek(family, bytes.data + offset, bytes.size - offset, place);
    if (header.id != ((index + 1) & mask))
      throw Error({"E-ISA-ID-SEQUENCE", place.text(), fmt::format("id {}", header.id),
                   fmt::format("id {}", (index + 1) & mask), "command ids are not consecutive"});
    if (header.dependency != 0 || dependency > mask / 2)
      dependency = unwrap(header.dependency, dependency, id_bits(family));
    stream.commands.push_back({offset, index + 1, header.dependency == 0 && dependency <= mask / 2 ? 0 : dependency,
                               header.bytes, header.is_end});
    offset += header.bytes;
  }
  for (std::uint64_t at = offset; at < bytes.size; ++at)
    if (bytes.data[at] != 0)
      throw Error({"E-ISA-COUNT", CommandPlace{engine, group, count, at}.text(),
                   fmt::format("byte 0x{:02x}", bytes.data[at]), fmt::format("zero padding after {} commands", count),
                   "bytes follow the last command"});
  return stream;
}

std::string_view name(DataType type) {
  static constexpr std::string_view kNames[] = {"f32", "f16", "i8",   "u8", "i16", "u16",
                                                "i32", "u32", "bf16", "i4", "u4"};
  return kNames[static_cast<std::size_t>(type)];
}

unsigned bits(DataType type) {
  static constexpr unsigned kBits[] = {32, 16, 8, 8, 16, 16, 32, 32, 16, 4, 4};
  return kBits[static_cast<std::size_t>(type)];
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
