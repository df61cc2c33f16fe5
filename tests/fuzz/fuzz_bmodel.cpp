// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Any bytes, plain or compressed, are a BModel whose commands decode, or one clear error.
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "isa/bmodel/bmodel.h"
#include "isa/error.h"

namespace {

/// A copy that starts where a mapped file would and ends where the memory ends.
bmemu::isa::FileBytes copy_of(const std::uint8_t* data, std::size_t size) {
  constexpr std::align_val_t kAlignment{64};
  auto* bytes = static_cast<std::uint8_t*>(::operator new(size, kAlignment));
  if (size > 0) std::memcpy(bytes, data, size);
  const std::shared_ptr<const void> owner(bytes, [](void* p) { ::operator delete(p, kAlignment); });
  return {{bytes, size}, owner};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bmemu;
  try {
    const auto model = isa::BModel::from_bytes(copy_of(data, size), "input");
    for (const auto& network : model.networks())
      for (std::uint32_t stage = 0; stage < network.stages.size(); ++stage) {
        const isa::Program program = isa::load_program(model, {network.name, stage});
        for (const auto& group : program.groups)
          for (const auto* stream : {&group.tiu, &group.gdma})
            for (std::size_t i = 0; i < stream->commands.size(); ++i) stream->decode(program.family, i);
      }
  } catch (const Error&) {
  }
  return 0;
}
