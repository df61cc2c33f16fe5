// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/interface/launch_message.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "isa/error.h"

namespace bmemu::runtime {
namespace {

constexpr std::uint32_t kMostTensors = 4096;  ///< more are garbage: real networks have up to a few dozens
constexpr std::uint32_t kMostGroups = 65536;
constexpr std::uint64_t kCommandBytes = 128;  ///< of BM1684, both engines
constexpr unsigned kPaddingBits = 16;         ///< rows below; those above stand in the upper half

/// Little-endian, packed.
class Reader {
 public:
  Reader(const std::uint8_t* bytes, std::uint64_t size) : bytes_(bytes), size_(size) {}

  template <class T>
  T take(const char* what) {
    if (size_ - at_ < sizeof(T))
      throw Error({"E-RUNTIME-MESSAGE", fmt::format("launch message byte {}", at_), fmt::format("{} bytes", size_),
                   fmt::format("{} bytes more for {}", sizeof(T), what), "the message ends too early"});
    T value;
    std::memcpy(&value, bytes_ + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  std::uint32_t count(const char* what, std::uint32_t least, std::uint32_t most) {
    const std::uint64_t at = at_;
    const auto value = take<std::uint32_t>(what);
    if (value < least || value > most)
      throw Error({"E-RUNTIME-MESSAGE", fmt::format("launch message byte {}", at), fmt::format("{} {}", value, what),
                   fmt::format("{}..{}", least, most), "the message counts what no network has"});
    return value;
  }

 private:
  const std::uint8_t* bytes_;
  std::uint64_t size_;
  std::uint64_t at_ = 0;
};

MessageTensor plain_tensor(Reader& message, const char* what) {
  MessageTensor tensor;
  tensor.user = message.take<std::uint64_t>(what);
  tensor.compiled = message.take<std::uint64_t>(what);
  tensor.user_bytes = tensor.compiled_bytes = message.take<std::uint32_t>(what);
  tensor.shape = {tensor.user_bytes};
  return tensor;
}

/// Groups whose commands follow each other in two streams. `set_bytes` completes a group whose counts are known.
template <class SetBytes>
void take_groups(Reader& message, LaunchMessage& result, SetBytes set_bytes) {
  auto tiu = message.take<std::uint64_t>("the TIU stream");
  auto gdma = message.take<std::uint64_t>("the GDMA stream");
  const std::uint32_t groups = message.count("groups", 1, kMostGroups);
  for (std::uint32_t i = 0; i < groups; ++i) {
    emulator::StreamsInMemory group;
    group.tiu_address = tiu;
    group.gdma_address = gdma;
    group.tiu_count = message.take<std::uint32_t>("a group");
    group.gdma_count = message.take<std::uint32_t>("a group");
    set_bytes(group);
    tiu += group.tiu_bytes;
    gdma += group.gdma_bytes;
    result.groups.push_back(group);
  }
}

LaunchMessage parse_bm1684x(Reader message) {
  LaunchMessage result;
  for (auto* tensors : {&result.inputs, &result.outputs}) {
    const char* what = tensors == &result.inputs ? "inputs" : "outputs";
    const std::uint32_t count = message.count(what, 0, kMostTensors);
    for (std::uint32_t i = 0; i < count; ++i) tensors->push_back(plain_tensor(message, what));
  }
  take_groups(message, result, [&message](emulator::StreamsInMemory& group) {
    group.tiu_bytes = message.take<std::uint32_t>("a group");
    group.gdma_bytes = message.take<std::uint32_t>("a group");
  });
  return result;
}

StorageMode storage_mode(std::uint8_t value, const char* what) {
  if (value <= static_cast<std::uint8_t>(StorageMode::k4N)) return static_cast<StorageMode>(value);
  throw Error({"E-RUNTIME-MESSAGE", what, fmt::format("storage mode {}", value), "0 (1N), 1 (2N), 2 (4N)",
               "an unknown storage mode"});
}

/// Type and packing behind a tensor's dimensions.
void take_format(Reader& message, const char* what, MessageTensor& tensor) {
  const auto type = message.take<std::uint16_t>(what);
  tensor.compiled_mode = storage_mode(message.take<std::uint8_t>(what), what);
  tensor.user_mode = storage_mode(message.take<std::uint8_t>(what), what);
  if (type > static_cast<std::uint16_t>(isa::DataType::kU4))
    throw Error({"E-RUNTIME-MESSAGE", what, fmt::format("element type {}", type), "0..10", "an unknown element type"});
  tensor.type = static_cast<isa::DataType>(type);
}

/// Sizes from shape, modes and padding. Errors: E-RUNTIME-STORAGE.
void set_sizes(const char* what, MessageTensor& tensor) {
  if (tensor.compiled_mode != tensor.user_mode &&
      (isa::bits(tensor.type) != 8 || tensor.compiled_mode == StorageMode::k2N || tensor.user_mode == StorageMode::k2N))
    throw Error({"E-RUNTIME-STORAGE", what,
                 fmt::format("storage mode {} of the client, {} compiled, {} bits", static_cast<int>(tensor.user_mode),
                             static_cast<int>(tensor.compiled_mode), isa::bits(tensor.type)),
                 "the same on both sides, or 1N and 4N of bytes",
                 "the firmware does not change the packing of such a tensor"});
  tensor.user_bytes = stored_bytes(tensor.shape, tensor.type, tensor.user_mode);
  std::vector<std::uint64_t> padded = tensor.shape;
  if (tensor.padding.top + tensor.padding.bottom != 0) {
    padded[2] += tensor.padding.top + tensor.padding.bottom;
    if (isa::bits(tensor.type) != 32 && tensor.compiled_mode == StorageMode::k1N)
      throw Error({"E-RUNTIME-STORAGE", what,
                   fmt::format("{} and {} rows of padding, 1N of {} bits", tensor.padding.top, tensor.padding.bottom,
                               isa::bits(tensor.type)),
                   "elements of 32 bits, or 2N or 4N", "the firmware pads rows of whole words"});
  }
  tensor.compiled_bytes = stored_bytes(padded, tensor.type, tensor.compiled_mode);
}

LaunchMessage parse_bm1684(Reader message) {
  LaunchMessage result;
  const std::uint32_t inputs = message.count("inputs", 0, kMostTensors);
  for (std::uint32_t i = 0; i < inputs; ++i) {
    MessageTensor tensor;
    tensor.user = message.take<std::uint64_t>("an input");
    tensor.compiled = message.take<std::uint64_t>("an input");
    for (int dimension = 0; dimension < 4; ++dimension) tensor.shape.push_back(message.take<std::uint32_t>("an input"));
    take_format(message, "an input", tensor);
    const auto pad = message.take<std::uint32_t>("an input");
    tensor.padding = {pad >> kPaddingBits, pad & ((1U << kPaddingBits) - 1)};
    set_sizes("an input", tensor);
    result.inputs.push_back(std::move(tensor));
  }
  const std::uint32_t outputs = message.count("outputs", 0, kMostTensors);
  for (std::uint32_t i = 0; i < outputs; ++i) {
    MessageTensor tensor;
    tensor.user = message.take<std::uint64_t>("an output");
    tensor.compiled = message.take<std::uint64_t>("an output");
    tensor.shape = {message.take<std::uint32_t>("an output")};
    tensor.shape.push_back(message.take<std::uint32_t>("an output"));
    take_format(message, "an output", tensor);
    set_sizes("an output", tensor);
    result.outputs.push_back(std::move(tensor));
  }
  take_groups(message, result, [](emulator::StreamsInMemory& group) {
    group.tiu_bytes = group.tiu_count * kCommandBytes;
    group.gdma_bytes = group.gdma_count * kCommandBytes;
  });
  return result;
}

/// Little-endian, packed.
class Writer {
 public:
  template <class T>
  Writer& add(T value) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
    return *this;
  }
  Writer& add_count(std::uint64_t value) { return add(static_cast<std::uint32_t>(value)); }
  std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

void add_tensor(Writer& message, isa::Family family, const MessageTensor& tensor, bool is_input) {
  message.add(tensor.user).add(tensor.compiled);
  if (family == isa::Family::kBm1684x) {
    message.add_count(tensor.user_bytes);
    return;
  }
  for (const std::uint64_t dimension : tensor.shape) message.add_count(dimension);
  message.add(static_cast<std::uint16_t>(tensor.type)).add(tensor.compiled_mode).add(tensor.user_mode);
  if (is_input) message.add(tensor.padding.top << kPaddingBits | tensor.padding.bottom);
}

}  // namespace

std::uint64_t stored_bytes(const std::vector<std::uint64_t>& shape, isa::DataType type, StorageMode mode) {
  std::uint64_t elements = 1;
  for (const std::uint64_t dimension : shape) elements *= dimension;
  const std::uint64_t batch = shape.empty() ? 1 : shape.front();
  if (mode == StorageMode::k1N || batch == 0) return (elements * isa::bits(type) + 7) / 8;
  const std::uint64_t per_word = mode == StorageMode::k4N ? 4 : 2;
  return (batch + per_word - 1) / per_word * (elements / batch) * sizeof(std::uint32_t);
}

LaunchMessage parse_launch(isa::Family family, const std::uint8_t* bytes, std::uint64_t size) {
  const Reader message(bytes, size);
  return family == isa::Family::kBm1684 ? parse_bm1684(message) : parse_bm1684x(message);
}

std::vector<std::uint8_t> write_launch(isa::Family family, const LaunchMessage& message) {
  Writer writer;
  for (const auto* tensors : {&message.inputs, &message.outputs}) {
    writer.add_count(tensors->size());
    for (const MessageTensor& tensor : *tensors) add_tensor(writer, family, tensor, tensors == &message.inputs);
  }
  const emulator::StreamsInMemory first = message.groups.empty() ? emulator::StreamsInMemory{} : message.groups.front();
  writer.add(first.tiu_address).add(first.gdma_address).add_count(message.groups.size());
  for (const emulator::StreamsInMemory& group : message.groups) {
    writer.add(group.tiu_count).add(group.gdma_count);
    if (family == isa::Family::kBm1684x) writer.add_count(group.tiu_bytes).add_count(group.gdma_bytes);
  }
  return writer.take();
}

}  // namespace bmemu::runtime
