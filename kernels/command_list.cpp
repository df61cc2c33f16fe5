// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/command_list.h"

#include <type_traits>
#include <utility>

namespace bmemu::kernels {
namespace {

using isa::Engine;
using isa::Family;

Engine engine_of(const isa::Instruction& instruction) {
  return isa::visit_instruction(
      [](const auto& i) { return isa::kIsTiu<std::decay_t<decltype(i)>> ? Engine::kTiu : Engine::kGdma; }, instruction);
}

void number(isa::Instruction& instruction, std::uint64_t id, std::uint64_t dependency) {
  std::visit(
      [&](auto& family) {
        std::visit(
            [&](auto& i) {
              using T = std::decay_t<decltype(i)>;
              if constexpr (isa::kIsBm1684x<T>) {
                i.cmd_id = id;
                i.cmd_id_dep = dependency;
                i.cmd_id_en = 1;
                if constexpr (isa::kIsTiu<T>)
                  i.tsk_typ = T::kTskTyp;
                else
                  i.cmd_type = T::kCmdType;
              } else if constexpr (isa::kIsTiu<T>) {
                i.cmd_en = 1;
                i.cmd_id_en = 1;
                i.cmd_id_tpu = id;
                i.cmd_id_gdma = dependency;
                i.tsk_typ = T::kTskTyp;
              } else {
                i.pio_gdma_enable = 1;
                i.barrier_enable = 1;
                i.cmd_id = id;
                i.eng0_sync_id = dependency;
              }
            },
            family);
      },
      instruction);
}

}  // namespace

std::uint32_t CommandList::add(isa::Instruction instruction) {
  const std::uint32_t dependency = stream(engine_of(instruction)).barrier;
  return add(instruction, dependency);
}

std::uint32_t CommandList::add(isa::Instruction instruction, std::uint32_t dependency) {
  Stream& s = stream(engine_of(instruction));
  const std::uint64_t mask = (std::uint64_t{1} << isa::id_bits(family_)) - 1;
  const std::uint32_t id = s.count + 1;
  number(instruction, id & mask, dependency & mask);
  const auto bytes = isa::encode(instruction);
  s.bytes.insert(s.bytes.end(), bytes.begin(), bytes.end());
  s.count = id;
  return id;
}

void CommandList::order() {
  tiu_.barrier = gdma_.count;
  gdma_.barrier = tiu_.count;
}

isa::Program CommandList::finish(std::string source) {
  if (family_ == Family::kBm1684x) {
    isa::bm1684x::SysId end;
    end.set_operation(isa::bm1684x::SysId::Op::kEnd);
    add(isa::bm1684x::TiuInstruction(end));
    isa::bm1684x::DmaSys dma_end;
    dma_end.cmd_short = 1;
    add(isa::bm1684x::GdmaInstruction(dma_end));
    for (Stream* s : {&tiu_, &gdma_}) s->bytes.resize((s->bytes.size() + 127) / 128 * 128);
  }
  isa::Program program;
  program.family = family_;
  program.source = std::move(source);
  const auto keep = [&](Stream& s) {
    auto bytes = std::make_shared<std::vector<std::uint8_t>>(std::move(s.bytes));
    program.storage.push_back(bytes);
    return isa::ByteView{bytes->data(), bytes->size()};
  };
  const isa::ByteView tiu = keep(tiu_);
  const isa::ByteView gdma = keep(gdma_);
  program.groups.push_back(isa::scan_group(family_, 0, tiu, tiu_.count, gdma, gdma_.count));
  tiu_ = {};
  gdma_ = {};
  return program;
}

}  // namespace bmemu::kernels
