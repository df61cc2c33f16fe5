// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/chip/memory_port.h"

#include <fmt/format.h>

#include "emulator/chip/time.h"
#include "isa/error.h"

namespace bmemu::emulator {
namespace {

Cause cause_of(memory::Rule rule) {
  switch (rule) {
    case memory::Rule::kBandwidth: return Cause::kDdr;
    case memory::Rule::kRow: return Cause::kDdrRow;
    case memory::Rule::kTurnaround: return Cause::kDdrTurnaround;
    case memory::Rule::kRefresh: return Cause::kDdrRefresh;
    case memory::Rule::kBurst: return Cause::kDdrBurst;
    case memory::Rule::kInterleave: return Cause::kDdrInterleave;
  }
  return Cause::kDdr;
}

}  // namespace

MemoryPort::MemoryPort(const sc_core::sc_module_name& name, RunContext& context)
    : sc_module(name), socket("socket"), external("external"), context_(context) {
  socket.register_b_transport(this, &MemoryPort::b_transport);
}

void MemoryPort::use_external() {
  if (external.size() == 0)
    throw Error({"E-RUN-EXTERNAL-DDR", "ddr.detail", "external", "a TLM-2.0 target bound to Platform::external_ddr()",
                 "no external DDR model is plugged in"});
  external_is_used_ = true;
  model_.reset();
}

void MemoryPort::b_transport(tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay) {
  auto* extension = transaction.get_extension<PatternExtension>();
  BMEMU_CHECK(extension != nullptr, "a transaction without a pattern reached a memory port");
  if (external_is_used_) {
    const sc_core::sc_time before = delay;
    forward(*extension, delay);
    extension->stack[static_cast<std::size_t>(Cause::kDdr)] += static_cast<Picoseconds>((delay - before).value());
  } else if (model_ != nullptr) {
    const Picoseconds now = context_.now() + static_cast<Picoseconds>(delay.value());
    const memory::Service service = model_->when(now, extension->pattern, extension->access);
    extension->stack[static_cast<std::size_t>(Cause::kDdr)] += service.start - now;
    for (std::size_t rule = 0; rule < memory::kRuleCount; ++rule)
      extension->stack[static_cast<std::size_t>(cause_of(static_cast<memory::Rule>(rule)))] += service.by_rule[rule];
    delay += sc_time_from(service.end - now);
  }
  transaction.set_response_status(tlm::TLM_OK_RESPONSE);
}

void MemoryPort::forward(const PatternExtension& extension, sc_core::sc_time& delay) {
  const memory::Pattern& p = extension.pattern;
  tlm::tlm_generic_payload run;
  std::vector<unsigned char> data(p.run_bytes);  // timing only: the bytes themselves live in ChipMemory
  run.set_command(extension.access == memory::Access::kRead ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
  run.set_data_ptr(data.data());
  run.set_data_length(static_cast<unsigned>(p.run_bytes));
  run.set_streaming_width(static_cast<unsigned>(p.run_bytes));
  std::array<std::int64_t, 4> at{};
  for (at[0] = 0; at[0] < p.count[0]; ++at[0])
    for (at[1] = 0; at[1] < p.count[1]; ++at[1])
      for (at[2] = 0; at[2] < p.count[2]; ++at[2])
        for (at[3] = 0; at[3] < p.count[3]; ++at[3]) {
          std::int64_t address = static_cast<std::int64_t>(p.base);
          for (std::size_t k = 0; k < 4; ++k) address += at[k] * p.stride[k];
          run.set_address(static_cast<sc_dt::uint64>(address));
          run.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
          external->b_transport(run, delay);
          if (run.is_response_error())
            throw Error({"E-RUN-EXTERNAL-DDR-RESPONSE", fmt::format("address 0x{:x}, {} bytes", address, p.run_bytes),
                         run.get_response_string(), "TLM_OK_RESPONSE", "the external DDR model refused a transaction"});
        }
}

}  // namespace bmemu::emulator
