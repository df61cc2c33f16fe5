// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/bm1684x/execute.h"
#include "emulator/gdma/bm1684x/movement.h"
#include "emulator/gdma/bm1684x/operands.h"

namespace bmemu::emulator {

std::vector<OperandView> operands(const isa::bm1684x::DmaTensor& command, const isa::ChipSpec& chip) {
  return gdma::operands(gdma::movement(command, chip), chip);
}

void execute(const isa::bm1684x::DmaTensor& command, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  gdma::perform_known(command, gdma::movement(command, chip), chip, memory);
}

std::vector<OperandView> operands(const isa::bm1684x::DmaMatrix& command, const isa::ChipSpec& chip) {
  return gdma::operands(gdma::movement(command, chip), chip);
}

void execute(const isa::bm1684x::DmaMatrix& command, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  gdma::perform_known(command, gdma::movement(command, chip), chip, memory);
}

std::vector<OperandView> operands(const isa::bm1684x::DmaMaskedSelect& command, const isa::ChipSpec& chip) {
  return gdma::operands(gdma::movement(command, chip), chip);
}

void execute(const isa::bm1684x::DmaMaskedSelect& command, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  gdma::perform_known(command, gdma::movement(command, chip), chip, memory);
}

std::vector<OperandView> operands(const isa::bm1684x::DmaGeneral& command, const isa::ChipSpec& chip) {
  return gdma::operands(gdma::movement(command, chip), chip);
}

void execute(const isa::bm1684x::DmaGeneral& command, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  gdma::perform_known(command, gdma::movement(command, chip), chip, memory);
}

std::vector<OperandView> operands(const isa::bm1684x::DmaCwTranspose& command, const isa::ChipSpec& chip) {
  return gdma::operands(gdma::movement(command, chip), chip);
}

void execute(const isa::bm1684x::DmaCwTranspose& command, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  gdma::perform_known(command, gdma::movement(command, chip), chip, memory);
}

std::vector<OperandView> operands(const isa::bm1684x::DmaNonzero& command, const isa::ChipSpec& chip) {
  return gdma::operands(gdma::movement(command, chip), chip);
}

void execute(const isa::bm1684x::DmaNonzero& command, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  gdma::perform_known(command, gdma::movement(command, chip), chip, memory);
}

std::vector<OperandView> operands(const isa::bm1684x::DmaSys& command, const isa::ChipSpec& chip) {
  return gdma::operands(gdma::movement(command, chip), chip);
}

void execute(const isa::bm1684x::DmaSys& command, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  gdma::perform_known(command, gdma::movement(command, chip), chip, memory);
}

std::vector<OperandView> operands(const isa::bm1684x::DmaGather& command, const isa::ChipSpec& chip) {
  return gdma::operands(gdma::movement(command, chip), chip);
}

void execute(const isa::bm1684x::DmaGather& command, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  gdma::perform_known(command, gdma::movement(command, chip), chip, memory);
}

std::vector<OperandView> operands(const isa::bm1684x::DmaScatter& command, const isa::ChipSpec& chip) {
  return gdma::operands(gdma::movement(command, chip), chip);
}

void execute(const isa::bm1684x::DmaScatter& command, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  gdma::perform_known(command, gdma::movement(command, chip), chip, memory);
}

}  // namespace bmemu::emulator
