// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/disasm/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <ostream>
#include <string_view>
#include <type_traits>

#include "isa/error.h"
#include "isa/layout/local_layout.h"

namespace bmemu::harness {
namespace {

using emulator::OperandView;
using emulator::Role;

/// Whether strides agree where they matter: in dimensions of more than one step.
bool same_strides(const OperandView& view, const isa::Strides& strides, std::uint64_t channel_rows) {
  for (std::size_t d = 0; d < 4; ++d) {
    const std::uint64_t steps = d == 1 ? channel_rows : view.shape[d];
    if (steps > 1 && view.stride[d] != strides[d]) return false;
  }
  return true;
}

std::string strides_text(const OperandView& view) {
  return fmt::format(" strides {},{},{},{}", view.stride[0], view.stride[1], view.stride[2], view.stride[3]);
}

std::string local_strides_text(const OperandView& view, const isa::ChipSpec& chip) {
  const isa::Lanes lanes(chip);
  const std::uint64_t start = lanes.lane(view.address);
  const isa::LayoutMaker maker(chip, start);
  isa::Unit unit = isa::plain(view.format);
  if (view.packed > 1) unit = {view.packed * isa::bits(view.format) / 8, view.packed};
  const isa::Shape shape{view.shape[0], view.shape[1], view.shape[2], view.shape[3]};
  const std::uint64_t rows = lanes.rows(view.shape[1], start);
  if (same_strides(view, maker.aligned(shape, unit).stride_bytes(), rows)) return "";
  if (same_strides(view, maker.compact(shape, unit).stride_bytes(), rows)) return " compact";
  return strides_text(view);
}

std::string global_strides_text(const OperandView& view) {
  const std::int64_t element = std::max(1U, view.packed * isa::bits(view.format) / 8);
  isa::Strides dense{};
  dense[3] = element;
  for (std::size_t d = 3; d > 0; --d) dense[d - 1] = dense[d] * view.shape[d];
  return same_strides(view, dense, view.shape[1]) ? "" : strides_text(view);
}

/// Fields that are not zero, by name, as the disassembly has them.
using Fields = std::map<std::string, std::string, std::less<>>;

Fields fields_of(const isa::Instruction& instruction) {
  const std::string text = isa::disassemble(instruction);
  Fields fields;
  for (std::size_t at = text.find(' '); at != std::string::npos;) {
    const std::size_t end = text.find(' ', at + 1);
    const std::string pair = text.substr(at + 1, end == std::string::npos ? end : end - at - 1);
    if (const std::size_t equals = pair.find('='); equals != std::string::npos)
      fields.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    at = end;
  }
  return fields;
}

std::string value(const Fields& fields, std::string_view name, const std::string& otherwise = "0") {
  const auto found = fields.find(name);
  return found == fields.end() ? otherwise : found->second;
}

/// An operand that the command itself holds, as a number too where the other operands are f32; empty when operand `n`
/// is none.
std::string constant_text(const Fields& fields, int n, bool is_f32) {
  const bool is_constant =
      value(fields, fmt::format("opd{}_const", n)) != "0" || value(fields, fmt::format("opt_opd{}_const", n)) != "0";
  if (!is_constant) return "";
  const std::string bits = value(fields, fmt::format("opd{}_addr", n), "0x0");
  const auto pattern = static_cast<std::uint32_t>(std::strtoul(bits.c_str(), nullptr, 16));
  float number = 0;
  std::memcpy(&number, &pattern, sizeof number);
  return is_f32 ? fmt::format("constant {} ({})", number, bits) : "constant " + bits;
}

/// What a view's elements take, without gaps.
std::uint64_t bytes_of(const OperandView& view) {
  std::uint64_t bits = std::uint64_t{view.packed} * isa::bits(view.format);
  for (const std::uint32_t d : view.shape) bits *= d;
  return bits / 8;
}

/// What decides the result besides tensors.
std::string details_text(const Fields& fields) {
  std::vector<std::string> details;
  const auto has = [&](std::string_view name) { return value(fields, name) != "0"; };
  if (value(fields, "res_op_y_str", "1") != "1" || value(fields, "res_op_x_str", "1") != "1")
    details.push_back(fmt::format("stride {}x{}", value(fields, "res_op_y_str"), value(fields, "res_op_x_str")));
  if (has("opd0_up_pad") || has("opd0_dn_pad") || has("opd0_lf_pad") || has("opd0_rt_pad"))
    details.push_back(fmt::format("pad {},{},{},{}", value(fields, "opd0_up_pad"), value(fields, "opd0_dn_pad"),
                                  value(fields, "opd0_lf_pad"), value(fields, "opd0_rt_pad")));
  for (const char* flag : {"relu", "res_add", "left_tran", "right_tran"})
    if (has(flag)) details.emplace_back(flag);
  return details.empty() ? "" : fmt::format("; {}", fmt::join(details, ", "));
}

bool is_result(const OperandView& view) { return view.role == Role::kResult0 || view.role == Role::kResult1; }

}  // namespace

std::string tensor_text(const OperandView& view, const isa::ChipSpec& chip) {
  std::string text = fmt::format("{}{}[{}]", isa::name(view.format),
                                 view.packed > 1 ? fmt::format("x{}", view.packed) : "", fmt::join(view.shape, "x"));
  if (view.space != isa::Space::kLocal)
    return text + fmt::format(" {}:0x{:x}{}", isa::name(view.space), view.address, global_strides_text(view));
  const isa::Lanes lanes(chip);
  const std::uint64_t offset = lanes.offset(view.address);
  text +=
      fmt::format(" L{}.b{}+0x{:x}", lanes.lane(view.address), lanes.bank(view.address), offset % lanes.bank_bytes());
  return text + local_strides_text(view, chip) + (view.all_lanes ? " all lanes" : "");
}

std::string command_text(const isa::Instruction& instruction, const isa::ChipSpec& chip) {
  const Fields fields = fields_of(instruction);
  std::vector<std::string> results;
  std::map<int, std::string> sources;  // by number of the operand
  std::string unknown;
  bool is_f32 = true;
  std::uint64_t moved = 0;
  try {
    for (const OperandView& view : emulator::known_operands(instruction, chip)) {
      is_f32 = is_f32 && view.format == isa::DataType::kF32;
      if (!is_result(view) || moved == 0) moved = bytes_of(view);
      const std::string text = tensor_text(view, chip);
      if (is_result(view) && view.access == memory::Access::kWrite)
        results.push_back(text);
      else
        sources.emplace(is_result(view) ? -1 : int(view.role) - int(Role::kOperand0),
                        (is_result(view) ? "added to " : "") + text);
    }
  } catch (const Error& error) {
    unknown = " (operands: " + error.id() + ")";
  }
  for (int n = 0; n < 4; ++n)
    if (const std::string constant = constant_text(fields, n, is_f32); !constant.empty() && sources.count(n) == 0)
      sources.emplace(n, constant);
  std::string text = fmt::format("{}{}{}{}", fmt::join(results, ", "), results.empty() ? "" : " = ",
                                 isa::operation_name(instruction), unknown);
  const char* separator = " ";
  for (const auto& [number, source] : sources) {
    text += separator + source;
    separator = ", ";
  }
  const bool is_gdma =
      isa::visit_instruction([](const auto& f) { return !isa::kIsTiu<std::decay_t<decltype(f)>>; }, instruction);
  if (is_gdma && moved > 0) text += fmt::format("; {} B", moved);
  return text + details_text(fields);
}

void write_listing(const isa::Program& program, const isa::ChipSpec& chip, const std::vector<ListedCommand>& commands,
                   std::ostream& out) {
  std::map<std::pair<std::uint32_t, isa::Engine>, std::vector<std::uint32_t>> layers;
  for (std::uint32_t g = 0; g < program.groups.size(); ++g)
    for (const auto engine : {isa::Engine::kTiu, isa::Engine::kGdma})
      layers[{g, engine}] =
          program.layers.layer_of_commands(engine, g, program.groups[g].stream(engine).commands.size());
  std::uint32_t shown = isa::LayerMap::kNone;
  for (const ListedCommand& c : commands) {
    const isa::CommandStream& stream = program.groups[c.group].stream(c.engine);
    const isa::CommandRef& command = stream.commands[c.index];
    const std::uint32_t layer = layers[{c.group, c.engine}][c.index];
    if (layer != shown && layer != isa::LayerMap::kNone)
      out << fmt::format("# {} {}\n", program.layers.kinds[layer], program.layers.names[layer]);
    shown = layer;
    const std::string wait =
        command.dependency == 0 ? "" : fmt::format("after {} {}", name(isa::other(c.engine)), command.dependency);
    const isa::Instruction instruction = stream.decode(program.family, c.index);
    out << fmt::format("{} {:4} {:5} {:15} {}\n", c.group, name(c.engine), command.id, wait,
                       command_text(instruction, chip));
  }
}

}  // namespace bmemu::harness
