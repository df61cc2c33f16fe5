// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The BModel container: what Sophgo's compilers write and Sophgo's runtime loads. One file holds networks, each in one
// or more stages (one set of input shapes each); a stage holds command groups, weights, inputs and outputs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isa/file_bytes.h"
#include "isa/program/program.h"

namespace bmemu::isa {

/// One command group as stored: the bytes of both streams and how many commands each holds (end commands included).
struct BModelGroup {
  std::uint32_t tiu_count = 0;
  std::uint32_t gdma_count = 0;
  ByteView tiu;
  ByteView gdma;
};

enum class SubnetMode : std::uint8_t { kTpu, kCpu, kMerge, kSwitch };
std::string_view name(SubnetMode mode);  ///< "TPU", "CPU", "merge", "switch"

/// Name of a CPU layer kind, for example "YOLOv3 detection"; empty when the number is not known to us.
std::string_view cpu_layer_name(std::int32_t kind);

/// Which layer of the host's CPU; files may have others.
/// Source: tpu_mlir 1.30.2, debugger/target_common/op_support.py.
enum class CpuLayerKind : std::int32_t {
  kSsdDetection = 0,
  kRegionProposal = 2,
  kUserDefined = 3,
  kRoiPooling = 4,
  kRoiAlign = 5,
  kYolo = 7,
  kGather = 9,
  kNonMaximumSuppression = 10,
  kArgsort = 11,
  kGatherNdMxnet = 12,
  kYolov3Detection = 13,
  kWhere = 14,
  kTopK = 17,
  kResize = 18,
  kGatherNd = 19,
  kSort = 20,
  kEmbedding = 24,
  kGatherElements = 29,
  kRoiAlignPytorch = 38,
  kGridSample = 40,
  kOnnxNonMaximumSuppression = 46,
  kDeformableGather = 47,
  kTensorScatter = 56,
};

/// A layer that runs on the host's CPU.
struct CpuLayer {
  std::int32_t kind = 0;
  ByteView parameters;        ///< a C struct of its kind; bytes of the file
  std::size_t constants = 0;  ///< how many constant arrays it has
};

/// A part of a network that one engine or the host runs in one piece.
struct BModelSubnet {
  std::int32_t id = 0;
  SubnetMode mode = SubnetMode::kTpu;
  bool is_dynamic = false;           ///< the control core makes the commands at run time
  std::vector<BModelGroup> groups;   ///< static TPU sub-networks only
  std::vector<CpuLayer> cpu_layers;  ///< of a CPU sub-network
  std::vector<TensorInfo> inputs;
  std::vector<TensorInfo> outputs;
  std::vector<std::int32_t> next;  ///< ids of the sub-networks that follow; none or -1 = the end
};

/// A network compiled for one set of input shapes.
struct BModelStage {
  std::vector<TensorInfo> inputs;
  std::vector<TensorInfo> outputs;
  bool is_dynamic = false;
  std::uint32_t cores = 1;
  std::uint64_t neuron_address = 0;  ///< compiled start of the activation area ("ctx")
  std::uint64_t neuron_bytes = 0;
  std::uint64_t io_address = 0;  ///< separate area of inputs and outputs (address mode 1)
  std::uint64_t io_bytes = 0;
  std::optional<MemorySegment> coefficients;  ///< absent when the network has no weights
  std::int32_t encrypt_mode = 0;              ///< of the coefficients; 0 = plain
  std::vector<BModelSubnet> subnets;          ///< in file order, which is the order of execution
  ByteView profile;                           ///< the compiler's layer log; usually empty
  ByteView statistics;                        ///< the compiler's estimate; usually empty
  ByteView tensor_locations;                  ///< embedded layer map; usually empty
};

struct BModelNetwork {
  std::string name;
  std::int32_t address_mode = 0;  ///< 0 inputs and outputs in neuron memory, 1 in an area of their own
  std::vector<BModelStage> stages;
};

/// An opened BModel file.
/// Contract: immutable. Opening verifies the description and every range of the file, but reads neither weights nor
/// commands; it accepts whatever is well formed, also networks that cannot be run (see `load_program`).
/// Errors (of `open` and `from_bytes`, all with the file's name as place): E-FILE-OPEN, E-ZSTD-DATA, E-ZSTD-SIZE,
/// E-BMODEL-TRUNCATED, E-BMODEL-MAGIC, E-BMODEL-SCHEMA, E-BMODEL-RANGE, E-BMODEL-CHIP.
class BModel {
 public:
  /// Opens a file by memory map; one that is compressed with Zstandard (told by its content) is decompressed.
  static BModel open(const std::string& path);
  /// A file already in memory, plain or compressed. `source` is the name used in messages.
  static BModel from_bytes(FileBytes bytes, std::string source);

  Family family() const { return family_; }
  const std::string& source() const { return source_; }
  const std::string& compiler_version() const { return version_; }  ///< for example "2.2+v1.30.2-20260831"
  const std::string& build_time() const { return time_; }
  const std::vector<BModelNetwork>& networks() const { return networks_; }
  ByteView bytes() const { return bytes_.view; }
  const std::shared_ptr<const void>& owner() const { return bytes_.owner; }

 private:
  BModel() = default;
  Family family_ = Family::kBm1684x;
  std::string source_;
  std::string version_;
  std::string time_;
  std::vector<BModelNetwork> networks_;
  FileBytes bytes_;
};

/// What to make of a network with parts that hold no command streams.
enum class Parts : std::uint8_t {
  kAll,    ///< refuse it
  kStatic  ///< leave those parts out and name them (Program::left_out)
};

/// Which network and stage of a file to run.
struct Selection {
  std::string network;      ///< empty = the file's first
  std::uint32_t stage = 0;  ///< index
  Parts parts = Parts::kAll;
};

/// The program of one stage: all command groups of all static TPU sub-networks in order. Its layer map is empty (see
/// isa/program/layer_map.h).
/// Errors: E-BMODEL-SELECT (no such network or stage; legal names are listed); a network that needs more than command
/// streams, by name (with Parts::kStatic the first two only when no static part is left): E-BMODEL-DYNAMIC,
/// E-BMODEL-CPU-LAYER, E-BMODEL-CONTROL-FLOW, E-BMODEL-CORES, E-BMODEL-ENCRYPTED, E-BMODEL-ADDRESS-MODE; those of
/// `scan_group`.
Program load_program(const BModel& model, const Selection& selection = {});

/// The layers of the sub-network with this id, in a stage that load_program takes; none when it has none.
/// Errors: E-BMODEL-SELECT.
std::vector<CpuLayer> cpu_layers(const BModel& model, const Selection& selection, std::int32_t subnet);

}  // namespace bmemu::isa
