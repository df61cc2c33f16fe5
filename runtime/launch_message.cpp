// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/launch_message.h"

#include <fmt/format.h>

#include <cstring>

#include "isa/error.h"

namespace bmemu::runtime {
namespace {

constexpr std::uint32_t kMostTensors = 4096;  ///< more are garbage: real networks have up to a few dozens
constexpr std::uint32_t kMostGroups = 65536;
constexpr std::uint64_t kCommandBytes = 128;  ///< of BM1684, both engines

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
  tensor.bytes = message.take<std::uint32_t>(what);
  tensor.shape = {tensor.bytes};
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

/// Type and packing behind a tensor's dimensions; bytes from both.
void take_format(Reader& message, const char* what, MessageTensor& tensor) {
  const auto type = message.take<std::uint16_t>(what);
  const auto compiled_mode = message.take<std::uint8_t>(what);
  const auto user_mode = message.take<std::uint8_t>(what);
  if (type > static_cast<std::uint16_t>(isa::DataType::kU4))
    throw Error({"E-RUNTIME-MESSAGE", what, fmt::format("element type {}", type), "0..10", "an unknown element type"});
  tensor.type = static_cast<isa::DataType>(type);
  if (compiled_mode != user_mode)
    throw Error({"E-RUNTIME-STORAGE", what, fmt::format("storage mode {}, compiled {}", user_mode, compiled_mode),
                 "the same on both sides", "the firmware would have to change how batches are packed into words"});
  constexpr std::uint8_t kFourN = 2;
  std::uint64_t elements = 1;
  for (const std::uint64_t dimension : tensor.shape) elements *= dimension;
  const std::uint64_t batch = tensor.shape.front();
  if (compiled_mode != 0 && batch != 0) {
    const std::uint64_t per_word = compiled_mode == kFourN ? 4 : 2;
    tensor.bytes = (batch + per_word - 1) / per_word * (elements / batch) * sizeof(std::uint32_t);
  } else {
    tensor.bytes = (elements * isa::bits(tensor.type) + 7) / 8;
  }
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
    const auto pad_h = message.take<std::int32_t>("an input");
    if (pad_h != 0)
      throw Error({"E-RUNTIME-STORAGE", "an input", fmt::format("pad_h {}", pad_h), "0",
                   "the firmware would have to pad the rows of the input"});
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
    result.outputs.push_back(std::move(tensor));
  }
  take_groups(message, result, [](emulator::StreamsInMemory& group) {
    group.tiu_bytes = group.tiu_count * kCommandBytes;
    group.gdma_bytes = group.gdma_count * kCommandBytes;
  });
  return result;
}

}  // namespace

LaunchMessage parse_launch(isa::Family family, const std::uint8_t* bytes, std::uint64_t size) {
  const Reader message(bytes, size);
  return family == isa::Family::kBm1684 ? parse_bm1684(message) : parse_bm1684x(message);
}

}  // namespace bmemu::runtime
