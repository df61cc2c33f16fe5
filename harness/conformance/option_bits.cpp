// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/conformance/option_bits.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <tuple>

#include "emulator/dispatch/execute.h"
#include "harness/conformance/vector_file.h"
#include "isa/chip/chip_file.h"
#include "isa/encoding/command_fields.h"
#include "isa/error.h"
#include "memory/chip_memory.h"

namespace bmemu::harness {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_option(const isa::FieldInfo& field) {
  if (field.bits > 8) return false;
  for (const char* part : {"addr", "cmd_id", "cmd_", "tsk_typ", "tsk_eu_typ", "tsk_lane", "size", "special_func",
                           "pio_", "barrier", "prefetch", "intr_en", "pwr_step", "rsvd"})
    if (field.name.find(part) != std::string_view::npos) return false;
  for (const char* end : {"_n", "_c", "_h", "_w", "_c_str", "_h_str", "_w_str", "_cstride", "_hstride", "_wstride"})
    if (ends_with(field.name, end)) return false;
  return true;
}

/// One memory in which records run one after the other.
class Bench {
 public:
  explicit Bench(isa::Family family) : chip_(isa::load_chip(std::string(isa::name(family)))), memory_(chip_) {}

  /// The bytes that the record names as results, after the command; none when it is refused.
  std::optional<std::vector<std::uint8_t>> results(const VectorRecord& record, const isa::Instruction& instruction) {
    for (const VectorRegion& region : record.before) put(region);
    try {
      emulator::execute(instruction, chip_, memory_);
    } catch (const Error&) {
      return std::nullopt;
    }
    std::vector<std::uint8_t> bytes;
    for (const VectorRegion& region : record.after) {
      if (region.undefined) continue;
      for (std::uint64_t k = 0; k < region.bytes(); ++k) {
        std::uint8_t byte = 0;
        memory_.read(region.address_of(k), &byte, 1);
        bytes.push_back(region.counts(k) ? byte : 0);
      }
    }
    return bytes;
  }

  std::vector<std::uint8_t> wanted(const VectorRecord& record) const {
    std::vector<std::uint8_t> bytes;
    for (const VectorRegion& region : record.after) {
      if (region.undefined) continue;
      for (std::uint64_t k = 0; k < region.bytes(); ++k) bytes.push_back(region.counts(k) ? region.data[k] : 0);
    }
    return bytes;
  }

 private:
  void put(const VectorRegion& region) {
    for (std::uint32_t k = 0; k < region.count; ++k)
      memory_.write(region.address + std::uint64_t{k} * region.stride, region.data + std::uint64_t{k} * region.length,
                    region.length);
  }

  isa::ChipSpec chip_;
  memory::ChipMemory memory_;
};

using Key = std::tuple<std::string, std::string>;  ///< chip, encoding
using Fields = std::map<Key, std::vector<OptionField>>;

void turn_bits(const VectorRecord& record, const isa::Instruction& instruction,
               const std::vector<std::uint8_t>& expected, Bench& bench, std::vector<OptionField>& fields) {
  const auto all = isa::fields_of(instruction);
  std::size_t at = 0;
  for (std::size_t f = 0; f < all.size(); ++f) {
    if (!is_option(all[f])) continue;
    OptionField& field = fields[at++];
    for (unsigned bit = 0; bit < all[f].bits; ++bit) {
      const auto results = bench.results(record, isa::with_bit_turned(instruction, f, bit));
      OptionBit& state = field.bits[bit];
      (!results ? state.refused : *results != expected ? state.used : state.ignored) = true;
    }
  }
}

std::string state_of(const OptionBit& bit) {
  if (bit.used) return bit.refused ? "used, in some operations refused" : "used";
  if (bit.refused) return bit.ignored ? "refused where it counts" : "refused";
  return "ignored";
}

}  // namespace

std::vector<OptionField> option_bits(const std::string& path, std::size_t records_per_operation) {
  std::map<isa::Family, Bench> benches;
  std::map<std::string, std::size_t> taken;
  Fields found;
  for (const std::string& file : vector_files(path)) {
    const VectorFile vectors = VectorFile::load(file);
    for (const VectorRecord& record : vectors.records()) {
      const auto* command = reinterpret_cast<const std::uint8_t*>(record.command.data());
      isa::CommandPlace place;
      place.engine = record.engine;
      const auto instruction = isa::decode(record.family, command, record.command.size(), place);
      const std::string chip(isa::name(record.family)), encoding(isa::encoding_name(instruction));
      std::size_t& count = taken[fmt::format("{} {} {}", chip, encoding, isa::operation_name(instruction))];
      if (count == records_per_operation) continue;
      Bench& bench = benches.try_emplace(record.family, record.family).first->second;
      const auto expected = bench.wanted(record);
      if (bench.results(record, instruction) != expected) continue;
      ++count;
      auto& fields = found[{chip, encoding}];
      if (fields.empty())
        for (const isa::FieldInfo& field : isa::fields_of(instruction))
          if (is_option(field))
            fields.push_back({chip, encoding, std::string(field.name), std::vector<OptionBit>(field.bits)});
      turn_bits(record, instruction, expected, bench, fields);
    }
  }
  std::vector<OptionField> all;
  for (auto& [key, fields] : found) std::move(fields.begin(), fields.end(), std::back_inserter(all));
  return all;
}

std::string option_bits_page(const std::vector<OptionField>& fields) {
  std::string page =
      "# Option bits\n\n"
      "What the emulator does with each option bit of each encoding: every bit was turned over in records of the\n"
      "functional models (`tests/data/vectors`), up to twelve for each operation.\n\n"
      "    bmemu conformance tests/data/vectors --option-bits\n\n"
      "`used`: values change. `ignored`: values stay in every record that was tried. `refused`: an error\n"
      "(docs/limits.md lists the reasons). `refused where it counts`: an error in some operations, without effect in\n"
      "others. The records that go through options (`bm1684_tiu_options`, `bm1684x_tiu_elementwise`) are the "
      "functional\n"
      "models' word on it.\n";
  const OptionField* last = nullptr;
  for (const OptionField& field : fields) {
    if (last == nullptr || last->chip != field.chip || last->encoding != field.encoding)
      page += fmt::format("\n## {} {}\n\n| field | bits | state |\n|---|---|---|\n", field.chip, field.encoding);
    last = &field;
    for (std::size_t first = 0; first < field.bits.size();) {
      std::size_t end = first;
      while (end < field.bits.size() && state_of(field.bits[end]) == state_of(field.bits[first])) ++end;
      page += fmt::format("| `{}` | {} | {} |\n", field.field,
                          end - first == 1 ? fmt::format("{}", first) : fmt::format("{}-{}", first, end - 1),
                          state_of(field.bits[first]));
      first = end;
    }
  }
  return page;
}

}  // namespace bmemu::harness
