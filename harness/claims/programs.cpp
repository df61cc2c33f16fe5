// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/programs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>
#include <vector>

#include "emulator/operand/operands.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_changes.h"
#include "isa/chip/chip_file.h"
#include "isa/chip/parameter.h"
#include "isa/error.h"
#include "kernels/io_copies.h"

namespace bmemu::harness {
namespace {

/// Begin of a published name, and ours. The longest that fits counts.
constexpr std::array<std::pair<const char*, const char*>, 22> kNetworks = {{
    {"yolov5s_v6.1_3output", "yolov5s"},
    {"pose_coco", "openpose_coco"},
    {"resnet50", "resnet50"},
    {"lprnet", "lprnet"},
    {"c3d", "c3d"},
    {"centernet", "centernet"},
    {"extractor", "deepsort_extractor"},
    {"retinaface_mobilenet0.25", "retinaface_mnet025"},
    {"scrfd_10g_kps", "scrfd_10g_kps"},
    {"segformer.b0", "segformer_b0"},
    {"yolov11s", "yolo11s"},
    {"yolov11s_opt", ""},
    {"yolov3", "yolov3"},
    {"yolov4", "yolov4"},
    {"yolov7_v0.1_3output", "yolov7"},
    {"yolov8s", "yolov8s"},
    {"yolov8s_opt", "yolov8s_opt"},
    {"yolov10s", "yolov10s"},
    {"ppyolov3", "ppyolov3"},
    {"arcface", "arcface_r50"},
    {"r50", "arcface_r50"},
    {"hrnet_w32", "hrnet_w32"},
}};

std::vector<std::filesystem::path> program_folders(const ClaimOptions& options) {
  if (!options.programs.empty()) return {options.programs};
  std::vector<std::filesystem::path> folders;
  std::error_code code;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", code).parent_path();
  for (const auto& base : {std::filesystem::current_path(code), executable.parent_path(), executable})
    for (const char* folder : {"traces/claims", "traces", "share/bmemu/traces/claims", "share/bmemu/traces"})
      folders.push_back(base / folder);
  return folders;
}

struct Range {
  std::uint64_t begin = 0, end = 0;
  bool holds(std::uint64_t address) const { return address >= begin && address < end; }
};

/// Runs of a pattern, those that touch each other joined.
void add_ranges(const memory::Pattern& pattern, std::vector<Range>& ranges) {
  std::array<std::uint32_t, 4> i{};
  for (i[0] = 0; i[0] < pattern.count[0]; ++i[0])
    for (i[1] = 0; i[1] < pattern.count[1]; ++i[1])
      for (i[2] = 0; i[2] < pattern.count[2]; ++i[2])
        for (i[3] = 0; i[3] < pattern.count[3]; ++i[3]) {
          std::int64_t offset = 0;
          for (std::size_t k = 0; k < 4; ++k) offset += std::int64_t{i[k]} * pattern.stride[k];
          const std::uint64_t begin = pattern.base + static_cast<std::uint64_t>(offset);
          if (!ranges.empty() && ranges.back().end == begin)
            ranges.back().end += pattern.run_bytes;
          else
            ranges.push_back({begin, begin + pattern.run_bytes});
        }
}

double different_bytes(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  double sum = 0;
  std::uint64_t end = 0;
  for (const auto& range : ranges) {
    const std::uint64_t begin = std::max(range.begin, end);
    if (range.end > begin) sum += static_cast<double>(range.end - begin), end = range.end;
  }
  return sum;
}

void add_tensors(const isa::Program& program, std::vector<Range>& ranges) {
  for (const auto* tensors : {&program.inputs, &program.outputs})
    for (const auto& tensor : *tensors) ranges.push_back({tensor.address, tensor.address + tensor.bytes});
}

ProgramBytes count_bytes(const isa::Program& program, const std::vector<Range>& weights, const std::vector<Range>& io,
                         const isa::ChipSpec& chip) {
  const auto in = [](const std::vector<Range>& ranges, std::uint64_t address) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) { return range.holds(address); });
  };
  ProgramBytes bytes;
  std::vector<Range> read;
  double weights_read = 0;
  for (const auto& group : program.groups)
    for (std::size_t i = 0; i < group.gdma.commands.size(); ++i)
      for (const auto& view : emulator::known_operands(group.gdma.decode(program.family, i), chip)) {
        if (view.space != isa::Space::kDdr) continue;
        for (const auto& pattern : emulator::patterns(view, chip)) {
          const auto size = static_cast<double>(pattern.bytes());
          if (in(weights, pattern.base)) {
            weights_read += size;
            add_ranges(pattern, read);
          } else if (in(io, pattern.base)) {
            bytes.io += size;
          } else {
            bytes.activations += size;
          }
        }
      }
  bytes.weights_once = different_bytes(std::move(read));
  bytes.weights_again = weights_read - bytes.weights_once;
  return bytes;
}

}  // namespace

std::optional<std::string> find_claim_file(const ClaimOptions& options, const std::string& file) {
  for (const auto& folder : program_folders(options)) {
    std::error_code code;
    if (std::filesystem::exists(folder / file, code)) return (folder / file).string();
  }
  return {};
}

std::optional<std::string> find_program_file(const ClaimOptions& options, const std::string& network,
                                             const std::string& chip, const std::string& type, int batch) {
  if (network.empty()) return {};
  return find_claim_file(options, fmt::format("{}_{}_{}_{}b.bmodel.zst", network, chip, type, batch));
}

std::string network_of(const Publication& row) {
  const std::string& name = row.bmodel.find(".bmodel") == std::string::npos ? row.model : row.bmodel;
  std::size_t longest = 0;
  std::string network;
  for (const auto& [begin, ours] : kNetworks) {
    const std::string prefix = begin;
    if (prefix.size() > longest && name.compare(0, prefix.size(), prefix) == 0) longest = prefix.size(), network = ours;
  }
  return network == "yolov8s" && row.sample == "YOLOv8_seg" ? "yolov8s-seg" : network;
}

isa::ChipSpec claim_chip(const ClaimOptions& options, const std::string& chip, const std::string& product) {
  isa::ChipSpec spec = isa::load_chip(chip, product);
  for (const auto& setting : options.settings) {
    const auto* parameter = isa::find_parameter(setting.substr(0, setting.find('=')));
    if (parameter != nullptr && parameter->influence_on(spec.family) == isa::Influence::kNone) continue;
    isa::apply_setting(spec, setting);
  }
  isa::check_chip(spec);
  return spec;
}

std::vector<std::string> claim_chip_changes(const ClaimOptions& options) {
  std::vector<std::string> lines;
  if (options.settings.empty()) return lines;
  for (const char* chip : {"bm1684", "bm1684x"})
    if (const auto changes = isa::chip_changes(claim_chip(options, chip)); !changes.empty())
      lines.push_back(fmt::format("{}: {}", chip, isa::changes_text(changes)));
  return lines;
}

isa::ChipSpec with_settings(isa::ChipSpec chip, const std::vector<std::string>& settings) {
  for (const auto& setting : settings) isa::apply_setting(chip, setting);
  isa::check_chip(chip);
  return chip;
}

EmulatedProgram load_emulated(const std::string& path) {
  const isa::BModel model = isa::BModel::open(path);
  const isa::Program compiled = isa::load_program(model);
  const isa::Program program = kernels::with_io_copies(compiled);
  EmulatedProgram emulated;
  emulated.family = compiled.family;
  emulated.batch = static_cast<int>(compiled.batch);
  const isa::ChipSpec chip = isa::load_chip(compiled.family == isa::Family::kBm1684 ? "bm1684" : "bm1684x");
  std::vector<Range> weights, io;
  add_tensors(compiled, io);  // where the network has them
  add_tensors(program, io);   // where the application has them
  for (const auto& segment : program.image) {
    weights.push_back({segment.address, segment.address + segment.data.size});
    emulated.weight_bytes += static_cast<double>(segment.data.size);
  }
  emulated.bytes = count_bytes(program, weights, io, chip);
  emulated.program = LoadedProgram::open_commands(path);
  return emulated;
}

RunTimes run_times(const EmulatedProgram& program, const isa::ChipSpec& chip) {
  const Run run = measure({program.program, chip, {}});
  const RunResult& result = run.result;
  RunTimes times;
  times.run_ms = result.time_ms();
  times.tiu_busy_ms = static_cast<double>(result.tiu.busy_ps) / 1e9;
  times.supply_ms = static_cast<double>(result.tiu.stack[static_cast<std::size_t>(emulator::Cause::kSupply)]) / 1e9;
  times.launch_ms = chip.launch.overhead_us / 1e3;
  times.low_ratio = result.interval.low_ms / times.run_ms;
  times.high_ratio = result.interval.high_ms / times.run_ms;
  return times;
}

double run_ms(const EmulatedProgram& program, const isa::ChipSpec& chip) {
  return static_cast<double>(measure_length({program.program, chip, {}})) / 1e9;
}

}  // namespace bmemu::harness
