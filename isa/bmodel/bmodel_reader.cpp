// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/bmodel/bmodel_reader.h"

#include <fmt/format.h>

#include <cmath>

#include "isa/error.h"

namespace bmemu::isa {
namespace {

constexpr std::uint64_t kAddressEnd = std::uint64_t{1} << 40;  ///< GDMA addresses have 40 bits
constexpr std::uint64_t kBm1684CommandBytes = 128;

template <class T>
using Tables = flatbuffers::Vector<flatbuffers::Offset<T>>;

template <class T>
std::uint32_t count(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr ? 0 : vector->size();
}

[[noreturn]] void bad_value(const std::string& where, std::string value, std::string legal, std::string sentence) {
  throw Error({"E-BMODEL-SCHEMA", where, std::move(value), std::move(legal), std::move(sentence)});
}

[[noreturn]] void bad_range(const std::string& where, std::string value, std::string legal, std::string sentence) {
  throw Error({"E-BMODEL-RANGE", where, std::move(value), std::move(legal), std::move(sentence)});
}

/// The verifier of FlatBuffers 2.0 looks at the alignment of a vector's length, not at that of its 8-byte elements.
template <class T>
void check_alignment(const flatbuffers::Vector<T>* table, const std::string& where) {
  if (table != nullptr && reinterpret_cast<std::uintptr_t>(table->Data()) % alignof(std::uint64_t) != 0)
    bad_value(where, "a table of 8-byte numbers that is not aligned", "aligned to 8 bytes",
              "the description of the file is damaged");
}

void check_addresses(std::uint64_t address, std::uint64_t bytes, const std::string& where) {
  if (address > kAddressEnd || bytes > kAddressEnd - address)
    bad_range(where, fmt::format("0x{:x} + {} bytes", address, bytes), fmt::format("below 0x{:x}", kAddressEnd),
              "outside of the chip's address space");
}

/// Bytes of a tensor in memory.
std::uint64_t packed_bytes(const TensorInfo& tensor, const std::string& where) {
  std::uint64_t elements = 1;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    const std::uint64_t in_word = i == 0 ? batches_in_word(tensor) : 1;
    const std::uint64_t dimension = (tensor.shape[i] + in_word - 1) / in_word * in_word;
    if (dimension != 0 && elements > kAddressEnd / dimension)
      bad_range(where, fmt::format("dimension {}", dimension), fmt::format("at most 2^40 elements"),
                "the tensor is larger than the address space");
    elements *= dimension;
  }
  return (elements * bits(tensor.type) + 7) / 8;
}

bool same(const std::vector<BModelGroup>& a, const std::vector<BModelGroup>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].tiu.data != b[i].tiu.data || a[i].tiu.size != b[i].tiu.size || a[i].gdma.data != b[i].gdma.data ||
        a[i].gdma.size != b[i].gdma.size || a[i].tiu_count != b[i].tiu_count || a[i].gdma_count != b[i].gdma_count)
      return false;
  return true;
}

/// The group list of a stage is the concatenation of its sub-networks' lists; files without sub-networks have only the
/// former. Source: real files of compilers 1.6 to 1.30.
void settle_groups(std::vector<BModelGroup> stage_groups, const std::string& where, BModelStage& stage) {
  if (stage.subnets.empty()) {
    BModelSubnet whole;
    whole.is_dynamic = stage.is_dynamic;
    whole.groups = std::move(stage_groups);
    stage.subnets.push_back(std::move(whole));
    return;
  }
  std::vector<BModelGroup> joined;
  for (const BModelSubnet& subnet : stage.subnets)
    joined.insert(joined.end(), subnet.groups.begin(), subnet.groups.end());
  if (!joined.empty() && !stage_groups.empty() && !same(joined, stage_groups))
    bad_value(where + " cmd_group", fmt::format("{} groups", stage_groups.size()),
              fmt::format("the {} groups of the sub-networks", joined.size()),
              "the stage and its sub-networks disagree about the command groups");
  if (!joined.empty() || stage_groups.empty()) return;
  if (stage.subnets.size() != 1)
    bad_value(where + " cmd_group",
              fmt::format("{} groups of {} sub-networks", stage_groups.size(), stage.subnets.size()),
              "groups listed by sub-network", "cannot tell which sub-network a command group belongs to");
  stage.subnets.front().groups = std::move(stage_groups);
}

}  // namespace

BModelReader::BModelReader(Family family, ByteView binary_area, std::uint64_t description_bytes)
    : family_(family), area_(binary_area), budget_(16 * description_bytes + 65536) {}

void BModelReader::charge(std::uint64_t bytes, const std::string& where) {
  if (bytes > budget_)
    bad_value(where, fmt::format("{} bytes more", bytes), "tables of their own for every tensor and sub-network",
              "the description refers to the same data again and again");
  budget_ -= bytes;
}

std::string BModelReader::text(const flatbuffers::String* string, const std::string& where) {
  if (string == nullptr) return {};
  charge(string->size(), where);
  return string->str();
}

ByteView BModelReader::range(const schema::Binary* binary, const std::string& where) {
  if (binary == nullptr || binary->size() == 0) return {};
  if (binary->start() > area_.size || binary->size() > area_.size - binary->start())
    bad_range(where, fmt::format("start {} size {}", binary->start(), binary->size()),
              fmt::format("inside the binary area of {} bytes", area_.size), "a range leaves the file");
  return {area_.data + binary->start(), binary->size()};
}

void BModelReader::ranges(const flatbuffers::Vector<const schema::Binary*>* table, const std::string& where) {
  charge(std::uint64_t{count(table)} * sizeof(schema::Binary), where);
  check_alignment(table, where);
  for (std::uint32_t i = 0; i < count(table); ++i) range(table->Get(i), where);
}

std::vector<std::int32_t> BModelReader::numbers(const flatbuffers::Vector<std::int32_t>* table,
                                                const std::string& where) {
  charge(std::uint64_t{count(table)} * sizeof(std::int32_t), where);
  return table == nullptr ? std::vector<std::int32_t>() : std::vector<std::int32_t>(table->begin(), table->end());
}

ByteView BModelReader::commands(const schema::Binary* binary, std::uint32_t stated_bytes, std::uint32_t command_count,
                                const std::string& where) {
  ByteView view = range(binary, where);
  if (stated_bytes > view.size)
    bad_range(where, fmt::format("{} command bytes", stated_bytes), fmt::format("at most {}", view.size),
              "more command bytes than the range holds");
  if (stated_bytes != 0)
    view.size = stated_bytes;
  else if (family_ == Family::kBm1684)  // old files leave the byte counts out
    view.size = std::min(view.size, kBm1684CommandBytes * command_count);
  return view;
}

std::vector<BModelGroup> BModelReader::groups(const Tables<schema::CmdGroup>* table, const std::string& where) {
  std::vector<BModelGroup> result;
  for (std::uint32_t i = 0; i < count(table); ++i) {
    const schema::CmdGroup& group = *table->Get(i);
    const std::string here = fmt::format("{} command group {}", where, i);
    BModelGroup out;
    out.tiu_count = group.bdc_num();
    out.gdma_count = group.gdma_num();
    out.tiu = commands(group.binary_bdc(), group.bdc_cmd_byte(), out.tiu_count, here + " binary_bdc");
    out.gdma = commands(group.binary_gdma(), group.gdma_cmd_byte(), out.gdma_count, here + " binary_gdma");
    result.push_back(out);
  }
  return result;
}

void BModelReader::core_commands(const schema::CoreCommands& table, const std::string& where) {
  groups(table.gdma_tiu_commands(), where);
  ranges(table.sdma_commands(), where + " sdma_commands");
  ranges(table.hau_commands(), where + " hau_commands");
  ranges(table.cdma_commands(), where + " cdma_commands");
}

TensorInfo BModelReader::tensor(const schema::Tensor& table, const std::string& where) {
  TensorInfo out;
  out.name = text(table.name(), where);
  const std::string here = fmt::format("{} \"{:.200}\"", where, out.name);
  if (table.data_type() > static_cast<std::uint32_t>(DataType::kU4))
    bad_value(here + " data_type", fmt::format("{}", table.data_type()), "0..10", "unknown data type");
  out.type = static_cast<DataType>(table.data_type());
  if (table.gmem_stmode() < 0 || table.gmem_stmode() > 2)
    bad_value(here + " gmem_stmode", fmt::format("{}", table.gmem_stmode()), "0 (1N), 1 (2N), 2 (4N)",
              "unknown storage mode");
  out.storage_mode = static_cast<std::uint32_t>(table.gmem_stmode());
  out.padding_rows = table.pad_h();
  if (count(table.shape()) == 0 || table.shape()->Get(0)->dim() == nullptr)
    bad_value(here + " shape", "none", "one shape", "a tensor without a shape");
  const auto& dimensions = *table.shape()->Get(0)->dim();
  check_alignment(&dimensions, here + " shape");
  charge(std::uint64_t{dimensions.size()} * sizeof(std::uint64_t), here);
  out.shape.assign(dimensions.begin(), dimensions.end());
  out.bytes = packed_bytes(out, here + " shape");
  out.address = table.device_addr();
  check_addresses(out.address, out.bytes, here + " device_addr");
  if (!std::isfinite(table.scale()))
    bad_value(here + " scale", fmt::format("{}", table.scale()), "a finite number", "unusable scale");
  out.scale = table.scale();
  out.zero_point = table.zero_point();
  return out;
}

std::vector<TensorInfo> BModelReader::tensors(const Tables<schema::Tensor>* table, const std::string& where) {
  std::vector<TensorInfo> result;
  for (std::uint32_t i = 0; i < count(table); ++i)
    result.push_back(tensor(*table->Get(i), fmt::format("{} {}", where, i)));
  return result;
}

BModelSubnet BModelReader::subnet(const schema::SubNet& table, const std::string& where) {
  BModelSubnet out;
  out.id = table.id();
  if (table.subnet_mode() < 0 || table.subnet_mode() > 3)
    bad_value(where + " subnet_mode", fmt::format("{}", table.subnet_mode()), "0 (TPU), 1 (CPU), 2 (merge), 3 (switch)",
              "unknown kind of sub-network");
  out.mode = static_cast<SubnetMode>(table.subnet_mode());
  out.is_dynamic = table.is_dynamic() != 0;
  out.inputs = tensors(table.input_tensor(), where + " input");
  out.outputs = tensors(table.output_tensor(), where + " output");
  out.groups = groups(table.cmd_group(), where);
  out.next = numbers(table.next_subnet_ids(), where + " next_subnet_ids");
  for (std::uint32_t i = 0; i < count(table.cpu_param()); ++i) {
    const schema::CpuParam& layer = *table.cpu_param()->Get(i);
    out.cpu_layers.push_back(
        {layer.op_type(), range(layer.binary_param(), where + " binary_param"), count(layer.cpu_const())});
    for (std::uint32_t k = 0; k < count(layer.cpu_const()); ++k)
      range(layer.cpu_const()->Get(k)->const_data(), where + " cpu_const");
  }
  for (std::uint32_t i = 0; i < count(table.core_commands()); ++i)
    core_commands(*table.core_commands()->Get(i), fmt::format("{} core {}", where, i));
  return out;
}

void BModelReader::coefficients(const schema::CoeffMem* table, const std::string& where, BModelStage& stage) {
  if (table == nullptr) return;
  const std::string here = where + " coeff_mem";
  const ByteView data = range(table->binary_coeff(), here);
  check_addresses(table->address(), data.size, here);
  stage.encrypt_mode = table->encrypt_mode();
  if (data.size != 0) stage.coefficients = MemorySegment{table->address(), data};
}

template <class Table>
void BModelReader::common(const Table& table, const std::string& where, BModelStage& stage) {
  stage.inputs = tensors(table.input_tensor(), where + " input");
  stage.outputs = tensors(table.output_tensor(), where + " output");
  stage.neuron_address = table.ctx_addr();
  stage.neuron_bytes = table.ctx_size();
  check_addresses(stage.neuron_address, stage.neuron_bytes, where + " ctx_addr, ctx_size");
  coefficients(table.coeff_mem(), where, stage);
  for (std::uint32_t i = 0; i < count(table.sub_net()); ++i) {
    const schema::SubNet& sub = *table.sub_net()->Get(i);
    stage.subnets.push_back(subnet(sub, fmt::format("{} sub-network {}", where, i)));
    stage.cores = std::max(stage.cores, count(sub.core_commands()));
  }
}

BModelStage BModelReader::stage(const schema::NetParameter& table, const std::string& where) {
  BModelStage out;
  out.is_dynamic = table.is_dynamic() != 0;
  common(table, where, out);
  out.cores = std::max(out.cores, table.core_num());
  out.io_address = table.io_addr();
  out.io_bytes = table.io_size();
  check_addresses(out.io_address, out.io_bytes, where + " io_addr, io_size");
  out.profile = range(table.net_profile(), where + " net_profile");
  out.statistics = range(table.net_stat(), where + " net_stat");
  out.tensor_locations = range(table.tensor_loc(), where + " tensor_loc");
  range(table.binary_ir(), where + " binary_ir");
  settle_groups(groups(table.cmd_group(), where), where, out);
  return out;
}

BModelStage BModelReader::stage(const schema::NetStatic& table, const std::string& where) {
  BModelStage out;
  common(table, where, out);
  out.profile = range(table.net_profile(), where + " net_profile");
  settle_groups(groups(table.cmd_group(), where), where, out);
  return out;
}

BModelStage BModelReader::stage(const schema::NetDynamic& table, const std::string& where) {
  BModelStage out;
  out.is_dynamic = true;
  common(table, where, out);
  range(table.binary_ir(), where + " binary_ir");
  settle_groups({}, where, out);
  return out;
}

std::vector<BModelNetwork> BModelReader::networks(const schema::Model& model) {
  std::vector<BModelNetwork> result;
  for (std::uint32_t i = 0; i < count(model.net()); ++i) {
    const schema::Net& net = *model.net()->Get(i);
    BModelNetwork out;
    out.name = text(net.name(), fmt::format("network {}", i));
    out.address_mode = net.addr_mode();
    const auto add = [&](const auto* tables) {
      for (std::uint32_t k = 0; k < count(tables); ++k)
        out.stages.push_back(
            stage(*tables->Get(k), fmt::format("network \"{:.200}\" stage {}", out.name, out.stages.size())));
    };
    add(net.parameter());
    add(net.net_static());
    add(net.net_dynamic());
    result.push_back(std::move(out));
  }
  if (model.kernel_module() != nullptr) range(model.kernel_module()->binary(), "kernel_module");
  if (model.cpuop_module() != nullptr) range(model.cpuop_module()->binary(), "cpuop_module");
  range(model.lib_backend(), "lib_backend");
  return result;
}

}  // namespace bmemu::isa
