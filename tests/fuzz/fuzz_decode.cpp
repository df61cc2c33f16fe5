// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Any bytes are legal commands, which encode back to themselves, or one clear error.
// First byte: bit 0 family, bit 1 engine, bit 2 a whole group. Then either commands of that engine, whatever their ids,
// or a group: number of TIU commands, number of GDMA commands, length of the TIU stream (2 bytes), both streams.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "isa/error.h"
#include "isa/program/program.h"

namespace {

using namespace bmemu;

void check_command(isa::Family family, isa::ByteView bytes, std::size_t length, const isa::CommandPlace& place) {
  const auto instruction = isa::decode(family, bytes.data, bytes.size, place);
  const auto again = isa::encode(instruction);
  if (again.size() != length || !std::equal(again.begin(), again.end(), bytes.data)) std::abort();
  if (isa::disassemble(instruction).empty() || isa::encoding_name(instruction).empty()) std::abort();
}

void walk(isa::Family family, isa::Engine engine, isa::ByteView bytes) {
  isa::CommandPlace place{engine, 0, 0, 0};
  while (bytes.size > 0) {
    const auto header = isa::peek(family, bytes.data, bytes.size, place);
    check_command(family, bytes, header.bytes, place);
    bytes = {bytes.data + header.bytes, bytes.size - header.bytes};
    place.byte_offset += header.bytes;
    ++place.index;
  }
}

void scan(isa::Family family, isa::ByteView bytes) {
  if (bytes.size < 4) return;
  const std::uint8_t* head = bytes.data;
  const std::uint64_t length = bytes.size - 4;
  const std::uint64_t tiu_length = std::min<std::uint64_t>(length, head[2] | unsigned{head[3]} << 8);
  const auto group = isa::scan_group(family, 0, {head + 4, tiu_length}, head[0],
                                     {head + 4 + tiu_length, length - tiu_length}, head[1]);
  for (const auto* stream : {&group.tiu, &group.gdma})
    for (std::size_t i = 0; i < stream->commands.size(); ++i) {
      const auto& command = stream->commands[i];
      check_command(family, {stream->bytes.data + command.offset, stream->bytes.size - command.offset}, command.bytes,
                    stream->place(i));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const auto family = (data[0] & 1U) != 0 ? isa::Family::kBm1684x : isa::Family::kBm1684;
  const auto engine = (data[0] & 2U) != 0 ? isa::Engine::kGdma : isa::Engine::kTiu;
  const isa::ByteView rest{data + 1, size - 1};
  try {
    if ((data[0] & 4U) != 0)
      scan(family, rest);
    else
      walk(family, engine, rest);
  } catch (const Error&) {
  }
  return 0;
}
