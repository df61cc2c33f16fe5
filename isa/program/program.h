// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A program as the chip runs it: per command group two command streams, a memory image, inputs, outputs and the layer
// map.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isa/chip/geometry.h"
#include "isa/encoding/instruction.h"
#include "isa/layout/data_type.h"
#include "isa/program/layer_tensor.h"

namespace bmemu::isa {

/// Bytes owned by somebody else (see Program::storage).
struct ByteView {
  const std::uint8_t* data = nullptr;
  std::uint64_t size = 0;
};

/// One command of a stream. Ids are unwrapped: 1, 2, 3 ... in the group, whatever the width of the id field.
struct CommandRef {
  std::uint64_t offset = 0;      ///< bytes from the start of the stream
  std::uint32_t id = 0;          ///< index + 1
  std::uint32_t dependency = 0;  ///< unwrapped id of the other engine that must have completed; 0 = none
  std::uint16_t bytes = 0;
  bool is_end = false;  ///< BM1684X end-of-stream command
};

struct CommandStream {
  Engine engine = Engine::kTiu;
  std::uint32_t group = 0;
  ByteView bytes;
  std::vector<CommandRef> commands;

  CommandPlace place(std::size_t index) const;
  Instruction decode(Family family, std::size_t index) const;
};

struct CommandGroup {
  CommandStream tiu;
  CommandStream gdma;
  std::int32_t subnet = 0;  ///< id of the sub-network that it belongs to
  const CommandStream& stream(Engine engine) const { return engine == Engine::kTiu ? tiu : gdma; }
};

/// An input or output.
struct TensorInfo {
  std::string name;
  DataType type = DataType::kF32;
  std::vector<std::uint64_t> shape;
  std::uint64_t address = 0;       ///< compiled device address
  std::uint64_t bytes = 0;         ///< in memory: shape x type; 2N and 4N with the batch rounded up to whole words
  std::uint32_t storage_mode = 0;  ///< 0 1N, 1 2N, 2 4N
  std::uint32_t padding_rows = 0;  ///< BM1684: rows of zeros that the firmware adds: high half above, low half below
  float scale = 1.0F;
  std::int32_t zero_point = 0;
};

/// How many batches share a 32-bit word: 1 of a plain tensor (1N), 2 of 16-bit elements (2N), 4 of bytes (4N).
unsigned batches_in_word(const TensorInfo& tensor);

/// Null when there is none of this name.
const TensorInfo* find_tensor(const std::vector<TensorInfo>& tensors, std::string_view name);
/// "images, scale": for messages.
std::string names_of(const std::vector<TensorInfo>& tensors);

/// Initial contents of a piece of global memory.
struct MemorySegment {
  std::uint64_t address = 0;
  ByteView data;
};

/// Commands that came from one operator of the network: ids in (before, after] of each engine.
struct LayerSpan {
  std::uint32_t layer = 0;  ///< index into LayerMap::names
  std::uint32_t group = 0;
  std::uint32_t tiu_before = 0, tiu_after = 0;
  std::uint32_t gdma_before = 0, gdma_after = 0;
};

/// A tensor that is whole in memory once the commands with these ids have completed.
struct LayerResult {
  std::uint32_t layer = 0;  ///< index into LayerMap::names
  std::uint32_t group = 0;
  std::uint32_t tiu_after = 0, gdma_after = 0;
  LayerTensor tensor;
};

struct LayerMap {
  std::vector<std::string> names;  ///< result names of the operators
  std::vector<std::string> kinds;  ///< "tpu.Conv2D" ...; same length as names
  std::vector<LayerSpan> spans;
  std::vector<LayerResult> results;  ///< of the spans, where the file states them; in its order
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU;
  bool empty() const { return spans.empty(); }
  /// Per command (index id-1) of a stream the layer index or kNone. `count` commands.
  std::vector<std::uint32_t> layer_of_commands(Engine engine, std::uint32_t group, std::size_t count) const;
};

/// A part of a network that holds no commands of the chip: the host or the control core runs it.
struct LeftOut {
  std::string id;           ///< diagnostic id that says why, for example "E-BMODEL-CPU-LAYER"
  std::int32_t subnet = 0;  ///< its id
  std::string what;         ///< "topk (layer kind 17) on the host's CPU"
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint32_t group = 0;          ///< it stands before the program's group of this index
  std::vector<TensorInfo> inputs;   ///< what the chip hands over
  std::vector<TensorInfo> outputs;  ///< what it gives back
};

/// Contract: immutable once built; `storage` keeps alive whatever the views point to.
struct Program {
  Family family = Family::kBm1684x;
  std::string source;  ///< file name or description
  std::string network;
  std::uint32_t stage = 0;
  std::uint32_t batch = 1;
  std::vector<CommandGroup> groups;
  std::vector<TensorInfo> inputs;
  std::vector<TensorInfo> outputs;
  std::vector<MemorySegment> image;
  std::uint64_t neuron_address = 0;  ///< compiled start of the activation area
  std::uint64_t neuron_bytes = 0;
  bool io_in_neuron_memory =
      true;  ///< address mode basic: the firmware copies inputs and outputs (see BModel addr_mode)
  std::optional<ChipGeometry> compiled_for;  ///< none: the built-in chip of the family
  std::string chip_text;                     ///< chip file that its compiler left in the BModel; empty: none
  LayerMap layers;
  std::vector<LeftOut> left_out;  ///< in the order of execution; empty: the program is whole
  std::vector<std::shared_ptr<const void>> storage;
};

/// Finds the commands of both streams of a group and unwraps their ids.
/// `tiu_count`, `gdma_count`: number of commands that the streams must hold, end commands included.
/// A wait is the id congruent to its field that lies nearest to the stream's previous wait, among those that the other
/// engine really has: with fewer commands than the field can count there is nothing to unwrap. A field of 0 means "no
/// wait" unless the previous wait is close below a multiple of the range.
/// Errors: those of `peek`; E-ISA-COUNT (bytes that are not zero padding after the last command); E-ISA-ID-SEQUENCE
/// (ids not consecutive); E-ISA-END (BM1684X: no end command, or one before the end). A wait for an id that the other
/// engine never completes is no error here: it is a deadlock at run time.
CommandGroup scan_group(Family family, std::uint32_t group, ByteView tiu, std::uint32_t tiu_count, ByteView gdma,
                        std::uint32_t gdma_count);

}  // namespace bmemu::isa
