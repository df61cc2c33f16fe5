// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/pass/emit.h"

#include <algorithm>
#include <map>
#include <utility>

#include "kernels/op/weights.h"
#include "kernels/pass/local_memory.h"

namespace bmemu::kernels {
namespace {

std::size_t index(ValueId id) { return static_cast<std::size_t>(id); }

/// Tables of programs in L2. Source: where compilers of the vendor put theirs; the firmware's own begin at 0x300000.
constexpr std::int64_t kL2Tables = 0xA2000, kL2TableUnit = 128;

class Emitter {
 public:
  Emitter(const Setting& setting, const Placement& placement, ProgramBuilder& builder, Spread spread)
      : s_(setting),
        placement_(placement),
        builder_(builder),
        spread_(spread),
        dma_(builder),
        tiu_(make_tiu(builder)) {}

  void run(const std::vector<Unit>& units) {
    for (const ValueId id : s_.graph.inputs) builder_.add_input(tensor_info(id));
    // Groups take local memory from both ends in turn, so that the next one's weights find room beside this one.
    auto end = GroupPlan::End::kFirst;
    for (const Unit& unit : units) {
      if (unit.group)
        GroupEmitter(*this, unit.group->placed(s_, spread_, end)).run();
      else
        emit_global(unit.node);
      const bool turns = unit.group && end == GroupPlan::End::kFirst;
      end = turns ? GroupPlan::End::kLast : GroupPlan::End::kFirst;
    }
    for (const ValueId id : s_.graph.outputs) builder_.add_output(tensor_info(id));
    builder_.reserve_neurons(placement_.bytes);
  }

 private:
  isa::TensorInfo tensor_info(ValueId id) {
    const Value& value = s_.graph.value(id);
    isa::TensorInfo info;
    info.name = value.name;
    info.type = value.type;
    for (const std::int64_t size : value.shape) info.shape.push_back(static_cast<std::uint64_t>(size));
    if (info.shape.empty()) info.shape.push_back(1);
    info.address = storage(id).address;
    info.bytes = stored_bytes(value, s_.chip.family);
    if (s_.chip.family == isa::Family::kBm1684 && element_bytes(value.type) < 4)
      info.storage_mode = element_bytes(value.type) == 2 ? 1 : 2;
    if (value.quantisation) {
      const bool is_input = std::find(s_.graph.inputs.begin(), s_.graph.inputs.end(), id) != s_.graph.inputs.end();
      info.scale = is_input ? 1.0F / value.quantisation->scale() : value.quantisation->scale();
    }
    return info;
  }

  Storage storage(ValueId id) {
    const Value& value = s_.graph.value(id);
    const ValueLayout& layout = s_.layouts.values[index(id)];
    Storage result{0, value.shape, layout.stride, value.type};
    const Value& root = s_.graph.value(layout.root);
    const std::uint64_t base = root.constant != nullptr
                                   ? builder_.add_constant(constant_bytes(root))
                                   : builder_.neuron_address() + placement_.offset[index(layout.root)];
    const isa::Unit unit = storage_unit(s_.chip.family, value.type);
    result.address = base + static_cast<std::uint64_t>(layout.offset * unit.bytes);
    return result;
  }

  /// A byte that lies in every batch of a word serves any batch.
  std::vector<std::uint8_t> constant_bytes(const Value& value) const {
    std::vector<std::uint8_t> bytes = packed_bytes(*value.constant, value.type);
    const std::int64_t batches = storage_unit(s_.chip.family, value.type).batches;
    if (batches == 1) return bytes;
    std::vector<std::uint8_t> words;
    for (const std::uint8_t byte : bytes) words.insert(words.end(), static_cast<std::size_t>(batches), byte);
    return words;
  }

  /// Where in L2 a table lies, which is loaded when it is first needed. Equal tables lie there once.
  std::int64_t l2_table(const Parameter& parameter) {
    const std::uint64_t from = builder_.add_constant(parameter.data);
    const auto [found, is_new] = l2_tables_.emplace(from, kL2Tables + l2_bytes_);
    if (!is_new) return found->second;
    const auto bytes = static_cast<std::int64_t>(parameter.data.size());
    l2_bytes_ += align_up(bytes, kL2TableUnit);
    dma_.load_l2(static_cast<std::uint64_t>(found->second), from, bytes);
    return found->second;
  }

  void emit_global(std::size_t node_index) {
    const Node& node = s_.graph.nodes[node_index];
    const NodeContext context{s_.graph, node, s_.chip};
    builder_.begin_layer(s_.graph.output(node).name, std::string(name(node.op())));
    GlobalEmission emission{builder_, *tiu_, dma_, {}, storage(node.output), s_.chip, spread_};
    for (const ValueId input : node.inputs) emission.inputs.push_back(storage(input));
    global_kernel_of(context)->emit(context, emission);
  }

  /// One group.
  class GroupEmitter {
   public:
    GroupEmitter(Emitter& e, GroupPlan plan)
        : e_(e), s_(e.s_), plan_(std::move(plan)), loaded_(plan_.values.size()), parameters_(plan_.parameters.size()) {
      for (const std::size_t n : plan_.nodes) contexts_.push_back({s_.graph, s_.graph.nodes[n], s_.chip});
    }

    void run() {
      begin_layer(0);
      if (plan_.uses_exp && exp_table_bytes(s_.chip) > 0) e_.tiu_->load_exp_table(plan_.exp_table);
      if (plan_.slices.size() == 1)
        one_slice();
      else
        many_slices();
    }

   private:
    struct Loaded {
      bool is_loaded = false;
      Region region;
      int buffer = 1;
    };

    void begin_layer(std::size_t i) {
      const Node& node = contexts_[i].node;
      e_.builder_.begin_layer(s_.graph.output(node).name, std::string(name(node.op())));
    }

    /// Weights and inputs come while the operators before are computed.
    void one_slice() {
      constexpr std::size_t kPrefetch = 2;
      const std::size_t count = contexts_.size();
      std::size_t with_parameters = 0, with_inputs = 0;
      for (std::size_t i = 0; i < count; ++i) {
        for (; with_inputs < std::min(i + 2, count); ++with_inputs) load_inputs(0, with_inputs);
        for (; with_parameters < std::min(i + kPrefetch + 1, count); ++with_parameters)
          load_parameters(0, with_parameters);
        compute(0, i);
        store_of(0, i);
      }
    }

    void many_slices() {
      const std::size_t count = contexts_.size();
      for (std::size_t i = 0; i < count; ++i) load_inputs(0, i);
      load_parameters(0, 0);
      for (std::size_t slice = 0; slice < plan_.slices.size(); ++slice) {
        for (std::size_t i = 0; i < count; ++i) {
          if (slice == 0 && i + 1 < count) load_parameters(0, i + 1);
          if (i + 1 == count && slice + 1 < plan_.slices.size()) {
            for (std::size_t k = 0; k < count; ++k) {
              load_inputs(slice + 1, k);
              load_parameters(slice + 1, k);
            }
          }
          compute(slice, i);
        }
        for (std::size_t i = 0; i < count; ++i) store_of(slice, i);
        settle();
      }
    }

    void load_inputs(std::size_t slice, std::size_t node) {
      for (std::size_t v = 0; v < plan_.values.size(); ++v) {
        const GroupValue& value = plan_.values[v];
        if (value.maker || value.first_use != node) continue;
        const Region& region = plan_.slices[slice].region[v];
        Loaded& state = loaded_[v].next;
        const Loaded& now = loaded_[v].now;
        state = now;
        if (now.is_loaded && now.region == region) continue;
        begin_layer(node);
        state = {true, region, value.buffers.is_double ? 1 - now.buffer : 0};
        LocalTensor local = tensor_of(v, region, state.buffer);
        GlobalTensor global = global_of(value.id, region);
        if (value.replicates_channels) {
          local.shape[1] = s_.chip.tiu.lanes;
          global.shape[1] = s_.chip.tiu.lanes;
          global.stride[1] = 0;
        }
        e_.dma_.load(local, global);
        if (slice == 0) loaded_[v].now = state;
      }
    }

    void load_parameters(std::size_t slice, std::size_t node) {
      for (std::size_t p = 0; p < plan_.parameters.size(); ++p) {
        const GroupParameter& parameter = plan_.parameters[p];
        if (parameter.node != node) continue;
        const Region& out = plan_.slices[slice].region[plan_.find(contexts_[node].node.output)];
        const Region region = parameter_region(*parameter.data, out);
        Loaded& state = parameters_[p].next;
        const Loaded& now = parameters_[p].now;
        state = now;
        if (now.is_loaded && now.region == region) continue;
        begin_layer(node);
        state = {true, region, parameter.buffers.is_double ? 1 - now.buffer : 0};
        load_parameter(parameter, region, state.buffer);
        if (slice == 0) parameters_[p].now = state;
      }
    }

    LocalTensor parameter_tensor(const GroupParameter& p, const Region& region, int buffer) {
      Dims shape = region.size();
      if (p.data->for_all_lanes) shape[1] = s_.chip.tiu.lanes;
      if (p.data->is_l2_table) return compact_tensor(s_.chip, p.data->type, shape, e_.l2_table(*p.data));
      return p.data->is_compact ? compact_tensor(s_.chip, p.data->type, shape, p.buffers.offset[buffer])
                                : aligned_tensor(s_.chip, p.data->type, shape, p.buffers.offset[buffer]);
    }

    void load_parameter(const GroupParameter& p, const Region& region, int buffer) {
      if (p.data->is_l2_table) {
        e_.l2_table(*p.data);
        return;
      }
      const LocalTensor local = parameter_tensor(p, region, buffer);
      const std::int64_t bytes = element_bytes(p.data->type);
      const std::int64_t row = p.data->shape[2] * p.data->shape[3];
      GlobalTensor global;
      global.address =
          e_.builder_.add_constant(p.data->data) + static_cast<std::uint64_t>(region.begin[1] * row * bytes);
      global.shape = local.shape;
      global.stride = {row * p.data->shape[1], p.data->for_all_lanes ? 0 : row, p.data->shape[3], 1};
      global.type = p.data->type;
      global.unit = bytes;
      e_.dma_.load(local, global);
    }

    LocalTensor tensor_of(std::size_t v, const Region& region, int buffer) const {
      const GroupValue& value = plan_.values[v];
      return aligned_tensor(s_.chip, s_.graph.value(value.id).type, local_shape(plan_.view, region, s_.chip),
                            value.buffers.offset[buffer]);
    }

    GlobalTensor global_of(ValueId id, const Region& region) {
      const GlobalTensor whole = *global_view(plan_.view, e_.storage(id), s_.chip.family);
      if (plan_.view != View::kFlat) return part_of(whole, region.begin, region.size());
      GlobalTensor part = whole;
      part.address += static_cast<std::uint64_t>(region.begin[3] * whole.unit);
      part.shape = local_shape(plan_.view, region, s_.chip);
      part.stride = {0, part.shape[3], part.shape[3], 1};
      return part;
    }

    int buffer_of(std::size_t v, std::size_t slice) const {
      const GroupValue& value = plan_.values[v];
      if (!value.maker) return loaded_[v].now.buffer;
      return value.buffers.is_double ? static_cast<int>(slice % 2) : 0;
    }

    SliceTensor slice_tensor(std::size_t v, std::size_t slice) const {
      const GroupValue& value = plan_.values[v];
      SliceTensor result;
      result.region = plan_.slices[slice].region[v];
      result.whole = value.dims;
      result.tensor = tensor_of(v, result.region, buffer_of(v, slice));
      if (plan_.view == View::kFlat) {
        result.whole = result.tensor.shape;
        result.region = whole_region(result.whole);
      }
      return result;
    }

    void compute(std::size_t slice, std::size_t i) {
      begin_layer(i);
      const Kernel& kernel = *kernel_of(contexts_[i]);
      Emission emission{e_.builder_, *e_.tiu_, e_.dma_, plan_.view, {}, {}, {}, plan_.scratch[i], plan_.exp_table};
      for (const std::size_t input : kernel.tensor_inputs(contexts_[i]))
        emission.inputs.push_back(slice_tensor(plan_.find(contexts_[i].node.inputs[input]), slice));
      emission.output = slice_tensor(plan_.find(contexts_[i].node.output), slice);
      for (std::size_t p = 0; p < plan_.parameters.size(); ++p)
        if (plan_.parameters[p].node == i)
          emission.parameters.push_back(
              parameter_tensor(plan_.parameters[p], parameters_[p].now.region, parameters_[p].now.buffer));
      e_.builder_.expect_tiu_ns(s_.cost.tiu_ns(kernel.cycles(contexts_[i], plan_.view, emission.output.tensor.shape)));
      kernel.emit(contexts_[i], emission);
    }

    void store_of(std::size_t slice, std::size_t i) {
      const std::size_t v = plan_.find(contexts_[i].node.output);
      const GroupValue& value = plan_.values[v];
      if (!value.is_stored) return;
      begin_layer(i);
      const Region& region = plan_.slices[slice].region[v];
      const Region& stored = plan_.slices[slice].stored[v];
      LocalTensor local = tensor_of(v, region, buffer_of(v, slice));
      if (plan_.view != View::kFlat) {
        Dims begin{};
        for (std::size_t d = 0; d < 4; ++d) begin[d] = stored.begin[d] - region.begin[d];
        local = part_of(local, begin, stored.size(), s_.chip);
      }
      e_.dma_.store(global_of(value.id, stored), local);
    }

    /// What was loaded ahead becomes what the next slice works on.
    void settle() {
      for (auto& state : loaded_) state.now = state.next;
      for (auto& state : parameters_) state.now = state.next;
    }

    struct State {
      Loaded now, next;
    };
    Emitter& e_;
    const Setting& s_;
    const GroupPlan plan_;
    std::vector<NodeContext> contexts_;
    std::vector<State> loaded_, parameters_;
  };

  const Setting& s_;
  const Placement& placement_;
  ProgramBuilder& builder_;
  const Spread spread_;
  Dma dma_;
  std::unique_ptr<Tiu> tiu_;
  std::map<std::uint64_t, std::int64_t> l2_tables_;  ///< offset in L2, by address of the constant
  std::int64_t l2_bytes_ = 0;
};

}  // namespace

void emit_program(const Setting& setting, const std::vector<Unit>& units, const Placement& placement,
                  ProgramBuilder& builder, Spread spread) {
  Emitter(setting, placement, builder, spread).run(units);
}

}  // namespace bmemu::kernels
