// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// SG: gather and scatter of elements inside lanes.
#include <algorithm>

#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"
#include "isa/error.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

using Op = isa::bm1684x::Sg::Op;

template <class T>
class Job {
 public:
  Job(const isa::bm1684x::Sg& sg, const SgOperands& set, const isa::ChipSpec& chip, memory::ChipMemory& memory)
      : sg_(sg),
        set_(set),
        chip_(chip),
        memory_(memory),
        source_(packs_indices() ? std::vector<T>{} : load(set.input)),
        out_(gathered<T>(set.result, chip, memory)),
        fill_(static_cast<T>(sg.opd2_addr)) {
    if (set.index) index_ = load_integers(*set.index, chip, memory);
  }

  void run() {
    switch (sg_.operation()) {
      case Op::kListGather:
      case Op::kGather:
      case Op::kGatherHazard: gather_elements(); break;
      case Op::kListScatter:
      case Op::kScatter:
      case Op::kScatterHazard: scatter_elements(); break;
      case Op::kListGather2: gather_pairs(); break;
      case Op::kListScatter2: scatter_pairs(); break;
      case Op::kListGatherRectangle: gather_rectangles(); break;
      case Op::kMaskSelect:
      case Op::kMaskSelectHazard: select_by_mask(); break;
      case Op::kNonzero:
      case Op::kNonzeroHazard: pack_nonzero(); break;
      default: throw unknown_function(sg_);
    }
    scatter(set_.result, chip_, memory_, out_.data());
  }

 private:
  /// The result is made of places, not of elements of the input, which may have another width.
  bool packs_indices() const { return sg_.operation() == Op::kNonzero || sg_.operation() == Op::kNonzeroHazard; }

  std::vector<T> load(const OperandView& view) const { return gathered<T>(view, chip_, memory_); }

  std::size_t batches() const { return set_.result.shape[0]; }
  std::size_t channels() const { return set_.result.shape[1]; }
  std::size_t height() const { return set_.result.shape[2]; }
  std::size_t width() const { return set_.result.shape[3]; }
  std::size_t source_plane() const { return std::size_t{set_.input.shape[2]} * set_.input.shape[3]; }
  std::size_t out_plane() const { return height() * width(); }

  /// Start of a plane of the source; a source of one batch is used for all.
  std::size_t source_at(std::size_t n, std::size_t c) const {
    return ((set_.input.shape[0] == 1 ? 0 : n) * channels() + c) * source_plane();
  }
  std::size_t out_at(std::size_t n, std::size_t c) const { return (n * channels() + c) * out_plane(); }

  /// Entry i of the index of a channel.
  std::int64_t index(std::size_t n, std::size_t c, std::size_t i) const {
    if (set_.rows_of_lanes) return index_[i];
    return index_[(n * channels() + c) * set_.index->shape[3] + i];
  }
  std::size_t entries() const { return set_.rows_of_lanes ? set_.index->shape[1] : set_.index->shape[3]; }

  /// Observed: with the limit enabled an index of all ones means "none".
  bool none(std::int64_t i) const {
    if (sg_.opd3_const == 0) return false;
    switch (bits(set_.index->format)) {
      case 8: return i == 0xFF;
      case 16: return i == 0xFFFF;
      default: return i == 0xFFFFFFFF;
    }
  }

  std::size_t checked(std::int64_t i, std::size_t end) const {
    if (static_cast<std::uint64_t>(i) >= end)
      throw Error({"E-OPERAND-RANGE", "index of a gather or scatter", std::to_string(i),
                   "0.." + std::to_string(end - 1), "an index leaves the tensor"});
    return static_cast<std::size_t>(i);
  }

  void missing(T& element) const {
    if (sg_.opd2_const != 0) element = fill_;
  }

  void gather_elements() {
    for (std::size_t n = 0; n < batches(); ++n)
      for (std::size_t c = 0; c < channels(); ++c)
        for (std::size_t i = 0; i < std::min(entries(), out_plane()); ++i) {
          T& element = out_[out_at(n, c) + i];
          const std::int64_t from = index(n, c, i);
          if (none(from))
            missing(element);
          else
            element = source_[source_at(n, c) + checked(from, source_plane())];
        }
  }

  void scatter_elements() {
    for (std::size_t n = 0; n < batches(); ++n)
      for (std::size_t c = 0; c < channels(); ++c)
        for (std::size_t i = 0; i < std::min(entries(), source_plane()); ++i) {
          const std::int64_t to = index(n, c, i);
          if (!none(to)) out_[out_at(n, c) + checked(to, out_plane())] = source_[source_at(n, c) + i];
        }
  }

  /// Observed: with the limit enabled a row or a column of all ones means "none".
  bool no_pair(std::int64_t pair) const {
    return sg_.opd3_const != 0 && (pair >> 16 == 0xFFFF || (pair & 0xFFFF) == 0xFFFF);
  }

  /// Observed: the column is in the low half of an entry and the row in the high half.
  std::size_t place(std::int64_t pair, std::size_t rows, std::size_t columns) const {
    return checked(pair >> 16, rows) * columns + checked(pair & 0xFFFF, columns);
  }

  void gather_pairs() {
    for (std::size_t n = 0; n < batches(); ++n)
      for (std::size_t c = 0; c < channels(); ++c)
        for (std::size_t i = 0; i < std::min(entries(), out_plane()); ++i) {
          T& element = out_[out_at(n, c) + i];
          const std::int64_t pair = index(n, c, i);
          if (no_pair(pair))
            missing(element);
          else
            element = source_[source_at(n, c) + place(pair, set_.input.shape[2], set_.input.shape[3])];
        }
  }

  void scatter_pairs() {
    for (std::size_t n = 0; n < batches(); ++n)
      for (std::size_t c = 0; c < channels(); ++c)
        for (std::size_t i = 0; i < std::min(entries(), source_plane()); ++i) {
          const std::int64_t pair = index(n, c, i);
          if (!no_pair(pair)) out_[out_at(n, c) + place(pair, height(), width())] = source_[source_at(n, c) + i];
        }
  }

  /// Observed: an entry holds the first column and row and the last column and row; the window is kh x kw elements.
  void gather_rectangles() {
    const std::size_t kernel_height = sg_.opd3_addr >> 16, kernel_width = sg_.opd3_addr & 0xFFFFU;
    if (set_.index->shape[1] < width()) throw unknown_function(sg_, Refusal::kMissingWindows);
    for (std::size_t n = 0; n < batches(); ++n)
      for (std::size_t c = 0; c < channels(); ++c)
        for (std::size_t i = 0; i < width(); ++i) {
          const std::int64_t* entry = index_.data() + i * 4;
          for (std::size_t y = 0; y < kernel_height; ++y)
            for (std::size_t x = 0; x < kernel_width; ++x) {
              const std::int64_t column = entry[0] + static_cast<std::int64_t>(x);
              const std::int64_t row = entry[1] + static_cast<std::int64_t>(y);
              T& element = out_[out_at(n, c) + (y * kernel_width + x) * width() + i];
              if (column > entry[2] || row > entry[3])
                missing(element);
              else
                element = source_[source_at(n, c) + checked(row, set_.input.shape[2]) * set_.input.shape[3] +
                                  checked(column, set_.input.shape[3])];
            }
        }
  }

  /// Observed: rows of results that are longer or shorter than the source's keep old values that are read as rows of
  /// the source's length, one behind the other; zeros follow.
  void read_old_rows() {
    if (source_plane() == out_plane()) return;
    const ViewMaker maker(chip_, Role::kResult0, memory::Access::kRead, set_.result.format, sg_.res0_addr);
    std::vector<T> old = load(maker.aligned(shape_of(batches(), channels(), sg_.opd0_h, sg_.opd0_w)));
    old.resize(out_.size());
    out_ = std::move(old);
  }

  void select_by_mask() {
    read_old_rows();
    Integers counts;
    for (std::size_t n = 0; n < batches(); ++n)
      for (std::size_t c = 0; c < channels(); ++c) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < std::min(entries(), source_plane()); ++i)
          if (index(n, c, i) != 0) out_[out_at(n, c) + checked_count(count++)] = source_[source_at(n, c) + i];
        counts.push_back(static_cast<std::int64_t>(count));
      }
    store_integers(*set_.count, chip_, memory_, counts.data());
  }

  void pack_nonzero() {
    const Integers values = load_integers(as_raw(set_.input), chip_, memory_);
    Integers counts;
    for (std::size_t n = 0; n < batches(); ++n)
      for (std::size_t c = 0; c < channels(); ++c) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < source_plane(); ++i)
          if (values[source_at(n, c) + i] != 0) out_[out_at(n, c) + checked_count(count++)] = static_cast<T>(i);
        counts.push_back(static_cast<std::int64_t>(count));
      }
    store_integers(*set_.count, chip_, memory_, counts.data());
  }

  std::size_t checked_count(std::size_t count) const { return checked(static_cast<std::int64_t>(count), out_plane()); }

  const isa::bm1684x::Sg& sg_;
  const SgOperands& set_;
  const isa::ChipSpec& chip_;
  memory::ChipMemory& memory_;
  std::vector<T> source_;
  std::vector<T> out_;
  T fill_;
  Integers index_;
};

}  // namespace

void execute(const isa::bm1684x::Sg& sg, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const SgOperands set = operand_set(sg, chip);
  switch (bits(set.result.format)) {
    case 8: return Job<std::uint8_t>(sg, set, chip, memory).run();
    case 16: return Job<std::uint16_t>(sg, set, chip, memory).run();
    default: return Job<std::uint32_t>(sg, set, chip, memory).run();
  }
}

}  // namespace bmemu::emulator
