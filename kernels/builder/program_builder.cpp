// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/builder/program_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

#include "isa/chip/chip_changes.h"
#include "isa/error.h"

namespace bmemu::kernels {
namespace {

constexpr std::int64_t kPage = 4096;
constexpr std::size_t kMostCommands = std::size_t{1} << 22;
constexpr std::int64_t kConstantAlignment = 256;  ///< no row of a DMA is shorter

isa::Engine engine_of(const isa::Instruction& instruction) {
  return isa::visit_instruction(
      [](const auto& i) { return isa::kIsTiu<std::decay_t<decltype(i)>> ? isa::Engine::kTiu : isa::Engine::kGdma; },
      instruction);
}

std::uint64_t page_up(std::uint64_t value) {
  return static_cast<std::uint64_t>(align_up(static_cast<std::int64_t>(value), kPage));
}

}  // namespace

std::uint64_t constants_base(isa::Family family) { return family == isa::Family::kBm1684 ? 0x105100000 : 0x100000000; }

ProgramBuilder::ProgramBuilder(const isa::ChipSpec& chip, std::string network, std::uint64_t constant_bytes,
                               const CostModel* cost)
    : chip_(chip),
      plain_cost_(chip_),
      cost_(cost == nullptr ? plain_cost_ : *cost),
      list_(chip.family),
      constant_limit_(page_up(constant_bytes)) {
  program_.family = chip.family;
  program_.compiled_for = isa::geometry_of(chip);
  program_.network = std::move(network);
  program_.source = program_.network;
  neuron_address_ = constants_base(chip.family) + constant_limit_;
  program_.neuron_address = neuron_address_;
}

void ProgramBuilder::add(const isa::Instruction& instruction, const LocalAccess& access) {
  if (planned_.size() == kMostCommands)
    throw Error({"E-KERNELS-UNSUPPORTED", fmt::format("network {}", program_.network),
                 fmt::format("more than {} commands", kMostCommands), fmt::format("at most {}", kMostCommands),
                 "a program of so many commands is not made"});
  PlannedCommand command{instruction, access, engine_of(instruction), layer_, 0};
  if (const auto ns = cost_.command_ns(instruction, chip_))
    command.ns = *ns;
  else if (command.engine == isa::Engine::kTiu)
    command.ns = std::exchange(expected_tiu_ns_, 0);
  else
    command.ns = access.moved_rows > 0 ? cost_.load_ns(access.moved_rows, access.row_bytes, false) : 0;
  if (command.engine == isa::Engine::kGdma)
    moved_bytes_ += access.moved_rows * access.row_bytes * (access.reads.empty() && access.writes.empty() ? 2 : 1);
  planned_.push_back(std::move(command));
}

void ProgramBuilder::put_in(const PlannedCommand& command) {
  if (!layer_open_ || span_.layer != command.layer) open_layer(command.layer);
  std::uint32_t& wait = command.engine == isa::Engine::kTiu ? tiu_wait_ : gdma_wait_;
  wait = std::max(wait, dependencies_.needed(command.engine, command.access));
  dependencies_.record(command.engine, list_.add(command.instruction, wait), command.access);
}

void ProgramBuilder::close_layer() {
  if (!layer_open_) return;
  span_.tiu_after = list_.count(isa::Engine::kTiu);
  span_.gdma_after = list_.count(isa::Engine::kGdma);
  if (span_.tiu_after > span_.tiu_before || span_.gdma_after > span_.gdma_before)
    program_.layers.spans.push_back(span_);
  layer_open_ = false;
}

void ProgramBuilder::begin_layer(const std::string& name, const std::string& kind) {
  const auto [known, is_new] =
      layers_.try_emplace({name, kind}, static_cast<std::uint32_t>(program_.layers.names.size()));
  if (is_new) {
    program_.layers.names.push_back(name);
    program_.layers.kinds.push_back(kind);
  }
  layer_ = known->second;
}

void ProgramBuilder::open_layer(std::uint32_t layer) {
  close_layer();
  // Half of the ids: a wait is told from the next round of ids whatever the distance.
  const std::uint32_t limit = 1U << (isa::id_bits(chip_.family) - 1);
  if (list_.count(isa::Engine::kTiu) > limit || list_.count(isa::Engine::kGdma) > limit) close_group();
  span_ = {};
  span_.layer = layer;
  span_.group = static_cast<std::uint32_t>(program_.groups.size());
  span_.tiu_before = list_.count(isa::Engine::kTiu);
  span_.gdma_before = list_.count(isa::Engine::kGdma);
  layer_open_ = true;
}

void ProgramBuilder::close_group() {
  isa::Program part = list_.finish(program_.source);
  isa::CommandGroup group = std::move(part.groups.front());
  group.tiu.group = group.gdma.group = static_cast<std::uint32_t>(program_.groups.size());
  program_.groups.push_back(std::move(group));
  program_.storage.insert(program_.storage.end(), part.storage.begin(), part.storage.end());
  dependencies_.clear();
  tiu_wait_ = gdma_wait_ = 0;
}

std::uint64_t ProgramBuilder::add_constant(std::vector<std::uint8_t> data) {
  const std::size_t hash = std::hash<std::string_view>()({reinterpret_cast<const char*>(data.data()), data.size()});
  const auto [first, last] = known_.equal_range(hash);
  for (auto known = first; known != last; ++known) {
    const auto [offset, bytes] = known->second;
    if (bytes == data.size() && std::memcmp(constants_.data() + offset, data.data(), bytes) == 0)
      return constants_base(chip_.family) + offset;
  }
  const auto offset =
      static_cast<std::uint64_t>(align_up(static_cast<std::int64_t>(constants_.size()), kConstantAlignment));
  if (offset + data.size() > constant_limit_)
    throw Error({"E-KERNELS-CONSTANTS", program_.network, fmt::format("{} bytes", offset + data.size()),
                 fmt::format("at most {}", constant_limit_), "more constants than the program was laid out for"});
  constants_.resize(offset);
  constants_.insert(constants_.end(), data.begin(), data.end());
  known_.emplace(hash, std::pair(offset, std::uint64_t{data.size()}));
  return constants_base(chip_.family) + offset;
}

void ProgramBuilder::reserve_neurons(std::uint64_t bytes) {
  program_.neuron_bytes = std::max(program_.neuron_bytes, page_up(bytes));
}

isa::Program ProgramBuilder::finish(const Schedule& schedule) {
  for (const std::size_t i : schedule.order) put_in(planned_[i]);
  estimated_ns_ = schedule.ns;
  close_layer();
  if (program_.groups.empty() || list_.count(isa::Engine::kTiu) + list_.count(isa::Engine::kGdma) > 0) close_group();
  if (!constants_.empty()) {
    constants_.resize(static_cast<std::size_t>(align_up(static_cast<std::int64_t>(constants_.size()), kPage)));
    auto bytes = std::make_shared<std::vector<std::uint8_t>>(std::move(constants_));
    program_.image.push_back({constants_base(chip_.family), {bytes->data(), bytes->size()}});
    program_.storage.push_back(bytes);
  }
  if (!program_.inputs.empty() && !program_.inputs.front().shape.empty())
    program_.batch = static_cast<std::uint32_t>(std::max<std::uint64_t>(program_.inputs.front().shape.front(), 1));
  return std::move(program_);
}

}  // namespace bmemu::kernels
