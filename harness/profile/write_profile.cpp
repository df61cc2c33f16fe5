// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <set>

#include "emulator/event/monitor_record.h"
#include "harness/output/output_file.h"
#include "harness/profile/tensor_lines.h"
#include "harness/profile/vendor_profile.h"

namespace bmemu::harness {
namespace {

enum class Block : std::uint32_t { kSummary = 1, kMonitorTiu = 3, kMonitorDma = 4, kCommand = 8 };

constexpr std::uint64_t kFirstMicrosecond = 1000;  ///< of the host's clock: any

/// Little-endian, packed.
class Bytes {
 public:
  template <class T>
  Bytes& add(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      text_ += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFF);
    return *this;
  }
  Bytes& block(Block type, const Bytes& content) {
    if (content.text_.empty()) return *this;
    add(static_cast<std::uint32_t>(type)).add(static_cast<std::uint32_t>(content.text_.size()));
    text_ += content.text_;
    return *this;
  }
  Bytes& add_text(const std::string& text) {
    text_ += text;
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// A command with ids counted on over the groups.
struct Entry {
  const CommandRecord* record = nullptr;
  std::uint32_t id = 0;
  std::uint32_t dependency = 0;
};

class Profile {
 public:
  explicit Profile(const Run& run)
      : run_(run), is_old_(run.result.chip.family == isa::Family::kBm1684), tensors_(run.network) {
    std::map<std::uint32_t, std::uint32_t> counts[2];  // commands of each group
    for (const CommandRecord& r : run.log.records()) ++counts[static_cast<std::size_t>(r.engine)][r.group];
    std::map<std::uint32_t, std::uint32_t> before[2];
    for (std::size_t e = 0; e < 2; ++e) {
      std::uint32_t sum = 0;
      for (std::uint32_t group = 0; group <= last_group(); ++group) {
        before[e][group] = sum;
        sum += counts[e][group];
      }
    }
    first_ = run.log.records().empty() ? 0 : run.log.records().front().begin_ps;
    for (const CommandRecord& r : run.log.records()) {
      const auto e = static_cast<std::size_t>(r.engine);
      Entry entry{&r, before[e][r.group] + r.id, r.dependency == 0 ? 0 : before[1 - e][r.group] + r.dependency};
      entries_[e].push_back(entry);
      first_ = std::min(first_, r.begin_ps);
      last_ = std::max(last_, r.end_ps);
    }
    for (auto& entries : entries_)
      std::sort(entries.begin(), entries.end(), [](const Entry& x, const Entry& y) { return x.id < y.id; });
  }

  std::string global() const {
    std::string text = fmt::format(
        "[bmprofile] arch={}\n[bmprofile] net_name={}\n[bmprofile] tpu_freq={:.0f}\n[bmprofile] is_mlir=1\n"
        "...Start Profile Log...\n[bmprofile] start to run subnet_id=0\n",
        is_old_ ? 1 : 3, run_.result.network.empty() ? "net" : run_.result.network,
        emulator::monitor_clocks(run_.result.chip).tiu_mhz);
    // Layers in the order of their first commands; both engines' commands of a layer stand together.
    std::size_t at[2] = {0, 0};
    std::size_t next_id = run_.result.layers.size();
    std::set<std::uint32_t> named;
    while (at[0] < entries_[0].size() || at[1] < entries_[1].size()) {
      const std::size_t lead = leading_engine(at);
      const std::uint32_t layer = entries_[lead][at[lead]].record->layer;
      if (layer < run_.result.layers.size()) {
        // the viewer joins parts of a layer by the type of its first tensor, and stops where there is none
        const std::string kind = short_kind(run_.result.layers[layer].kind);
        const std::string tensors = tensors_.of(run_.result.layers[layer].name, kind);
        const bool is_new = named.insert(layer).second;
        text += layer_line(layer, kind, is_new || !tensors.empty() ? layer : next_id++) + tensors;
      }
      for (const std::size_t e : {std::size_t{1}, std::size_t{0}})
        for (; at[e] < entries_[e].size() && entries_[e][at[e]].record->layer == layer; ++at[e])
          text += command_line(entries_[e][at[e]]);
    }
    return text + "[bmprofile] end to run subnet_id=0\n[bmprofile] core_list=0,\n";
  }

  std::string iteration() const {
    Bytes all;
    const auto microseconds = static_cast<std::uint64_t>((last_ - first_) / 1000000);
    all.block(Block::kSummary, Bytes()
                                   .add(std::uint32_t{0})
                                   .add(std::uint32_t{0})
                                   .add(std::uint32_t{0})
                                   .add(kFirstMicrosecond)
                                   .add(kFirstMicrosecond + microseconds)
                                   .add(std::uint64_t{0}));
    // Command buffers are not written: the viewer does without.
    all.block(Block::kCommand, Bytes()
                                   .add(std::uint64_t{0x100000000})
                                   .add(std::uint64_t{0})
                                   .add(std::uint64_t{0x200000000})
                                   .add(std::uint64_t{0})
                                   .add(std::uint32_t{1})
                                   .add(static_cast<std::uint32_t>(entries_[1].size()))
                                   .add(static_cast<std::uint32_t>(entries_[0].size())));
    Bytes records[2];
    for (std::size_t e = 0; e < 2; ++e)
      for (const Entry& entry : entries_[e])
        records[e].add_text(
            emulator::monitor_record(run_.log.event(*entry.record), entry.id, first_, run_.result.chip));
    return all.block(Block::kMonitorTiu, records[0]).block(Block::kMonitorDma, records[1]).text();
  }

 private:
  std::uint32_t last_group() const {
    std::uint32_t last = 0;
    for (const CommandRecord& r : run_.log.records()) last = std::max(last, r.group);
    return last;
  }

  /// Whose next command began first.
  std::size_t leading_engine(const std::size_t (&at)[2]) const {
    if (at[0] == entries_[0].size()) return 1;
    if (at[1] == entries_[1].size()) return 0;
    return entries_[0][at[0]].record->begin_ps < entries_[1][at[1]].record->begin_ps ? 0 : 1;
  }

  std::string layer_line(std::uint32_t layer, const std::string& kind, std::size_t id) const {
    const LayerCost& cost = run_.result.layers[layer];
    const bool is_global = cost.kind.rfind("firmware", 0) == 0 || cost.tiu.commands == 0;
    return fmt::format("[bmprofile] {}: layer_id={} layer_type={} layer_name={}\n",
                       is_global ? "global_layer" : "local_layer", id, kind.empty() ? "None" : kind, cost.name);
  }

  std::string command_line(const Entry& entry) const {
    const CommandRecord& r = *entry.record;
    if (r.engine == isa::Engine::kTiu)
      return fmt::format("[bmprofile] bd cmd_id bd_id={} gdma_id={} bd_func=3\n", entry.id, entry.dependency);
    const int direction = r.direction == emulator::Direction::kL2S   ? 1
                          : r.direction == emulator::Direction::kS2S ? 2
                          : r.direction == emulator::Direction::kL2L ? 3
                                                                     : 0;
    return fmt::format("[bmprofile] gdma cmd_id bd_id={} gdma_id={} gdma_dir={} gdma_func=0\n", entry.dependency,
                       entry.id, direction);
  }

  const Run& run_;
  bool is_old_;
  TensorLines tensors_;
  std::array<std::vector<Entry>, 2> entries_;  ///< TIU, GDMA, by id
  emulator::Picoseconds first_ = 0, last_ = 0;
};

void write_file(const std::string& path, const std::string& text) {
  OutputFile file(path);
  file.stream() << text;
  file.commit();
}

}  // namespace

void write_vendor_profile(const Run& run, const std::string& folder) {
  const Profile profile(run);
  write_file(folder + "/global.profile", profile.global());
  write_file(folder + "/iter0.profile", profile.iteration());
}

}  // namespace bmemu::harness
