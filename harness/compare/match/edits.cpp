// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/match/edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>

#include "harness/compare/match/operator_changes.h"
#include "harness/compare/match/ports.h"
#include "harness/compare/match/spread.h"
#include "harness/compare/match/structure_changes.h"
#include "harness/compare/match/unpaired.h"

namespace bmemu::harness {
namespace {

constexpr std::size_t kNone = Piece::kNone;
constexpr double kMost = 0.5;  ///< share of operators from which a change is one of the whole network

class Finder {
 public:
  Finder(const Side& a, const Structure& sa, const Side& b, const Structure& sb, const Alignment& alignment)
      : a_(a), b_(b), sa_(sa), sb_(sb), alignment_(alignment) {
    edits_.of_a.assign(sa.pieces.size(), kNone);
    edits_.of_b.assign(sb.pieces.size(), kNone);
  }

  Edits find() {
    find_ports();
    count_pairs();
    find_global();
    find_pairs();
    find_unpaired();
    find_permuted_outputs();
    find_helpers();
    find_structure_changes();
    release_inert(a_, sa_, b_, sb_, edits_);
    spread_edits(a_, sa_, b_, sb_, alignment_, edits_);
    return std::move(edits_);
  }

 private:
  const NetworkOperator& op_a(std::size_t unit) const { return a_.run.network.operators[sa_.units[unit].op]; }
  const NetworkOperator& op_b(std::size_t unit) const { return b_.run.network.operators[sb_.units[unit].op]; }

  std::size_t edit(const std::string& change, const std::string& what, bool is_global = false) {
    for (std::size_t i = 0; i < edits_.edits.size(); ++i)
      if (edits_.edits[i].change == change) return i;
    edits_.edits.push_back({change, what, is_global, false, {}, {}});
    return edits_.edits.size() - 1;
  }

  void own(std::size_t edit, bool is_b, std::size_t piece) {
    auto& of = is_b ? edits_.of_b : edits_.of_a;
    if (of[piece] != kNone) return;
    of[piece] = edit;
    (is_b ? edits_.edits[edit].own_b : edits_.edits[edit].own_a).push_back(piece);
  }
  void own_unit(std::size_t edit, bool is_b, std::size_t unit) {
    const Structure& s = is_b ? sb_ : sa_;
    // the compute operator first: it is what the change is about
    for (const std::size_t piece : s.units[unit].pieces)
      if (s.pieces[piece].op == s.units[unit].op) own(edit, is_b, piece);
    for (const std::size_t piece : s.units[unit].pieces) own(edit, is_b, piece);
  }

  /// Inputs and outputs as the program's header states them.
  void find_ports() {
    const auto& in_a = a_.run.network.inputs;
    const auto& in_b = b_.run.network.inputs;
    for (std::size_t i = 0; i < std::min(in_a.size(), in_b.size()); ++i) {
      const auto& x = in_a[i].shape;
      const auto& y = in_b[i].shape;
      if (x.empty() || x.size() != y.size()) continue;
      batch_ports_ = batch_ports_ || x[0] != y[0];
      for (std::size_t k = 1; k < x.size(); ++k)
        if (x[k] != y[k]) (x.size() >= 4 && k >= 2 ? pixel_ports_ : token_ports_) = true;
    }
    const auto types = [](const std::vector<NetworkPort>& ports) {
      std::string text;
      for (const auto& port : ports) text += (text.empty() ? "" : ", ") + port.type;
      return text;
    };
    in_types_ = {types(in_a), types(in_b)};
    out_types_ = {types(a_.run.network.outputs), types(b_.run.network.outputs)};
  }

  void count_pairs() {
    for (std::size_t i = 0; i < alignment_.to_b.size(); ++i) {
      const std::size_t j = alignment_.to_b[i];
      if (j == kNone || op_a(i).results.empty() || op_b(j).results.empty()) continue;
      const NetworkTensor& x = op_a(i).results.front();
      const NetworkTensor& y = op_b(j).results.front();
      ++pairs_;
      types_ += type_class(x.type) != type_class(y.type) ? 1 : 0;
      zero_points_a_ += x.zero_point != 0 ? 1 : 0;
      zero_points_b_ += y.zero_point != 0 ? 1 : 0;
      if (x.shape.size() == y.shape.size() && !x.shape.empty()) {
        batches_ += x.shape[0] != y.shape[0] ? 1 : 0;
        const std::vector<std::uint64_t> rest_x(x.shape.begin() + 1, x.shape.end());
        const std::vector<std::uint64_t> rest_y(y.shape.begin() + 1, y.shape.end());
        sizes_ += rest_x != rest_y ? 1 : 0;
      }
      local_a_ += x.is_local ? 1 : 0;
      local_b_ += y.is_local ? 1 : 0;
    }
  }
  double share(std::size_t count) const { return pairs_ == 0 ? 0 : double(count) / double(pairs_); }

  void find_global() {
    const auto shapes = [&] {
      return fmt::format("input {} -> {}", fmt::join(a_.run.network.inputs[0].shape, "x"),
                         fmt::join(b_.run.network.inputs[0].shape, "x"));
    };
    if (batch_ports_ && share(batches_) > kMost)
      batch_ = edit("batch", fmt::format("batch {} -> {}", a_.run.result.batch, b_.run.result.batch), true);
    if (pixel_ports_ && share(sizes_) > 0.3)
      size_ = edit("input_size", shapes(), true);
    else if (token_ports_ && share(sizes_) > 0.3)
      size_ = edit("sequence_length", shapes(), true);
    if (share(types_) > kMost)
      precision_ =
          edit("precision", fmt::format("most results: {} -> {}", main_type(a_.run.network), main_type(b_.run.network)),
               true);
    // results behind a ReLU have none in either case
    if ((zero_points_a_ == 0) != (zero_points_b_ == 0))
      edit("asymmetric_quant",
           fmt::format("results with a zero point: {} -> {} of {}", zero_points_a_, zero_points_b_, pairs_), true);
    const bool none_a = share(local_a_) < 0.05;
    const bool none_b = share(local_b_) < 0.05;
    if (none_a != none_b && share(none_a ? local_b_ : local_a_) > 0.3)
      edit("layer_group_off",
           fmt::format("operators with results in local memory: {} -> {} of {}", local_a_, local_b_, pairs_), true);
  }

  static std::string main_type(const Network& network) {
    std::map<std::string, std::size_t> counts;
    for (const auto& op : network.operators)
      if (!op.results.empty() && !is_helper(op.kind)) ++counts[type_class(op.results.front().type)];
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& x, const auto& y) { return x.second < y.second; });
    return most == counts.end() ? "none" : most->first;
  }

  void find_pairs() {
    GlobalChanges global;
    global.batch = batch_.has_value();
    if (global.batch) global.batch_ratio = double(b_.run.result.batch) / double(a_.run.result.batch);
    global.size = size_.has_value();
    global.precision = precision_.has_value();
    global.compiler = a_.run.network.compiler != b_.run.network.compiler;
    std::vector<std::pair<std::size_t, std::size_t>> before_upsampling;
    for (std::size_t i = 0; i < alignment_.to_b.size(); ++i) {
      const std::size_t j = alignment_.to_b[i];
      if (j == kNone) continue;
      const auto roles_a = roles_of(sa_, i);
      const auto roles_b = roles_of(sb_, j);
      const auto change = pair_change(op_a(i), roles_a, op_b(j), roles_b, global);
      if (!change) {
        for (const auto& [role, name] : {std::pair{kLoadShuffled, "channel_shuffle"}, {kLoadPart, "strided_slice"}})
          if (roles_a.count(role) != roles_b.count(role) && !global.compiler) own_loads(name, role, i, j);
        continue;
      }
      if (change->change == "channels" && feeds_other_upsampling(i, j)) {
        before_upsampling.emplace_back(i, j);
        continue;
      }
      const std::size_t e = edit(change->change, change->what);
      own_unit(e, false, i);
      own_unit(e, true, j);
    }
    for (const auto& [i, j] : before_upsampling) {
      const std::size_t e = edit("upsample_kind", "");
      own_unit(e, false, i);
      own_unit(e, true, j);
    }
  }

  /// Whether the only reader of both is an upsampling of another kind: pixels made of channels need more of them.
  bool feeds_other_upsampling(std::size_t i, std::size_t j) const {
    const auto& readers_a = sa_.units[i].consumers;
    const auto& readers_b = sb_.units[j].consumers;
    return readers_a.size() == 1 && readers_b.size() == 1 && alignment_.to_b[readers_a[0]] == readers_b[0] &&
           is_other_upsampling(op_a(readers_a[0]), op_b(readers_b[0]));
  }

  /// An operator that only one side has, as a load that does its work.
  void own_loads(const std::string& change, const std::string& role, std::size_t unit_a, std::size_t unit_b) {
    for (const bool is_b : {false, true}) {
      const Structure& s = is_b ? sb_ : sa_;
      for (const std::size_t p : s.units[is_b ? unit_b : unit_a].pieces) {
        const NetworkOperator& op = (is_b ? b_ : a_).run.network.operators[s.pieces[p].op];
        if (s.pieces[p].role == role && !computes_in_place_of((is_b ? a_ : b_).run.network, op.name))
          own(edit(change, has_alone(is_b, op)), is_b, p);
      }
    }
  }

  void find_unpaired() {
    const auto known = [&](const Structure& s, const std::vector<std::size_t>& of) {
      std::vector<std::string> changes(s.units.size());
      for (std::size_t unit = 0; unit < changes.size(); ++unit)
        if (const auto& pieces = s.units[unit].pieces; !pieces.empty() && of[pieces.front()] != kNone)
          changes[unit] = edits_.edits[of[pieces.front()]].change;
      return changes;
    };
    for (const UnpairedChange& change :
         unpaired_changes({a_, sa_, known(sa_, edits_.of_a)}, {b_, sb_, known(sb_, edits_.of_b)}, alignment_,
                          precision_.has_value()))
      own_unit(edit(change.change, change.what), change.is_b, change.unit);
  }

  /// Another order of an output's dimensions where no operator permutes: what stands behind the network writes it so.
  void find_permuted_outputs() {
    if (batch_ || size_) return;
    const auto outputs = permuted_outputs(a_.run.network, b_.run.network);
    for (const std::size_t output : outputs) {
      const NetworkPort& x = a_.run.network.outputs[output];
      const NetworkPort& y = b_.run.network.outputs[output];
      const std::size_t e = edit("permuted_output", fmt::format("output {}: {} -> {}", y.name, fmt::join(x.shape, "x"),
                                                                fmt::join(y.shape, "x")));
      for (const std::size_t p : output_pieces(a_.run.network, sa_, x.name)) own(e, false, p);
      for (const std::size_t p : output_pieces(b_.run.network, sb_, y.name)) own(e, true, p);
    }
  }

  /// Casts and other conversions that one side has more of, in pairs that are the same otherwise.
  void find_helpers() {
    // an operator that was put behind the network decides the type of what comes out
    const bool ports_differ =
        in_types_.first != in_types_.second || (out_types_.first != out_types_.second && !has_other_end());
    const bool has_lut = has_kind(a_.run.network, "ScaleLut") != has_kind(b_.run.network, "ScaleLut");
    const bool has_copies = copies_ports(sa_) != copies_ports(sb_);
    if (has_copies)
      edit("io_cast",
           fmt::format("only {} has the firmware's copies of inputs and outputs", copies_ports(sb_) ? "B" : "A"));
    std::size_t ports = kNone;
    if (!precision_ && (ports_differ || has_lut || has_copies)) {
      const bool fused =
          has_lut || (in_types_.first != in_types_.second && (in_types_.first.find("u8") != std::string::npos) !=
                                                                 (in_types_.second.find("u8") != std::string::npos));
      ports = edit(fused ? "fuse_preprocess" : "io_cast",
                   fmt::format("inputs {} -> {}, outputs {} -> {}", in_types_.first, in_types_.second, out_types_.first,
                               out_types_.second));
      for (const bool is_b : {false, true})
        for (const std::size_t p : port_pieces(is_b ? b_ : a_, is_b ? sb_ : sa_)) own(ports, is_b, p);
    }
    for (const bool is_b : {false, true}) {
      const Side& side = is_b ? b_ : a_;
      const Structure& s = is_b ? sb_ : sa_;
      const auto found = std::find_if(edits_.edits.begin(), edits_.edits.end(),
                                      [](const Edit& e) { return e.change == "float_layer"; });
      if (found == edits_.edits.end()) break;
      const auto number = static_cast<std::size_t>(found - edits_.edits.begin());
      std::set<std::string> made;
      for (const std::size_t p : is_b ? found->own_b : found->own_a)
        for (const auto& result : side.run.network.operators[s.pieces[p].op].results) made.insert(result.name);
      for (std::size_t p = 0; p < s.pieces.size(); ++p)
        if (s.pieces[p].op != kNone && is_conversion(s.pieces[p].role))
          for (const auto& operand : side.run.network.operators[s.pieces[p].op].operands)
            if (made.count(operand.name) != 0) own(number, is_b, p);
    }
  }

  static bool copies_ports(const Structure& s) {
    return std::any_of(s.pieces.begin(), s.pieces.end(), [](const Piece& piece) {
      return piece.op == kNone && (piece.role == "input copy" || piece.role == "output copy");
    });
  }

  bool has_other_end() const {
    const auto is_new_end = [](const Structure& s, const std::vector<std::size_t>& partner) {
      for (std::size_t u = 0; u < s.units.size(); ++u)
        if (partner[u] == kNone && s.units[u].consumers.empty()) return true;
      return false;
    };
    return is_new_end(sa_, alignment_.to_b) || is_new_end(sb_, alignment_.to_a);
  }

  static bool has_kind(const Network& network, const std::string& kind) {
    return std::any_of(network.operators.begin(), network.operators.end(),
                       [&](const NetworkOperator& op) { return op.kind == kind; });
  }

  void find_structure_changes() {
    const bool has_compiler = a_.run.network.compiler != b_.run.network.compiler;
    const bool has_global =
        std::any_of(edits_.edits.begin(), edits_.edits.end(), [](const Edit& e) { return e.is_global; });
    if (has_compiler && !has_global) {
      edit("compiler_version", fmt::format("{} -> {}", a_.run.network.compiler, b_.run.network.compiler), true);
      return;
    }
    if (!edits_.edits.empty()) return;
    if (const auto change = structure_change(a_.run.network, sa_, b_.run.network, sb_, alignment_))
      edit(change->change, change->what, true);
  }

  const Side& a_;
  const Side& b_;
  const Structure& sa_;
  const Structure& sb_;
  const Alignment& alignment_;
  Edits edits_;
  bool batch_ports_ = false, pixel_ports_ = false, token_ports_ = false;
  std::pair<std::string, std::string> in_types_, out_types_;
  std::size_t pairs_ = 0, types_ = 0, zero_points_a_ = 0, zero_points_b_ = 0, batches_ = 0, sizes_ = 0, local_a_ = 0,
              local_b_ = 0;
  std::optional<std::size_t> batch_, size_, precision_;
};

}  // namespace

Edits find_edits(const Side& a, const Structure& structure_a, const Side& b, const Structure& structure_b,
                 const Alignment& alignment) {
  return Finder(a, structure_a, b, structure_b, alignment).find();
}

}  // namespace bmemu::harness
