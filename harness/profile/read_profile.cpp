// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>

#include "harness/profile/vendor_profile.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "isa/file_bytes.h"

namespace bmemu::harness {
namespace {

constexpr std::uint32_t kMonitorTiu = 3;
constexpr std::uint32_t kMonitorDma = 4;
constexpr std::size_t kTiuRecord = 32;
constexpr std::size_t kDmaRecord = 192;
constexpr std::uint32_t kNoData = 0xFFFFFFFFU;  ///< fills what the device did not write

[[noreturn]] void bad(const std::string& where, const std::string& value, const std::string& legal) {
  throw Error({"E-PROFILE-FORMAT", where, value, legal, "the folder holds no profile that can be read"});
}

/// The number behind "KEY=" of a line; none when it is not there.
std::optional<std::int64_t> number(std::string_view line, std::string_view key) {
  for (std::size_t at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
    const bool is_word = at == 0 || line[at - 1] == ' ';
    const std::size_t first = at + key.size();
    if (!is_word || first >= line.size() || line[first] != '=') continue;
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(line.data() + first + 1, line.data() + line.size(), value);
    if (code == std::errc() && end != line.data() + first + 1) return value;
  }
  return std::nullopt;
}

std::string_view behind(std::string_view line, std::string_view mark) {
  const std::size_t at = line.find(mark);
  return at == std::string_view::npos ? std::string_view() : line.substr(at + mark.size());
}

std::uint32_t word(const std::uint8_t* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

class Reader {
 public:
  explicit Reader(const std::string& folder) : folder_(folder) {
    profile_.name = std::filesystem::path(folder).filename().string();
    if (profile_.name.empty()) profile_.name = std::filesystem::path(folder).parent_path().filename().string();
  }

  VendorProfile read() {
    read_text();
    read_monitors();
    if (profile_.commands.empty()) bad("iter0.profile", "no record of a command", "records of TIU and GDMA");
    join_clocks();
    std::stable_sort(profile_.commands.begin(), profile_.commands.end(),
                     [](const auto& x, const auto& y) { return x.end_ps < y.end_ps; });
    return std::move(profile_);
  }

 private:
  double mhz(isa::Engine engine) const {
    if (profile_.family == isa::Family::kBm1684) return engine == isa::Engine::kTiu ? 550 : 575;
    return mhz_;
  }

  void read_text() {
    const isa::FileBytes file = isa::map_file(folder_ + "/global.profile");
    std::string_view text(reinterpret_cast<const char*>(file.view.data), file.view.size);
    std::uint32_t layer = isa::LayerMap::kNone;
    std::uint32_t base[2] = {0, 0};
    bool is_new_subnet[2] = {true, true};
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (const auto arch = behind(line, "arch="); !arch.empty())
        profile_.family = arch == "1" || arch == "BM1684" ? isa::Family::kBm1684 : isa::Family::kBm1684x;
      if (const auto net = behind(line, "net_name="); !net.empty()) profile_.network = net;
      if (const auto clock = behind(line, "freq="); !clock.empty())
        if (const auto value = number(line, "tpu_freq"); value && *value > 0) mhz_ = double(*value);
      if (line.find("start to run subnet_id") != std::string_view::npos) is_new_subnet[0] = is_new_subnet[1] = true;
      if (line.find("_layer: layer_id=") != std::string_view::npos) {
        const auto kind = behind(line, "layer_type=");
        profile_.layers.emplace_back(behind(line, "layer_name="), kind.substr(0, kind.find(' ')));
        layer = static_cast<std::uint32_t>(profile_.layers.size()) - 1;
      }
      const bool is_tiu = line.find("bd cmd_id") != std::string_view::npos;
      if (!is_tiu && line.find("gdma cmd_id") == std::string_view::npos) continue;
      add_command(line, is_tiu ? isa::Engine::kTiu : isa::Engine::kGdma, layer, base, is_new_subnet);
    }
    profile_.layers.emplace_back("", "");
    for (auto& listed : listed_)
      for (ProfileCommand& command : listed)
        if (command.layer == isa::LayerMap::kNone)
          command.layer = static_cast<std::uint32_t>(profile_.layers.size()) - 1;
  }

  /// Ids start again in every sub-network, or are counted on.
  void add_command(std::string_view line, isa::Engine engine, std::uint32_t layer, std::uint32_t (&base)[2],
                   bool (&is_new_subnet)[2]) {
    const auto tiu = number(line, "bd_id");
    const auto gdma = number(line, "gdma_id");
    if (!tiu || !gdma || *tiu < 0 || *gdma < 0 || *tiu > UINT32_MAX || *gdma > UINT32_MAX)
      bad("global.profile", std::string(line), "bd_id=N and gdma_id=N");
    const auto e = static_cast<std::size_t>(engine);
    const auto id = static_cast<std::uint32_t>(engine == isa::Engine::kTiu ? *tiu : *gdma);
    const auto waits = static_cast<std::uint32_t>(engine == isa::Engine::kTiu ? *gdma : *tiu);
    if (is_new_subnet[e]) base[e] = id == 1 ? static_cast<std::uint32_t>(listed_[e].size()) : 0;
    is_new_subnet[e] = false;
    ProfileCommand command;
    command.engine = engine;
    command.id = base[e] + id;
    command.dependency = waits == 0 ? 0 : base[1 - e] + waits;
    command.layer = layer;
    constexpr emulator::Direction kDirections[] = {emulator::Direction::kS2L, emulator::Direction::kL2S,
                                                   emulator::Direction::kS2S, emulator::Direction::kL2L};
    if (const auto direction = number(line, "gdma_dir"); direction && *direction >= 0 && *direction < 4)
      command.direction = kDirections[*direction];
    listed_[e].push_back(command);
  }

  void read_monitors() {
    const isa::FileBytes file = isa::map_file(folder_ + "/iter0.profile");
    for (std::uint64_t at = 0; at + 8 <= file.view.size;) {
      const std::uint32_t type = word(file.view.data + at);
      const std::uint64_t size = word(file.view.data + at + 4);
      if (at + 8 + size > file.view.size)
        bad(fmt::format("iter0.profile, byte {}", at), fmt::format("a block of {} bytes", size),
            fmt::format("at most {}", file.view.size - at - 8));
      if (type == kMonitorTiu) read_records(isa::Engine::kTiu, file.view.data + at + 8, size / kTiuRecord);
      if (type == kMonitorDma) read_records(isa::Engine::kGdma, file.view.data + at + 8, size / kDmaRecord);
      at += 8 + size;
    }
  }

  /// Ids and times are cut to their fields' widths: they are counted on.
  void read_records(isa::Engine engine, const std::uint8_t* data, std::uint64_t count) {
    const bool is_tiu = engine == isa::Engine::kTiu;
    const auto& listed = listed_[static_cast<std::size_t>(engine)];
    std::map<std::uint32_t, const ProfileCommand*> by_id;
    for (const ProfileCommand& command : listed) by_id.emplace(command.id, &command);
    const std::uint64_t range = is_tiu || profile_.family == isa::Family::kBm1684 ? 1U << 16 : 1U << 20;
    std::uint64_t id = range - 1;  // as a field: before the first
    std::uint64_t turns = 0;
    std::uint32_t before = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint8_t* at = data + i * (is_tiu ? kTiuRecord : kDmaRecord);
      if (word(at) == kNoData) break;
      const std::uint64_t field = word(at + 8) & (range - 1);
      id = i == 0 ? field : id + ((field - id) & (range - 1));
      if (word(at) < before) ++turns;
      before = word(at);
      const auto found = by_id.find(static_cast<std::uint32_t>(id + 1));
      if (found == by_id.end())
        bad(fmt::format("iter0.profile, {} record {}", isa::name(engine), i), fmt::format("command {}", id + 1),
            fmt::format("1..{}, which global.profile lists", listed.size()));
      ProfileCommand command = *found->second;
      const double cycle_ps = 1e6 / mhz(engine);
      const std::uint64_t begin = (turns << 32) + word(at);
      std::uint64_t end = (turns << 32) + word(at + 4) + 1;
      if (end <= begin) end += std::uint64_t{1} << 32;
      command.begin_ps = std::llround(static_cast<double>(begin) * cycle_ps);
      command.end_ps = std::llround(static_cast<double>(end) * cycle_ps);
      if (is_tiu) {
        std::uint64_t load = 0;
        std::memcpy(&load, at + 8, sizeof load);
        command.ideal_cycles = static_cast<std::int64_t>(load >> 16);
      } else {
        for (const std::size_t data_written : {4U, 7U, 10U})  // d0, d1, local memory
          if (word(at + 4 * data_written) != kNoData) command.bytes += word(at + 4 * data_written);
      }
      profile_.commands.push_back(command);
    }
    profile_.resolution_ps =
        std::max(profile_.resolution_ps, static_cast<emulator::Picoseconds>(std::ceil(1e6 / mhz(engine))));
  }

  void join_clocks() {
    std::map<std::pair<isa::Engine, std::uint32_t>, const ProfileCommand*> by_id;
    for (const ProfileCommand& c : profile_.commands) by_id.emplace(std::pair(c.engine, c.id), &c);
    bool is_joined = true;
    std::optional<emulator::Picoseconds> shift;  // of the TIU
    for (const ProfileCommand& c : profile_.commands) {
      const auto waited = by_id.find({isa::other(c.engine), c.dependency});
      if (c.dependency == 0 || waited == by_id.end()) continue;
      is_joined = is_joined && c.begin_ps + 2 * profile_.resolution_ps >= waited->second->end_ps;
      if (!shift && c.engine == isa::Engine::kTiu) shift = waited->second->end_ps - c.begin_ps;
    }
    emulator::Picoseconds first = INT64_MAX;
    for (ProfileCommand& c : profile_.commands) {
      if (!is_joined && shift && c.engine == isa::Engine::kTiu) {
        c.begin_ps += *shift;
        c.end_ps += *shift;
      }
      first = std::min(first, c.begin_ps);
    }
    for (ProfileCommand& c : profile_.commands) {
      c.begin_ps -= first;
      c.end_ps -= first;
    }
  }

  std::string folder_;
  VendorProfile profile_;
  double mhz_ = 1000;
  std::vector<ProfileCommand> listed_[2];  ///< by engine, as global.profile lists them
};

}  // namespace

bool is_profile(const std::string& path) {
  std::error_code code;
  return std::filesystem::is_regular_file(path + "/global.profile", code);
}

VendorProfile read_vendor_profile(const std::string& folder) {
  try {
    return Reader(folder).read();
  } catch (const Error& error) {
    if (error.id() != "E-PROFILE-FORMAT") throw;
    throw error.in(folder);
  }
}

}  // namespace bmemu::harness
