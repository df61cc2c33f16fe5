// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A small run made by hand, so that reports can be checked against numbers that everybody can add up.
//
// launch 10 ns; gdma 1 (s2l) 10..40; tiu 1 waits for it, 40..70; gdma 2 (s2l) 40..60 beside it; tiu 2 waits for
// nothing more, 70..90; gdma 3 (l2s) waits for tiu 2, 90..120; then 5 ns until the run ends.
#pragma once

#include <vector>

#include "emulator/event/event.h"
#include "isa/chip/chip_file.h"
#include "isa/program/program.h"

namespace bmemu::harness {

class FakeRun {
 public:
  /// `scale`: stretches times and bytes.
  explicit FakeRun(std::int64_t scale = 1) : chip_(isa::load_chip("bm1684x")), scale_(scale) {
    chip_.calibration.int8_low_ratio = 0.9;
    chip_.calibration.int8_high_ratio = 1.2;
    chip_.calibration.shortest_ms = 0;
    program_.source = "/some/folder/fake.bmodel";
    program_.network = "fake";
    program_.batch = 2;
    program_.groups.resize(1);
    program_.groups[0].tiu.commands.resize(2);
    program_.groups[0].gdma.commands.resize(3);
    program_.layers.names = {"conv", "relu, \"quoted\""};
    program_.layers.kinds = {"tpu.Conv2D", "tpu.Relu"};
    program_.layers.spans = {{0, 0, 0, 1, 0, 1}, {1, 0, 1, 2, 1, 2}};  // gdma 3 belongs to no layer
  }
  isa::Program& program() { return program_; }

  void tell(const std::vector<emulator::Listener*>& listeners) const {
    using emulator::Blocker;
    using emulator::Cause;
    using emulator::Direction;
    for (auto* l : listeners) l->on_start({&program_, &chip_});
    const isa::Instruction dma = isa::bm1684x::GdmaInstruction(isa::bm1684x::DmaTensor{});
    const isa::Instruction conv = isa::bm1684x::TiuInstruction(isa::bm1684x::Conv{});
    const auto send = [&](isa::Engine engine, std::uint32_t id, std::uint32_t dependency, std::int64_t previous_end,
                          std::int64_t begin, std::int64_t end, Blocker blocker, Direction direction,
                          std::uint64_t bytes, const std::vector<std::pair<Cause, std::int64_t>>& stack) {
      emulator::CommandEvent e;
      e.engine = engine;
      e.id = id;
      e.index = id - 1;
      e.dependency = dependency;
      e.instruction = engine == isa::Engine::kTiu ? &conv : &dma;
      e.ideal_cycles = (end - begin) * scale_;
      e.previous_end_ps = previous_end * 1000 * scale_;
      e.begin_ps = begin * 1000 * scale_;
      e.end_ps = end * 1000 * scale_;
      e.blocker = blocker;
      e.direction = direction;
      e.bytes = bytes * static_cast<std::uint64_t>(scale_);
      for (const auto& [cause, ns] : stack) e.stack[static_cast<std::size_t>(cause)] += ns * 1000 * scale_;
      for (auto* l : listeners) l->on_command(e);
    };
    const auto tiu = isa::Engine::kTiu;
    const auto gdma = isa::Engine::kGdma;
    send(gdma, 1, 0, 0, 10, 40, Blocker::kStart, Direction::kS2L, 3000,
         {{Cause::kLaunch, 10}, {Cause::kTransfer, 25}, {Cause::kDescriptor, 5}});
    send(gdma, 2, 0, 40, 40, 60, Blocker::kSameEngine, Direction::kS2L, 1000,
         {{Cause::kTransfer, 15}, {Cause::kDescriptor, 5}});
    send(tiu, 1, 1, 0, 40, 70, Blocker::kOtherEngine, Direction::kNone, 0,
         {{Cause::kLaunch, 10}, {Cause::kSync, 30}, {Cause::kArray, 20}, {Cause::kPadding, 10}});
    send(tiu, 2, 2, 70, 70, 90, Blocker::kSameEngine, Direction::kNone, 0, {{Cause::kArray, 18}, {Cause::kFill, 2}});
    send(gdma, 3, 2, 60, 90, 120, Blocker::kOtherEngine, Direction::kL2S, 1500,
         {{Cause::kSync, 30}, {Cause::kTransfer, 30}});
    emulator::RunEnd end;
    end.length_ps = 125000 * scale_;
    end.ideal_ps = 100000 * scale_;
    end.tiu_tail[static_cast<std::size_t>(Cause::kIdle)] = 30000 * scale_;
    end.tiu_tail[static_cast<std::size_t>(Cause::kLaunch)] = 5000 * scale_;
    end.gdma_tail[static_cast<std::size_t>(Cause::kLaunch)] = 5000 * scale_;
    for (auto* l : listeners) l->on_end(end);
  }

 private:
  isa::Program program_;
  isa::ChipSpec chip_;
  std::int64_t scale_;
};

}  // namespace bmemu::harness
