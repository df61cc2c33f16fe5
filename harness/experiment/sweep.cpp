// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/experiment/sweep.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "harness/architectures/architecture.h"
#include "harness/experiment/pool.h"
#include "harness/report/chip_output.h"
#include "harness/version.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "isa/file_bytes.h"
#include "isa/program/layer_map.h"

namespace bmemu::harness {
namespace {

std::string hash_text(const std::string& text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace

SweepProgram load_sweep_program(const std::string& path, const std::string& network, std::uint32_t stage,
                                LayerRows layers) {
  isa::Program program = isa::load_program(isa::BModel::open(path), {network, stage, isa::Parts::kStatic});
  if (layers == LayerRows::kOn) program.layers = isa::find_layer_map(path, program).layers;
  SweepProgram result;
  result.name = std::filesystem::path(path).filename().string();
  result.network = program.network;
  result.family = program.family;
  result.batch = program.batch;
  const auto file = isa::map_file(path);
  const std::string which = fmt::format("{} {}", program.network, stage);
  result.hash = XXH3_64bits_withSeed(which.data(), which.size(), XXH3_64bits(file.view.data, file.view.size));
  result.loaded = std::make_shared<const LoadedProgram>(std::move(program));
  return result;
}

SweepProgram retiled_sweep_program(const ModelOptions& options, const isa::ChipSpec& chip) {
  SweepProgram result;
  result.compiler = std::make_shared<const ChipCompiler>(options, chip);
  result.name = is_architecture(options.path) ? options.path.substr(kArchitecturePrefix.size())
                                              : std::filesystem::path(options.path).filename().string();
  if (options.precision != kernels::Precision::kF32)
    result.name += fmt::format(" {}", kernels::name(options.precision));
  result.network = result.compiler->network();
  result.family = chip.family;
  result.batch = result.compiler->batch();
  result.hash = result.compiler->hash();
  return result;
}

SweepProgram compile_sweep_program(const ModelOptions& options, const isa::ChipSpec& chip) {
  SweepProgram result = retiled_sweep_program(options, chip);
  result.loaded = result.compiler->program_for(chip);
  const std::string view = ChipCompiler::view_of(chip);
  result.hash = XXH3_64bits_withSeed(view.data(), view.size(), result.hash);
  result.compiler = nullptr;
  return result;
}

Sweep::Sweep(SweepRequest request) : request_(std::move(request)) {
  for (const auto& program : request_.programs)
    for (const auto& point : request_.design.points) {
      SweepRow row;
      row.number = rows_.size() + 1;
      row.program = program.name;
      row.network = program.network;
      row.settings = point;
      rows_.push_back(std::move(row));
    }
  results_.resize(rows_.size());
  finished_.resize(rows_.size(), false);
}

std::size_t Sweep::finished() const {
  return static_cast<std::size_t>(std::count(finished_.begin(), finished_.end(), true));
}

const SweepProgram& Sweep::program_of(std::size_t row) const {
  return request_.programs[row / request_.design.points.size()];
}

isa::ChipSpec Sweep::chip_of(std::size_t row) const {
  const auto& settings = rows_[row].settings;
  std::string chip, product;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (request_.design.keys[i] == "chip") chip = settings[i];
    if (request_.design.keys[i] == "product") product = settings[i];
  }
  isa::ChipSpec spec = request_.base_chip(chip, product, program_of(row).family);
  for (std::size_t i = 0; i < settings.size(); ++i)
    if (const auto& key = request_.design.keys[i]; key != "chip" && key != "product")
      isa::apply_setting(spec, key + "=" + settings[i]);
  isa::check_chip(spec);
  if (!program_of(row).is_retiled()) isa::check_family(spec, program_of(row).family, program_of(row).name);
  return spec;
}

PointResult Sweep::run_row(std::size_t row) const {
  try {
    return evaluate(program_of(row), chip_of(row), request_.layers);
  } catch (const Error& error) {
    PointResult failed;
    failed.error = error.what();
    return failed;
  }
}

std::string Sweep::compiler_view(std::size_t row) const {
  try {
    return ChipCompiler::view_of(chip_of(row));
  } catch (const Error&) {
    return "none";
  }
}

std::size_t Sweep::compilations() const {
  std::set<std::pair<const SweepProgram*, std::string>> needed;
  for (std::size_t row = 0; row < rows_.size(); ++row)
    if (!finished_[row] && program_of(row).is_retiled()) needed.emplace(&program_of(row), compiler_view(row));
  return needed.size();
}

SweepIdentity Sweep::identity() const {
  SweepIdentity identity;
  identity.version = kGitVersion;
  identity.question = request_.question;
  identity.keys = request_.design.keys;
  std::string all = fmt::format("{}\n{}\n", identity.version, fmt::join(identity.keys, ","));
  for (const auto& program : request_.programs)
    all += fmt::format("{} {:016x}{}\n", program.name, program.hash, program.is_retiled() ? " retiled" : "");
  if (request_.layers == LayerRows::kOn) all += "layers\n";
  identity.layers = request_.layers;
  for (const auto& point : request_.design.points) all += fmt::format("{}\n", fmt::join(point, ","));
  std::vector<isa::Family> families;
  for (const auto& program : request_.programs) {
    const auto family = program.family;
    if (std::find(families.begin(), families.end(), family) != families.end()) continue;
    families.push_back(family);
    identity.chip_json += chip_json(request_.base_chip("", "", family)).dump();
  }
  identity.fingerprint = hash_text(all + identity.chip_json);
  return identity;
}

void Sweep::set_result(std::size_t row, PointResult result) {
  if (rows_[row].key.empty()) try {
      rows_[row].key = point_key(program_of(row), chip_of(row));
    } catch (const Error&) {
      rows_[row].key = "none";  // no chip, no key: the row says why
    }
  results_[row] = std::move(result);
  finished_[row] = true;
}

void Sweep::resume(const SweepStore& store) {
  for (auto& [number, result] : store.finished())
    if (number > 0 && number <= rows_.size()) set_result(number - 1, std::move(result));
}

void Sweep::run(SweepStore& store, const Running& how) {
  std::vector<std::uint64_t> open;
  for (std::uint64_t row = how.part; row < rows_.size(); row += how.parts)
    if (!finished_[row]) open.push_back(row);
  // Points that need the same program run one after the other: each worker compiles few of them.
  std::map<std::uint64_t, std::string> views;
  for (const auto row : open)
    if (program_of(row).is_retiled()) views[row] = compiler_view(row);
  if (!views.empty())
    std::stable_sort(open.begin(), open.end(), [&](std::uint64_t a, std::uint64_t b) {
      return std::pair(a / request_.design.points.size(), std::string_view(views[a])) <
             std::pair(b / request_.design.points.size(), std::string_view(views[b]));
    });
  const PoolOptions pool{how.jobs, how.chunk};
  std::size_t done = 0;
  const auto chunk_done = [&](const std::vector<std::uint64_t>& numbers, const std::vector<PointResult>& results) {
    std::vector<const SweepRow*> rows;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      set_result(numbers[i], results[i]);
      rows.push_back(&rows_[numbers[i]]);
    }
    store.add(rows, results);
    done += numbers.size();
    if (how.progress) how.progress(done, open.size());
  };
  run_points(
      open, pool, [this](std::uint64_t row) { return run_row(row); }, chunk_done);
}

}  // namespace bmemu::harness
