// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/listeners/command_log.h"

namespace bmemu::harness {

void CommandLog::on_start(const emulator::RunStart& start) {
  layers_ = LayerIndex(*start.program);
  std::size_t commands = 0;
  for (const auto& group : start.program->groups) commands += group.tiu.commands.size() + group.gdma.commands.size();
  records_.clear();
  records_.reserve(commands);
  parts_.clear();
  operations_.clear();
  operation_numbers_.clear();
}

void CommandLog::on_end(const emulator::RunEnd& end) {
  finish(end.length_ps);
  layers_ = {};
}

void CommandLog::on_command(const emulator::CommandEvent& event) {
  CommandRecord record;
  record.engine = event.engine;
  record.blocker = event.blocker;
  record.direction = event.direction;
  record.group = event.group;
  record.index = event.index;
  record.id = event.id;
  record.dependency = event.dependency;
  record.layer = layers_.layer(event.engine, event.group, event.index);
  record.ideal_cycles = event.ideal_cycles;
  record.previous_end_ps = event.previous_end_ps;
  record.begin_ps = event.begin_ps;
  record.end_ps = event.end_ps;
  record.bytes = event.bytes;
  add(record, isa::operation_name(*event.instruction), event.stack);
}

void CommandLog::add(CommandRecord record, std::string_view operation, const emulator::TimeStack& stack) {
  auto number = operation_numbers_.find(operation);
  if (number == operation_numbers_.end()) {
    number = operation_numbers_.emplace(operation, static_cast<std::uint32_t>(operations_.size())).first;
    operations_.emplace_back(operation);
  }
  record.operation = number->second;
  record.stack_first = static_cast<std::uint32_t>(parts_.size());
  for (std::size_t cause = 0; cause < emulator::kCauseCount; ++cause)
    if (stack[cause] != 0) parts_.push_back({stack[cause], static_cast<emulator::Cause>(cause)});
  record.stack_count = static_cast<std::uint32_t>(parts_.size()) - record.stack_first;
  records_.push_back(record);
}

emulator::TimeStack CommandLog::stack(const CommandRecord& record) const {
  emulator::TimeStack stack{};
  for (std::uint32_t i = 0; i < record.stack_count; ++i) {
    const Part& part = parts_[record.stack_first + i];
    stack[static_cast<std::size_t>(part.cause)] = part.time;
  }
  return stack;
}

emulator::CommandEvent CommandLog::event(const CommandRecord& record) const {
  emulator::CommandEvent event;
  event.engine = record.engine;
  event.group = record.group;
  event.index = record.index;
  event.id = record.id;
  event.dependency = record.dependency;
  event.ideal_cycles = record.ideal_cycles;
  event.previous_end_ps = record.previous_end_ps;
  event.begin_ps = record.begin_ps;
  event.end_ps = record.end_ps;
  event.stack = stack(record);
  event.blocker = record.blocker;
  event.direction = record.direction;
  event.bytes = record.bytes;
  return event;
}

}  // namespace bmemu::harness
