// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/move/transposing_copy.h"

#include <algorithm>
#include <limits>

#include "kernels/cost_model.h"

namespace bmemu::kernels {
namespace {

constexpr std::int64_t kWorthIt = 4;  ///< elements of a line, below which turning gains nothing

/// Channels over the lanes, lines that are turned: written line by line, read column by column.
struct Turn {
  CopyDimension channel, line, column;  ///< line: contiguous where it is written; column: where it is read
};

class Turner {
 public:
  Turner(GlobalEmission& e, isa::DataType type) : e_(e), chip_(e.chip), type_(type) {}

  void run(const Turn& turn, std::uint64_t to, std::uint64_t from) {
    const std::int64_t bytes = element_bytes(type_);
    const auto [channels, lines, columns] = piece_of(turn);
    for (std::int64_t c = 0; c < turn.channel.size; c += channels)
      for (std::int64_t l = 0; l < turn.line.size; l += lines)
        for (std::int64_t k = 0; k < turn.column.size; k += columns) {
          const auto at = [&](std::int64_t dc, std::int64_t dl, std::int64_t dk) {
            return static_cast<std::uint64_t>((c * dc + l * dl + k * dk) * bytes);
          };
          piece(turn, std::min(channels, turn.channel.size - c), std::min(lines, turn.line.size - l),
                std::min(columns, turn.column.size - k), to + at(turn.channel.to, turn.line.to, turn.column.to),
                from + at(turn.channel.from, turn.line.from, turn.column.from), need({channels, lines, columns}));
        }
  }

  /// Roughly how long `run` takes.
  double expected_ns(const Turn& turn) const {
    const Sizes piece = piece_of(turn);
    const std::int64_t bytes = element_bytes(type_), line = turn.line.size, column = turn.column.size;
    const auto pieces = double(ceil_div(turn.channel.size, piece.channels) * ceil_div(line, piece.lines) *
                               ceil_div(column, piece.columns));
    const bool in_order = piece.columns == column && piece.lines == line && turn.line.from == column &&
                          turn.channel.from == line * column;
    const CostModel cost(chip_);
    const double load = cost.load_ns(double(piece.channels * piece.lines), double(piece.columns * bytes), in_order);
    const double store = cost.store_ns(double(piece.channels * piece.columns), double(piece.lines * bytes));
    const double turned = cost.tiu_ns(kTurnCycles * double(ceil_div(piece.channels, chip_.tiu.lanes)) *
                                      double(piece.lines * piece.columns));
    // Pieces are moved while others are turned.
    return (pieces - 1) * std::max(load + store, turned) + load + store + turned;
  }

 private:
  static constexpr double kTurnCycles = 1;  ///< of an element in a lane
  static constexpr std::int64_t kMostOfField = 65535;

  struct Sizes {
    std::int64_t channels, lines, columns;
  };

  std::int64_t need(const Sizes& s) const {
    return ceil_div(s.channels, chip_.tiu.lanes) *
           align_up(s.lines * s.columns * element_bytes(type_), chip_.tiu.eu_bytes);
  }

  /// Of which local memory holds four.
  Sizes piece_of(const Turn& turn) const {
    Sizes s{turn.channel.size, turn.line.size, turn.column.size};
    const std::int64_t lanes = chip_.tiu.lanes;
    while (4 * need(s) > chip_.local_memory.lane_bytes || std::max(s.lines, s.columns) > kMostOfField) {
      if (s.channels > lanes)
        s.channels = align_up(ceil_div(s.channels, 2), lanes);
      else if (s.lines >= s.columns && s.lines > 1)
        s.lines = ceil_div(s.lines, 2);
      else if (s.columns > 1)
        s.columns = ceil_div(s.columns, 2);
      else
        break;
    }
    return s;
  }

  void piece(const Turn& turn, std::int64_t c, std::int64_t l, std::int64_t k, std::uint64_t to, std::uint64_t from,
             std::int64_t size) {
    const std::int64_t base = count_++ % 2 * 2 * size;  // two pieces at a time
    const LocalTensor in = aligned_tensor(chip_, type_, {1, c, l, k}, e_.placed(base));
    const LocalTensor out = aligned_tensor(chip_, type_, {1, c, k, l}, e_.placed(base + size));
    LocalTensor turned = out;
    turned.shape = in.shape;
    turned.stride[2] = 1;
    turned.stride[3] = l;
    e_.dma.load(in, plain_tensor(from, in.shape, {1, turn.channel.from, turn.line.from, turn.column.from}, type_));
    e_.tiu.copy(turned, in);
    e_.dma.store(plain_tensor(to, out.shape, {1, turn.channel.to, turn.column.to, turn.line.to}, type_), out);
  }

  GlobalEmission& e_;
  const isa::ChipSpec& chip_;
  isa::DataType type_;
  std::int64_t count_ = 0;
};

struct Spread {
  Turn turn;
  std::int64_t piece = 1;
  CopyDimension Turn::*side = nullptr;
};

/// With nothing else to spread over the lanes, a piece of one side lies in each: the more lanes, the shorter its rows
/// in global memory.
Spread best_spread(const Turner& turner, const Turn& turn, std::int64_t lanes) {
  Spread best;
  double least = std::numeric_limits<double>::infinity();
  for (const auto side : {&Turn::line, &Turn::column})
    for (std::int64_t used = lanes; used > 0; used /= 2) {
      const CopyDimension whole = turn.*side;
      Spread tried{turn, std::max<std::int64_t>(whole.size / used, 1), side};
      tried.turn.channel = {whole.size / tried.piece, tried.piece * whole.to, tried.piece * whole.from};
      (tried.turn.*side).size = tried.piece;
      const double ns = turner.expected_ns(tried.turn);
      if (ns < least) least = ns, best = tried;
    }
  return best;
}

}  // namespace

bool transposing_copy(GlobalEmission& e, std::vector<CopyDimension> d, std::uint64_t to, std::uint64_t from,
                      isa::DataType type) {
  const isa::ChipSpec& chip = e.chip;
  const std::int64_t bytes = element_bytes(type);
  if (chip.family == isa::Family::kBm1684 && bytes != 4) return false;
  if (d.size() < 2 || d.size() > 4 || d.back().to != 1 || d.back().from == 1 || d.back().size < kWorthIt) return false;
  for (const CopyDimension& dimension : d)
    if (dimension.from < 1 || dimension.to < 1) return false;
  const auto column = std::find_if(d.begin(), d.end(), [](const CopyDimension& x) { return x.from == 1; });
  if (column == d.end() || column->size < kWorthIt) return false;
  Turn turn{{1, 1, 1}, d.back(), *column};
  d.pop_back();
  d.erase(column);
  std::sort(d.begin(), d.end(), [](const CopyDimension& a, const CopyDimension& b) { return a.size > b.size; });
  CopyDimension loop{1, 0, 0};
  if (!d.empty()) turn.channel = d[0];
  if (d.size() > 1) loop = d[1];
  Turner turner(e, type);
  for (std::int64_t i = 0; i < loop.size; ++i) {
    const std::uint64_t to_i = to + static_cast<std::uint64_t>(i * loop.to * bytes);
    const std::uint64_t from_i = from + static_cast<std::uint64_t>(i * loop.from * bytes);
    if (!d.empty()) {
      turner.run(turn, to_i, from_i);
      continue;
    }
    const auto [spread, piece, side] = best_spread(turner, turn, chip.tiu.lanes);
    const CopyDimension longer = turn.*side;
    const std::int64_t pieces = spread.channel.size, rest = longer.size - pieces * piece;
    turner.run(spread, to_i, from_i);
    if (rest == 0) continue;
    Turn last = turn;
    (last.*side).size = rest;
    turner.run(last, to_i + static_cast<std::uint64_t>(pieces * piece * longer.to * bytes),
               from_i + static_cast<std::uint64_t>(pieces * piece * longer.from * bytes));
  }
  return true;
}

}  // namespace bmemu::kernels
