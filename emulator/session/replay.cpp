// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/session/replay.h"

#include <fmt/format.h>

#include "isa/error.h"

namespace bmemu::emulator {
namespace {

void order_group(const isa::CommandGroup& group, std::uint32_t number, std::vector<ReplayStep>& order) {
  const auto& tiu = group.tiu.commands;
  const auto& gdma = group.gdma.commands;
  std::uint32_t tiu_done = 0;
  std::uint32_t gdma_done = 0;
  while (tiu_done < tiu.size() || gdma_done < gdma.size()) {
    if (tiu_done < tiu.size() && tiu[tiu_done].dependency <= gdma_done) {
      order.push_back({isa::Engine::kTiu, number, tiu_done++});
    } else if (gdma_done < gdma.size() && gdma[gdma_done].dependency <= tiu_done) {
      order.push_back({isa::Engine::kGdma, number, gdma_done++});
    } else {
      const auto head = [](const isa::CommandStream& stream, std::uint32_t index, std::uint32_t other_done) {
        if (index >= stream.commands.size()) return std::string("the stream is finished");
        return fmt::format("{} waits for {}, of which {} are done", stream.place(index).text(),
                           stream.commands[index].dependency, other_done);
      };
      throw Error({"E-RUN-DEADLOCK", fmt::format("group {}", number),
                   head(group.tiu, tiu_done, gdma_done) + "; " + head(group.gdma, gdma_done, tiu_done), "",
                   "both engines wait for commands of the other that can never be done"});
    }
  }
}

}  // namespace

std::vector<ReplayStep> replay_order(const isa::Program& program) {
  std::vector<ReplayStep> order;
  for (std::uint32_t group = 0; group < program.groups.size(); ++group)
    order_group(program.groups[group], group, order);
  return order;
}

}  // namespace bmemu::emulator
