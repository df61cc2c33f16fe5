// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Writes the seeds of tests/fuzz/corpus: bmemu_fuzz_seeds SOURCE_FOLDER CORPUS_FOLDER.
// Commands are one of every operation with all other fields zero, and the real ones of programs in traces/; programs
// are small files made of a few of them.
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "kernels/command_list.h"
#include "tests/isa/bmodel/bmodel_builder.h"

namespace {

using namespace bmemu;
using isa::test::Bytes;

class Corpus {
 public:
  explicit Corpus(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void write(const std::string& target, const std::string& name, const Bytes& bytes) const {
    std::filesystem::create_directories(folder_ / target);
    std::ofstream file(folder_ / target / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }

  /// Commands of one engine.
  void write_commands(isa::Family family, isa::Engine engine, const std::string& name, Bytes bytes) const {
    const bool is_bm1684x = family == isa::Family::kBm1684x;
    bytes.insert(bytes.begin(),
                 static_cast<std::uint8_t>((is_bm1684x ? 1 : 0) + (engine == isa::Engine::kGdma ? 2 : 0)));
    const std::string file = std::string(isa::name(family)) + "_" + std::string(isa::name(engine)) + "_" + name;
    write("commands", file, bytes);
  }

 private:
  std::filesystem::path folder_;
};

/// The first `count` commands of each stream as a program of their own.
isa::Program beginning(const isa::Program& program, std::size_t count) {
  kernels::CommandList list(program.family);
  for (const auto* stream : {&program.groups[0].tiu, &program.groups[0].gdma})
    for (std::size_t i = 0; i < std::min(count, stream->commands.size()); ++i)
      if (!stream->commands[i].is_end) list.add(stream->decode(program.family, i));
  return list.finish("seed");
}

void add_group(const Corpus& corpus, const isa::Program& program) {
  const auto& group = program.groups[0];
  const auto tiu_bytes = static_cast<unsigned>(group.tiu.bytes.size);
  Bytes seed{static_cast<std::uint8_t>(program.family == isa::Family::kBm1684x ? 5 : 4),
             static_cast<std::uint8_t>(group.tiu.commands.size()),
             static_cast<std::uint8_t>(group.gdma.commands.size()), static_cast<std::uint8_t>(tiu_bytes),
             static_cast<std::uint8_t>(tiu_bytes >> 8)};
  for (const auto* stream : {&group.tiu, &group.gdma}) isa::test::append(seed, stream->bytes.data, stream->bytes.size);
  corpus.write("decode", std::string(isa::name(program.family)) + "_group", seed);
}

/// One real command of each operation and form.
void add_real_commands(const Corpus& corpus, const std::vector<isa::Program>& programs) {
  std::map<std::pair<isa::Family, isa::Engine>, std::map<std::string, Bytes>> chosen;
  for (const auto& program : programs)
    for (const auto& group : program.groups)
      for (const auto* stream : {&group.tiu, &group.gdma})
        for (std::size_t i = 0; i < stream->commands.size(); ++i) {
          const auto instruction = stream->decode(program.family, i);
          const std::string key(isa::operation_name(instruction));
          auto& slot = chosen[{program.family, stream->engine}][key + std::string(isa::encoding_name(instruction))];
          if (slot.size() < 512)
            isa::test::append(slot, isa::encode(instruction).data(), isa::encode(instruction).size());
        }
  for (const auto& [where, commands] : chosen)
    for (const auto& [name, bytes] : commands) corpus.write_commands(where.first, where.second, "real_" + name, bytes);
}

Bytes compressed(const Bytes& bytes) {
  Bytes out(ZSTD_compressBound(bytes.size()));
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 19));
  return out;
}

void add_programs(const Corpus& corpus, const isa::Program& program) {
  const std::string chip = program.family == isa::Family::kBm1684x ? "BM1684X" : "BM1684";
  const auto file = [&](const isa::test::StageBuilder& stage, int address_mode) {
    isa::test::FileBuilder builder(chip);
    builder.address_mode = address_mode;
    builder.add_network("net", {stage});
    return builder.finish();
  };
  isa::test::StageBuilder stage;
  stage.coefficient_bytes = 32;
  stage.subnets.resize(1);
  stage.subnets[0].groups = program.groups;
  corpus.write("bmodel", chip + "_plain", file(stage, 0));
  corpus.write("bmodel", chip + "_compressed", compressed(file(stage, 1)));
  stage.subnets.resize(2);
  stage.subnets[0].next = {1};
  stage.subnets[1].mode = 1;
  stage.subnets[1].cpu_layers = {13, 46};
  corpus.write("bmodel", chip + "_cpu_layer", compressed(file(stage, 0)));
  stage.subnets[1] = {};
  stage.subnets[1].dynamic = 1;
  corpus.write("bmodel", chip + "_dynamic", compressed(file(stage, 0)));
}

template <class T>
void add_operations(const Corpus& corpus, isa::Family family, isa::Engine engine) {
  Bytes all;
  std::string name;
  for (const auto& operation : T::kOperations) {
    T instruction;
    if (name.empty()) name = std::string(operation.name);
    if constexpr (isa::kIsTiu<T>) {
      instruction.tsk_typ = T::kTskTyp;
      instruction.tsk_eu_typ = operation.code;
    } else if constexpr (isa::kIsBm1684x<T>) {
      instruction.cmd_type = T::kCmdType;
      instruction.cmd_special_function = operation.code;
    } else {
      instruction.special_func = operation.code;
    }
    const auto put = [&](const isa::Instruction& whole) {
      isa::test::append(all, isa::encode(whole).data(), isa::encode(whole).size());
    };
    for (const unsigned form : {0U, 1U}) {
      if constexpr (isa::kIsBm1684x<T>) {
        instruction.cmd_short = form;
        if constexpr (isa::kIsTiu<T>)
          put(isa::bm1684x::TiuInstruction(instruction));
        else
          put(isa::bm1684x::GdmaInstruction(instruction));
      } else if (form == 0) {
        if constexpr (isa::kIsTiu<T>)
          put(isa::bm1684::TiuInstruction(instruction));
        else
          put(isa::bm1684::GdmaInstruction(instruction));
      }
    }
  }
  corpus.write_commands(family, engine, "zero_" + name, all);
}

template <class Variant, std::size_t... I>
void add_operations(const Corpus& corpus, isa::Family family, isa::Engine engine, std::index_sequence<I...>) {
  (add_operations<std::variant_alternative_t<I, Variant>>(corpus, family, engine), ...);
}

template <class Variant>
void add_all_operations(const Corpus& corpus, isa::Family family, isa::Engine engine) {
  add_operations<Variant>(corpus, family, engine, std::make_index_sequence<std::variant_size_v<Variant>>());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::filesystem::path source(argv[1]);
  const Corpus corpus(argv[2]);
  std::vector<isa::Program> programs;
  for (const auto& entry : std::filesystem::directory_iterator(source / "traces"))
    if (entry.path().string().find(".bmodel.zst") != std::string::npos)
      programs.push_back(isa::load_program(isa::BModel::open(entry.path().string())));
  std::sort(programs.begin(), programs.end(), [](const auto& a, const auto& b) { return a.source < b.source; });
  add_real_commands(corpus, programs);
  for (const auto& program : programs)
    if (program.source.find("lenet") != std::string::npos) {
      const isa::Program start = beginning(program, 5);
      add_group(corpus, start);
      add_programs(corpus, start);
    }
  add_all_operations<isa::bm1684::TiuInstruction>(corpus, isa::Family::kBm1684, isa::Engine::kTiu);
  add_all_operations<isa::bm1684::GdmaInstruction>(corpus, isa::Family::kBm1684, isa::Engine::kGdma);
  add_all_operations<isa::bm1684x::TiuInstruction>(corpus, isa::Family::kBm1684x, isa::Engine::kTiu);
  add_all_operations<isa::bm1684x::GdmaInstruction>(corpus, isa::Family::kBm1684x, isa::Engine::kGdma);
  return 0;
}
