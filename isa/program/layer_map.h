// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Reads the compiler's tensor_location.json: which commands came from which operator of the network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "isa/program/program.h"

namespace bmemu::isa {

/// One operator, or one slice of it, as the file lists it: it emitted the commands with ids in (before, after].
struct LayerRecord {
  std::int64_t subnet = 0;
  std::string name;  ///< of the first result; of the first named operand when there is no result
  std::string kind;  ///< the file's opcode, for example "tpu.Conv2D"
  std::uint32_t tiu_before = 0, tiu_after = 0;
  std::uint32_t gdma_before = 0, gdma_after = 0;
  std::vector<LayerTensor> results;                          ///< those that layer_tensor understands
  std::vector<LayerTensorText> operand_texts, result_texts;  ///< all with a name, as the file has them
  std::optional<bool> is_local;                              ///< absent in maps of older compilers
};

/// Parses the text of a tensor_location.json.
/// Errors: E-LAYERS-JSON (not JSON, or not the expected nesting), E-LAYERS-FIELD (a record lacks something or has ids
/// out of order).
std::vector<LayerRecord> parse_layer_records(ByteView json);

/// The records of a file, plain or compressed with Zstandard.
/// Errors: those of parse_layer_records and of `read_file_bytes`, all with the path.
std::vector<LayerRecord> load_layer_records(const std::string& path);

/// Sorts the records by layer and sub-network of `program`: records of the same name and kind are spans of one layer.
/// Ids of a sub-network with several command groups are taken as counted on from group to group, end commands left
/// out. Unknown: whether compilers do so; no program with several groups was seen.
/// Errors: E-LAYERS-RANGE (an id beyond the stream, a sub-network that the program does not have).
LayerMap make_layer_map(const std::vector<LayerRecord>& records, const Program& program);

/// Reads `path`, plain or compressed with Zstandard, for `program`.
/// Errors: those above and those of `read_file_bytes`, all with the path.
LayerMap load_layer_map(const std::string& path, const Program& program);

/// What a layer reads and makes.
struct LayerTexts {
  std::vector<LayerTensorText> operands, results;
};

/// The program's layers as such a file: operators with the ids of their commands and their tensors. `texts`: of the
/// layers, in the order of their names; of a layer without any the file has the name alone. `load_layer_records` reads
/// names, shapes and types back, and places where a text has them; values cannot be looked at.
std::string layer_map_text(const Program& program, const std::vector<LayerTexts>& texts = {});

/// A layer map found beside a program, and the candidates that did not fit.
struct FoundLayerMap {
  std::string path;  ///< empty when there is none
  LayerMap layers;
  std::vector<std::string> rejected;  ///< one message for each file that was there but could not be used
};

/// Looks beside the program file `X.bmodel[.zst]` for `X.json`, `X.loc.json`, `X.bmodel.json` (which
/// compilers write) and `tensor_location.json`, each also with
/// `.zst`. The last name says nothing about the program, so that file must list exactly the program's commands.
FoundLayerMap find_layer_map(const std::string& program_path, const Program& program);

}  // namespace bmemu::isa
