// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/bmodel/bmodel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "isa/bmodel/bmodel_generated.h"
#include "isa/bmodel/bmodel_reader.h"
#include "isa/error.h"

namespace bmemu::isa {
namespace {

constexpr std::uint64_t kHeaderBytes = 64;
constexpr std::uint32_t kMagic = 0xFF55AAEE;
constexpr std::uint32_t kOtherContainerMagic = 0xFF55AAFF;

template <class T>
T load(const std::uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

struct Header {
  std::uint64_t description_bytes = 0;
  std::uint64_t binary_bytes = 0;
};

/// Reads the 64-byte header. `head` may be the start of the file only.
/// Source: tpu_mlir reads the size of the binary area as 64 bits, the C++ library as 32 bits that are followed by
/// zeros.
Header read_header(ByteView head) {
  if (head.size >= 4 && load<std::uint32_t>(head.data) != kMagic) {
    const auto magic = load<std::uint32_t>(head.data);
    throw Error({"E-BMODEL-MAGIC", "byte 0", fmt::format("0x{:08x}", magic),
                 fmt::format("0x{:08x}, as every BModel begins", kMagic),
                 magic == kOtherContainerMagic ? "a container of the same vendor for other chips, not a BModel"
                                               : "not a BModel file"});
  }
  if (head.size < kHeaderBytes)
    throw Error({"E-BMODEL-TRUNCATED", "header", fmt::format("{} bytes", head.size), "64 bytes",
                 "the file ends inside the header"});
  if (const auto size = load<std::uint32_t>(head.data + 4); size != kHeaderBytes)
    throw Error({"E-BMODEL-SCHEMA", "header_size", fmt::format("{}", size), "64", "unknown header"});
  const Header header{load<std::uint32_t>(head.data + 8), load<std::uint64_t>(head.data + 12)};
  if (header.description_bytes >= FLATBUFFERS_MAX_BUFFER_SIZE)
    throw Error({"E-BMODEL-RANGE", "flatbuffers_size", fmt::format("{}", header.description_bytes),
                 fmt::format("below {}", FLATBUFFERS_MAX_BUFFER_SIZE), "the description is too large"});
  if (header.binary_bytes > std::uint64_t{1} << 62)
    throw Error({"E-BMODEL-RANGE", "binary_size", fmt::format("{}", header.binary_bytes), "below 2^62",
                 "the binary area is too large"});
  return header;
}

std::uint64_t file_bytes(const Header& header) { return kHeaderBytes + header.description_bytes + header.binary_bytes; }

const schema::Model& verify(ByteView description) {
  flatbuffers::Verifier::Options options;
  // Every table needs four bytes and a reference of four bytes: a larger number of visits means shared tables.
  options.max_tables =
      static_cast<flatbuffers::uoffset_t>(std::min<std::uint64_t>(options.max_tables, description.size / 8 + 1));
  flatbuffers::Verifier verifier(description.data, description.size, options);
  if (!schema::VerifyModelBuffer(verifier))
    throw Error({"E-BMODEL-SCHEMA", "description", fmt::format("{} bytes that do not verify", description.size),
                 "a FlatBuffers table of type Model", "the description of the file is damaged"});
  return *schema::GetModel(description.data);
}

Family family_of(std::string_view chip) {
  if (chip == "BM1684") return Family::kBm1684;
  if (chip == "BM1684X") return Family::kBm1684x;
  throw Error({"E-BMODEL-CHIP", "chip", fmt::format("\"{:.200}\"", chip), "BM1684, BM1684X",
               "the program was compiled for another chip"});
}

/// Readers of FlatBuffers need the alignment that a file mapping has and a caller's buffer may not have.
FileBytes aligned(FileBytes bytes) {
  constexpr std::uintptr_t kAlignment = 8;
  if (reinterpret_cast<std::uintptr_t>(bytes.view.data) % kAlignment == 0) return bytes;
  auto words = std::make_shared<std::vector<std::uint64_t>>((bytes.view.size + 7) / 8);
  std::memcpy(words->data(), bytes.view.data, bytes.view.size);
  return {{reinterpret_cast<const std::uint8_t*>(words->data()), bytes.view.size}, words};
}

}  // namespace

std::string_view name(SubnetMode mode) {
  static constexpr std::string_view kNames[] = {"TPU", "CPU", "merge", "switch"};
  return kNames[static_cast<std::size_t>(mode)];
}

std::string_view cpu_layer_name(std::int32_t kind) {
  switch (static_cast<CpuLayerKind>(kind)) {
    case CpuLayerKind::kSsdDetection: return "SSD detection output";
    case CpuLayerKind::kRegionProposal: return "region proposal (RPN)";
    case CpuLayerKind::kUserDefined: return "user defined";
    case CpuLayerKind::kRoiPooling: return "ROI pooling";
    case CpuLayerKind::kRoiAlign: return "ROI align";
    case CpuLayerKind::kYolo: return "YOLO";
    case CpuLayerKind::kGather: return "gather";
    case CpuLayerKind::kNonMaximumSuppression: return "non-maximum suppression";
    case CpuLayerKind::kArgsort: return "argsort";
    case CpuLayerKind::kGatherNdMxnet: return "gather ND (MXNet)";
    case CpuLayerKind::kYolov3Detection: return "YOLOv3 detection";
    case CpuLayerKind::kWhere: return "where";
    case CpuLayerKind::kTopK: return "top-k";
    case CpuLayerKind::kResize: return "resize";
    case CpuLayerKind::kGatherNd: return "gather ND";
    case CpuLayerKind::kSort: return "sort";
    case CpuLayerKind::kEmbedding: return "embedding";
    case CpuLayerKind::kGatherElements: return "gather elements";
    case CpuLayerKind::kRoiAlignPytorch: return "ROI align (PyTorch)";
    case CpuLayerKind::kGridSample: return "grid sample";
    case CpuLayerKind::kOnnxNonMaximumSuppression: return "ONNX non-maximum suppression";
    case CpuLayerKind::kDeformableGather: return "deformable gather";
    case CpuLayerKind::kTensorScatter: return "tensor scatter";
  }
  return {};
}

BModel BModel::open(const std::string& path) { return from_bytes(map_file(path), path); }

BModel BModel::from_bytes(FileBytes bytes, std::string source) {
  BModel model;
  model.source_ = std::move(source);
  try {
    if (is_zstd(bytes.view))
      bytes = decompress_zstd(bytes.view, [](ByteView head) { return file_bytes(read_header(head)); });
    model.bytes_ = aligned(std::move(bytes));
    const ByteView file = model.bytes_.view;
    Header header = read_header(file);
    if (file.size < file_bytes(header))
      throw Error({"E-BMODEL-TRUNCATED", "end of file", fmt::format("{} bytes", file.size),
                   fmt::format("{} bytes", file_bytes(header)), "the file is shorter than its header says"});
    const std::uint64_t rest = file.size - file_bytes(header);
    if (rest % (std::uint64_t{1} << 32) != 0)
      throw Error({"E-BMODEL-RANGE", fmt::format("byte {}", file_bytes(header)), fmt::format("{} more bytes", rest),
                   "the end of the file", "bytes follow the binary area"});
    header.binary_bytes += rest;  // files above 4 GiB of writers that keep 32 bits of the size
    const ByteView description{file.data + kHeaderBytes, header.description_bytes};
    const schema::Model& tables = verify(description);
    model.family_ = family_of(tables.chip()->string_view());
    BModelReader reader(model.family_, {description.data + description.size, header.binary_bytes}, description.size);
    model.version_ = reader.text(tables.version(), "version");
    model.time_ = reader.text(tables.time(), "time");
    while (!model.time_.empty() && model.time_.back() == '\n') model.time_.pop_back();
    model.networks_ = reader.networks(tables);
  } catch (const Error& error) {
    throw error.in(model.source_);
  }
  return model;
}

}  // namespace bmemu::isa
