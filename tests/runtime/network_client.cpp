// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "tests/runtime/network_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "isa/bmodel/bmodel.h"
#include "isa/layout/address_map.h"
#include "isa/program/device_order.h"
#include "tests/runtime/bmlib.h"

namespace bmemu::runtime {
namespace {

void check(int status, const char* what) {
  if (status != kOk) throw std::runtime_error(fmt::format("{}: status {}", what, status));
}

/// Little-endian, packed.
class Message {
 public:
  template <class T>
  Message& add(T value) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
    return *this;
  }
  std::vector<std::uint8_t> bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

std::uint32_t u32(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

}  // namespace

NetworkClient::NetworkClient(int device, const std::string& bmodel)
    : program_(isa::load_program(isa::BModel::open(bmodel))) {
  check(bm_dev_request(&handle_, device), "bm_dev_request");
  upload();
  if (program_.family != isa::Family::kBm1684x) return;
  void* const module = tpu_kernel_load_module(handle_, "", 0);
  function_ = tpu_kernel_get_function(handle_, module, "sg_api_multi_fullnet");
}

NetworkClient::~NetworkClient() {
  for (const Memory& stream : streams_) bm_free_device(handle_, stream);
  bm_free_device_u64(handle_, arena_);
  bm_dev_free(handle_);
}

Memory NetworkClient::buffer(std::uint64_t bytes) const {
  Memory memory{};
  check(bm_malloc_device_byte(handle_, &memory, u32(bytes)), "bm_malloc_device_byte");
  return memory;
}

void NetworkClient::upload() {
  std::uint64_t end = program_.neuron_address + program_.neuron_bytes;
  for (const isa::MemorySegment& segment : program_.image) end = std::max(end, segment.address + segment.data.size);
  check(bm_malloc_device_byte_u64(handle_, &arena_, end - isa::kDdrBase), "bm_malloc_device_byte_u64");
  if (arena_.address != isa::kDdrBase) throw std::runtime_error("the device has buffers already");
  for (const isa::MemorySegment& segment : program_.image) {
    std::vector<std::uint8_t> bytes(segment.data.data, segment.data.data + segment.data.size);
    Memory64 part = arena_;
    part.address = segment.address;
    part.size = bytes.size();
    check(bm_memcpy_s2d_u64(handle_, part, bytes.data()), "bm_memcpy_s2d_u64");
  }
  for (const isa::Engine engine : {isa::Engine::kTiu, isa::Engine::kGdma}) {
    std::vector<std::uint8_t> all;
    for (const isa::CommandGroup& group : program_.groups) {
      const isa::ByteView view = group.stream(engine).bytes;
      std::vector<std::uint8_t> bytes(view.data, view.data + view.size);
      isa::to_device_order(program_.family, engine, bytes);
      all.insert(all.end(), bytes.begin(), bytes.end());
    }
    Memory& stream = streams_[static_cast<std::size_t>(engine)];
    stream = buffer(all.size());
    check(bm_memcpy_s2d(handle_, stream, all.data()), "bm_memcpy_s2d");
  }
}

std::vector<std::uint8_t> NetworkClient::message(std::uint64_t input, std::uint64_t output) const {
  const isa::TensorInfo& in = program_.inputs.front();
  const isa::TensorInfo& out = program_.outputs.front();
  Message message;
  const auto add_streams = [&] {
    message.add(streams_[0].address).add(streams_[1].address).add(u32(program_.groups.size()));
  };
  if (program_.family == isa::Family::kBm1684x) {
    message.add(1U).add(input).add(in.address).add(u32(in.bytes));
    message.add(1U).add(output).add(out.address).add(u32(out.bytes));
    add_streams();
    for (const isa::CommandGroup& group : program_.groups)
      message.add(u32(group.tiu.commands.size()))
          .add(u32(group.gdma.commands.size()))
          .add(u32(group.tiu.bytes.size))
          .add(u32(group.gdma.bytes.size));
    return message.bytes();
  }
  message.add(1U).add(input).add(in.address);
  for (std::size_t i = 0; i < 4; ++i) message.add(u32(i < in.shape.size() ? in.shape[i] : 1));
  message.add(static_cast<std::uint16_t>(in.type)).add(std::uint16_t{0}).add(0U);
  const std::uint64_t batch = out.shape.front();
  message.add(1U).add(output).add(out.address).add(u32(batch)).add(u32(out.bytes * 8 / isa::bits(out.type) / batch));
  message.add(static_cast<std::uint16_t>(out.type)).add(std::uint16_t{0});
  add_streams();
  for (const isa::CommandGroup& group : program_.groups)
    message.add(u32(group.tiu.commands.size())).add(u32(group.gdma.commands.size()));
  return message.bytes();
}

int NetworkClient::launch(std::vector<std::uint8_t> message) const {
  if (program_.family == isa::Family::kBm1684x)
    return tpu_kernel_launch(handle_, function_, message.data(), message.size());
  const int status = bm_send_api(handle_, 110, message.data(), u32(message.size()));
  return status == kOk ? bm_thread_sync(handle_) : status;
}

std::vector<std::uint8_t> NetworkClient::run(const std::vector<std::uint8_t>& input, Buffers buffers) {
  const isa::TensorInfo& in = program_.inputs.front();
  const isa::TensorInfo& out = program_.outputs.front();
  const bool own = buffers == Buffers::kOwn;
  const Memory from = own ? buffer(in.bytes) : bm_mem_from_device(in.address, u32(in.bytes));
  const Memory to = own ? buffer(out.bytes) : bm_mem_from_device(out.address, u32(out.bytes));
  std::vector<std::uint8_t> copy = input;
  check(bm_memcpy_s2d(handle_, from, copy.data()), "bm_memcpy_s2d");
  check(launch(message(from.address, to.address)), "launch");
  std::vector<std::uint8_t> result(out.bytes);
  check(bm_memcpy_d2s(handle_, result.data(), to), "bm_memcpy_d2s");
  if (own) {
    bm_free_device(handle_, from);
    bm_free_device(handle_, to);
  }
  return result;
}

}  // namespace bmemu::runtime
