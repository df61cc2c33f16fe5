// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/program/layer_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <unordered_map>

#include "isa/error.h"
#include "isa/file_bytes.h"

namespace bmemu::isa {
namespace {

constexpr std::uint64_t kLargestText = std::uint64_t{1} << 30;  ///< of a layer map; real ones have a few megabytes

std::uint32_t numbered_commands(const CommandStream& stream) {
  const auto count = static_cast<std::uint32_t>(stream.commands.size());
  return count != 0 && stream.commands.back().is_end ? count - 1 : count;
}

/// A command group and the number of commands of its sub-network that come before it.
struct GroupStart {
  std::uint32_t group = 0;
  std::uint32_t tiu_first = 0, tiu_count = 0;
  std::uint32_t gdma_first = 0, gdma_count = 0;
};

std::map<std::int64_t, std::vector<GroupStart>> groups_by_subnet(const Program& program) {
  std::map<std::int64_t, std::vector<GroupStart>> result;
  for (std::uint32_t i = 0; i < program.groups.size(); ++i) {
    const CommandGroup& group = program.groups[i];
    std::vector<GroupStart>& list = result[group.subnet];
    GroupStart start;
    start.group = i;
    if (!list.empty()) {
      start.tiu_first = list.back().tiu_first + list.back().tiu_count;
      start.gdma_first = list.back().gdma_first + list.back().gdma_count;
    }
    start.tiu_count = numbered_commands(group.tiu);
    start.gdma_count = numbered_commands(group.gdma);
    list.push_back(start);
  }
  return result;
}

/// The part of the id range (before, after] that lies in a group, in the group's own ids.
std::pair<std::uint32_t, std::uint32_t> part(std::uint32_t before, std::uint32_t after, std::uint32_t first,
                                             std::uint32_t count) {
  const auto inside = [&](std::uint32_t id) { return id <= first ? 0 : std::min(id - first, count); };
  return {inside(before), inside(after)};
}

void check_range(const LayerRecord& record, const char* engine, std::uint32_t after, std::uint32_t count) {
  if (after <= count) return;
  throw Error({"E-LAYERS-RANGE", fmt::format("layer \"{:.200}\" {} ids", record.name, engine),
               fmt::format("id {}", after), fmt::format("0..{}", count),
               "the layer map does not belong to this program"});
}

void add_spans(const LayerRecord& record, std::uint32_t layer, const std::vector<GroupStart>& groups, LayerMap& map) {
  const GroupStart& last = groups.back();
  check_range(record, "TIU", record.tiu_after, last.tiu_first + last.tiu_count);
  check_range(record, "GDMA", record.gdma_after, last.gdma_first + last.gdma_count);
  for (const GroupStart& group : groups) {
    LayerSpan span;
    span.layer = layer;
    span.group = group.group;
    std::tie(span.tiu_before, span.tiu_after) =
        part(record.tiu_before, record.tiu_after, group.tiu_first, group.tiu_count);
    std::tie(span.gdma_before, span.gdma_after) =
        part(record.gdma_before, record.gdma_after, group.gdma_first, group.gdma_count);
    if (span.tiu_before != span.tiu_after || span.gdma_before != span.gdma_after || groups.size() == 1)
      map.spans.push_back(span);
  }
  if (record.results.empty() || map.spans.empty() || map.spans.back().layer != layer) return;
  const LayerSpan& end = map.spans.back();  // the record's last, in the group where its results are whole
  for (const LayerTensor& tensor : record.results)
    map.results.push_back({layer, end.group, end.tiu_after, end.gdma_after, tensor});
}

/// Whether the map lists the commands of every stream to the last one.
bool covers_exactly(const LayerMap& layers, const Program& program) {
  for (std::uint32_t i = 0; i < program.groups.size(); ++i) {
    std::uint32_t tiu = 0;
    std::uint32_t gdma = 0;
    for (const LayerSpan& span : layers.spans) {
      if (span.group != i) continue;
      tiu = std::max(tiu, span.tiu_after);
      gdma = std::max(gdma, span.gdma_after);
    }
    if (tiu != numbered_commands(program.groups[i].tiu) || gdma != numbered_commands(program.groups[i].gdma))
      return false;
  }
  return true;
}

bool is_left_out(const Program& program, std::int64_t subnet) {
  return std::any_of(program.left_out.begin(), program.left_out.end(),
                     [&](const LeftOut& part) { return part.subnet == subnet; });
}

std::string without_suffix(std::string text, std::string_view suffix) {
  if (text.size() >= suffix.size() && text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0)
    text.resize(text.size() - suffix.size());
  return text;
}

}  // namespace

LayerMap make_layer_map(const std::vector<LayerRecord>& records, const Program& program) {
  const auto groups = groups_by_subnet(program);
  LayerMap map;
  std::unordered_map<std::string, std::uint32_t> index;
  for (const LayerRecord& record : records) {
    if (is_left_out(program, record.subnet)) continue;
    const auto found = groups.find(record.subnet);
    if (found == groups.end())
      throw Error({"E-LAYERS-RANGE", fmt::format("layer \"{:.200}\"", record.name),
                   fmt::format("sub-network {}", record.subnet),
                   fmt::format("the program's {} sub-networks", groups.size()),
                   "the layer map does not belong to this program"});
    const auto [entry, is_new] =
        index.emplace(record.name + '\0' + record.kind, static_cast<std::uint32_t>(map.names.size()));
    if (is_new) {
      map.names.push_back(record.name);
      map.kinds.push_back(record.kind);
    }
    add_spans(record, entry->second, found->second, map);
  }
  return map;
}

std::vector<LayerRecord> load_layer_records(const std::string& path) {
  const FileBytes file = read_file_bytes(path, [](ByteView) { return kLargestText; });
  try {
    return parse_layer_records(file.view);
  } catch (const Error& error) {
    throw error.in(path);
  }
}

LayerMap load_layer_map(const std::string& path, const Program& program) {
  const std::vector<LayerRecord> records = load_layer_records(path);
  try {
    return make_layer_map(records, program);
  } catch (const Error& error) {
    throw error.in(path);
  }
}

FoundLayerMap find_layer_map(const std::string& program_path, const Program& program) {
  FoundLayerMap result;
  const std::string stem = without_suffix(without_suffix(program_path, ".zst"), ".bmodel");
  const std::string folder_map = (std::filesystem::path(program_path).parent_path() / "tensor_location.json").string();
  for (const std::string& base : {stem + ".json", stem + ".loc.json", stem + ".bmodel.json", folder_map})
    for (const std::string& path : {base, base + ".zst"}) {
      std::error_code ignored;
      if (!std::filesystem::is_regular_file(path, ignored)) continue;
      try {
        LayerMap layers = load_layer_map(path, program);
        if (base == folder_map && !covers_exactly(layers, program)) {
          result.rejected.push_back(path + ": lists other commands than the program has");
          continue;
        }
        result.path = path;
        result.layers = std::move(layers);
        return result;
      } catch (const Error& error) {
        result.rejected.emplace_back(error.what());
      }
    }
  return result;
}

}  // namespace bmemu::isa
