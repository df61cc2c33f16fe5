// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which command of the other engine a command must wait for, found from the local memory that commands read and write.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "isa/encoding/instruction.h"

namespace bmemu::kernels {

/// Bytes of a lane, whatever the lane.
struct LaneRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// A table in L2 as a range of its own, behind every lane: the DMA writes it, BM1684's tensor unit reads it.
inline LaneRange l2_range(std::uint64_t offset, std::int64_t bytes) {
  constexpr std::int64_t kBehindLanes = std::int64_t{1} << 40;
  const auto begin = kBehindLanes + static_cast<std::int64_t>(offset);
  return {begin, begin + bytes};
}

/// What a command touches in local memory, and of tables in L2.
struct LocalAccess {
  std::vector<LaneRange> reads;
  std::vector<LaneRange> writes;
  // Of the GDMA.
  bool loads_constants = false;          ///< reads global memory that no command writes, writes local memory only
  double moved_rows = 0, row_bytes = 0;  ///< contiguous pieces that are moved
};

/// Contract: commands are told in an order in which running them one after the other is right. Each engine runs its own
/// commands in that order, so that only commands of the other engine matter: the last one that wrote what is read or
/// written now, and the last one that read what is written now. Other system memory belongs to the GDMA alone.
class Dependencies {
 public:
  /// Id of the other engine to wait for; 0 = none.
  std::uint32_t needed(isa::Engine engine, const LocalAccess& access) const;
  void record(isa::Engine engine, std::uint32_t id, const LocalAccess& access);
  /// Forgets everything: a new command group starts when the one before has ended.
  void clear();

 private:
  /// Last id per byte of a lane.
  class Marks {
   public:
    std::uint32_t latest(const LaneRange& range) const;
    void set(const LaneRange& range, std::uint32_t id);
    void clear() { marks_.clear(); }

   private:
    struct Mark {
      std::int64_t end = 0;
      std::uint32_t id = 0;
    };
    std::map<std::int64_t, Mark> marks_;  ///< by begin; no two overlap
  };
  struct History {
    Marks reads, writes;
  };
  History& history(isa::Engine engine) { return engine == isa::Engine::kTiu ? tiu_ : gdma_; }
  const History& history(isa::Engine engine) const { return engine == isa::Engine::kTiu ? tiu_ : gdma_; }

  History tiu_, gdma_;
};

}  // namespace bmemu::kernels
