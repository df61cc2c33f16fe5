// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/builder/dependencies.h"

#include <algorithm>

namespace bmemu::kernels {

std::uint32_t Dependencies::Marks::latest(const LaneRange& range) const {
  std::uint32_t id = 0;
  auto mark = marks_.lower_bound(range.begin);
  if (mark != marks_.begin()) --mark;
  for (; mark != marks_.end() && mark->first < range.end; ++mark)
    if (mark->second.end > range.begin) id = std::max(id, mark->second.id);
  return id;
}

void Dependencies::Marks::set(const LaneRange& range, std::uint32_t id) {
  if (range.begin >= range.end) return;
  auto mark = marks_.lower_bound(range.begin);
  if (mark != marks_.begin()) --mark;
  while (mark != marks_.end() && mark->first < range.end) {
    const std::int64_t begin = mark->first;
    const Mark old = mark->second;
    if (old.end <= range.begin) {
      ++mark;
      continue;
    }
    mark = marks_.erase(mark);
    if (begin < range.begin) marks_[begin] = {range.begin, old.id};
    if (old.end > range.end) marks_[range.end] = {old.end, old.id};
  }
  marks_[range.begin] = {range.end, id};
}

std::uint32_t Dependencies::needed(isa::Engine engine, const LocalAccess& access) const {
  const History& other = history(isa::other(engine));
  std::uint32_t id = 0;
  for (const LaneRange& range : access.reads) id = std::max(id, other.writes.latest(range));
  for (const LaneRange& range : access.writes)
    id = std::max({id, other.writes.latest(range), other.reads.latest(range)});
  return id;
}

void Dependencies::record(isa::Engine engine, std::uint32_t id, const LocalAccess& access) {
  History& own = history(engine);
  for (const LaneRange& range : access.reads) own.reads.set(range, id);
  for (const LaneRange& range : access.writes) own.writes.set(range, id);
}

void Dependencies::clear() {
  for (History* h : {&tiu_, &gdma_}) {
    h->reads.clear();
    h->writes.clear();
  }
}

}  // namespace bmemu::kernels
