// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/builder/tiu.h"

#include <cstring>

namespace bmemu::kernels {

std::int64_t exp_table_bytes(const isa::ChipSpec& chip) {
  if (chip.family == isa::Family::kBm1684) return 0;
  return align_up(static_cast<std::int64_t>(kExpTerms) * 4, chip.tiu.eu_bytes);
}

Operand Operand::constant(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return constant_bits(bits);
}

Operand Operand::constant_bits(std::uint32_t bits) {
  Operand operand;
  operand.is_constant = true;
  operand.bits = bits;
  return operand;
}

LaneRange Tiu::range(const LocalTensor& tensor) const {
  return {tensor.offset, tensor.offset + lane_bytes(tensor, chip())};
}

void Tiu::read(LocalAccess& access, const Operand& operand) const {
  if (!operand.is_constant) access.reads.push_back(range(operand.tensor));
}

std::unique_ptr<Tiu> make_tiu(ProgramBuilder& builder) {
  return builder.chip().family == isa::Family::kBm1684 ? make_bm1684_tiu(builder) : make_bm1684x_tiu(builder);
}

}  // namespace bmemu::kernels
