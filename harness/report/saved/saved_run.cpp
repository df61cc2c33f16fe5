// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/saved/saved_run.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "harness/measure/listeners/path_walk.h"
#include "harness/measure/log_totals.h"
#include "harness/report/saved/network_json.h"
#include "harness/report/saved/result_json.h"
#include "isa/chip/chip_description.h"
#include "isa/error.h"
#include "isa/file_bytes.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kLevel = 6;  ///< of Zstandard
constexpr std::uint64_t kLargest = std::uint64_t{1} << 32;
constexpr std::string_view kSchema = "bmemu.run/1";

[[noreturn]] void bad(const std::string& where, const std::string& value, const std::string& legal) {
  throw Error({"E-RUN-SAVED", where, value, legal, "the file holds no saved run, or a damaged one"});
}

/// A column of integers of the log: how to read it from a record and how to put it back.
struct Column {
  const char* name;
  std::int64_t (*get)(const CommandRecord&);
  void (*set)(CommandRecord&, std::int64_t);
  std::int64_t lowest, highest;
};

constexpr std::int64_t kU32 = 0xFFFFFFFF;
constexpr std::int64_t kTime = std::int64_t{1} << 62;

template <class T>
constexpr T as(std::int64_t value) {
  return static_cast<T>(value);
}

constexpr Column kColumns[] = {
    {"engine", [](const CommandRecord& r) { return as<std::int64_t>(static_cast<int>(r.engine)); },
     [](CommandRecord& r, std::int64_t v) { r.engine = as<isa::Engine>(v); }, 0, 1},
    {"blocker", [](const CommandRecord& r) { return as<std::int64_t>(static_cast<int>(r.blocker)); },
     [](CommandRecord& r, std::int64_t v) { r.blocker = as<emulator::Blocker>(v); }, 0, 3},
    {"direction", [](const CommandRecord& r) { return as<std::int64_t>(static_cast<int>(r.direction)); },
     [](CommandRecord& r, std::int64_t v) { r.direction = as<emulator::Direction>(v); }, 0, 4},
    {"group", [](const CommandRecord& r) { return std::int64_t{r.group}; },
     [](CommandRecord& r, std::int64_t v) { r.group = as<std::uint32_t>(v); }, 0, kU32},
    {"index", [](const CommandRecord& r) { return std::int64_t{r.index}; },
     [](CommandRecord& r, std::int64_t v) { r.index = as<std::uint32_t>(v); }, 0, kU32},
    {"id", [](const CommandRecord& r) { return std::int64_t{r.id}; },
     [](CommandRecord& r, std::int64_t v) { r.id = as<std::uint32_t>(v); }, 0, kU32},
    {"dependency", [](const CommandRecord& r) { return std::int64_t{r.dependency}; },
     [](CommandRecord& r, std::int64_t v) { r.dependency = as<std::uint32_t>(v); }, 0, kU32},
    {"layer", [](const CommandRecord& r) { return std::int64_t{r.layer}; },
     [](CommandRecord& r, std::int64_t v) { r.layer = as<std::uint32_t>(v); }, 0, kU32},
    {"ideal_cycles", [](const CommandRecord& r) { return r.ideal_cycles; },
     [](CommandRecord& r, std::int64_t v) { r.ideal_cycles = v; }, 0, kTime},
    {"previous_end_ps", [](const CommandRecord& r) { return r.previous_end_ps; },
     [](CommandRecord& r, std::int64_t v) { r.previous_end_ps = v; }, 0, kTime},
    {"begin_ps", [](const CommandRecord& r) { return r.begin_ps; },
     [](CommandRecord& r, std::int64_t v) { r.begin_ps = v; }, 0, kTime},
    {"end_ps", [](const CommandRecord& r) { return r.end_ps; }, [](CommandRecord& r, std::int64_t v) { r.end_ps = v; },
     0, kTime},
    {"bytes", [](const CommandRecord& r) { return as<std::int64_t>(static_cast<std::int64_t>(r.bytes)); },
     [](CommandRecord& r, std::int64_t v) { r.bytes = as<std::uint64_t>(v); }, 0, kTime},
};

Json log_json(const CommandLog& log) {
  Json json;
  json["operation"] = Json::array();
  json["stack"] = Json::array();
  for (const Column& column : kColumns) json[column.name] = Json::array();
  for (const CommandRecord& record : log.records()) {
    for (const Column& column : kColumns) json[column.name].push_back(column.get(record));
    json["operation"].push_back(log.operation(record));
    Json stack = Json::array();  // cause, picoseconds, cause, picoseconds ...
    const emulator::TimeStack times = log.stack(record);
    for (std::size_t cause = 0; cause < emulator::kCauseCount; ++cause)
      if (times[cause] != 0) {
        stack.push_back(cause);
        stack.push_back(times[cause]);
      }
    json["stack"].push_back(std::move(stack));
  }
  return json;
}

/// The values of a saved run, found by key. Errors carry the key.
class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}
  template <class T>
  T get(const char* key) const {
    return value<T>(at(key), key);
  }
  bool has(const char* key) const { return json_.is_object() && json_.find(key) != json_.end(); }
  Reader in(const char* key) const { return Reader(at(key)); }
  const Json& at(const char* key) const {
    if (!json_.is_object() || json_.find(key) == json_.end()) bad(key, "nothing", "a value");
    return json_.at(key);
  }
  template <class T>
  static T value(const Json& json, const std::string& where) {
    try {
      return json.get<T>();
    } catch (const Json::exception&) {
      bad(where, fmt::format("{:.60}", json.dump()), "another type");
    }
  }

 private:
  const Json& json_;
};

std::string text_or_empty(const Json& json, const char* key) {
  return json.is_null() ? std::string() : Reader::value<std::string>(json, key);
}

isa::ChipSpec chip_of(const Reader& json) {
  const auto family = json.get<std::string>("family");
  if (family != name(isa::Family::kBm1684) && family != name(isa::Family::kBm1684x))
    bad("chip_description.family", family, "bm1684, bm1684x");
  // Parameters that a later bmemu added keep the built-in values: the run's times are saved and do not change.
  isa::ChipSpec chip = isa::load_chip(family);
  chip.name = json.get<std::string>("name");
  chip.product = text_or_empty(json.at("product"), "product");
  for (const auto& [key, entry] : json.at("parameters").items()) {
    const isa::Parameter* parameter = isa::find_parameter(key);
    if (parameter == nullptr) continue;
    const Reader reader(entry);
    isa::set_value(chip, *parameter, reader.get<double>("value"));
    isa::Origin& origin = chip.origins[key];
    origin.source = reader.get<std::string>("source");
    origin.set_by = reader.get<std::string>("set_by");
    const auto provenance = reader.get<std::string>("provenance");
    for (const auto p :
         {isa::Provenance::kStated, isa::Provenance::kDerived, isa::Provenance::kFitted, isa::Provenance::kAssumed})
      if (name(p) == provenance) origin.provenance = p;
  }
  return chip;
}

void read_log(const Reader& json, std::size_t layers, Run& run) {
  const auto operations = json.get<std::vector<std::string>>("operation");
  const auto stacks = json.get<std::vector<std::vector<std::int64_t>>>("stack");
  std::vector<CommandRecord> records(operations.size());
  for (const Column& column : kColumns) {
    const auto values = json.get<std::vector<std::int64_t>>(column.name);
    if (values.size() != records.size() || stacks.size() != records.size())
      bad(fmt::format("log.{}", column.name), fmt::format("{} rows", values.size()),
          fmt::format("{} rows", records.size()));
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (values[i] < column.lowest || values[i] > column.highest)
        bad(fmt::format("log.{} row {}", column.name, i), fmt::format("{}", values[i]),
            fmt::format("{}..{}", column.lowest, column.highest));
      column.set(records[i], values[i]);
    }
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    emulator::TimeStack stack{};
    if (stacks[i].size() % 2 != 0)
      bad(fmt::format("log.stack row {}", i), fmt::format("{} numbers", stacks[i].size()), "pairs of cause and time");
    for (std::size_t k = 0; k < stacks[i].size(); k += 2) {
      if (stacks[i][k] < 0 || stacks[i][k] >= static_cast<std::int64_t>(emulator::kCauseCount))
        bad(fmt::format("log.stack row {}", i), fmt::format("cause {}", stacks[i][k]),
            fmt::format("0..{}", emulator::kCauseCount - 1));
      if (stacks[i][k + 1] < 0)
        bad(fmt::format("log.stack row {}", i), fmt::format("{} ps", stacks[i][k + 1]), "0 or more");
      stack[static_cast<std::size_t>(stacks[i][k])] = stacks[i][k + 1];
    }
    const auto& r = records[i];
    if (r.layer != isa::LayerMap::kNone && r.layer + 1 >= layers)
      bad(fmt::format("log.layer row {}", i), fmt::format("{}", r.layer), fmt::format("0..{}", layers - 2));
    if (r.end_ps < r.begin_ps || r.begin_ps < r.previous_end_ps || r.id != r.index + 1 || r.group > records.size() ||
        r.index > records.size() || r.end_ps > run.result.length_ps ||
        emulator::total(stack) != r.end_ps - r.previous_end_ps)
      bad(fmt::format("log row {}", i),
          fmt::format("{} id {} from {} to {} ps", name(r.engine), r.id, r.begin_ps, r.end_ps),
          "a command of the run whose causes sum to its time");
    run.log.add(r, operations[i], stack);
  }
  run.log.finish(run.result.length_ps);
  if (const std::string fault = path_fault(run.log); !fault.empty())
    bad("log", fault, "commands in the order in which they ended");
}

emulator::TimeStack read_stack(const Json& json, const std::string& where) {
  emulator::TimeStack stack{};
  for (std::size_t cause = 0; cause < emulator::kCauseCount; ++cause) {
    const std::string key(name(static_cast<emulator::Cause>(cause)));
    if (json.find(key) != json.end())
      stack[cause] = Reader::value<std::int64_t>(json.at(key), fmt::format("{}.{}", where, key));
  }
  return stack;
}

/// What the listeners of a run would have found.
void add_totals(const Reader& json, Run& run) {
  RunResult& result = run.result;
  add_log_totals(run);
  result.tiu.stack = read_stack(json.in("stack").at("tiu"), "stack.tiu");
  result.gdma.stack = read_stack(json.in("stack").at("gdma"), "stack.gdma");
  for (const auto* engine : {&result.tiu, &result.gdma})
    if (emulator::total(engine->stack) != result.length_ps)
      bad("stack", fmt::format("{} ps", emulator::total(engine->stack)), fmt::format("{} ps", result.length_ps));
}

HostStage host_of(const Reader& json) {
  HostStage stage{json.get<std::string>("interface"),
                  json.get<std::string>("array"),
                  json.get<double>("inference_ms_per_image"),
                  json.get<double>("interface_ms_per_image"),
                  {}};
  for (const Json& part : json.at("parts")) {
    const Reader reader(part);
    stage.parts.push_back({reader.get<std::string>("name"), reader.get<double>("ms_per_image"),
                           reader.get<double>("units_per_image"), reader.get<std::string>("from")});
  }
  return stage;
}

RunNotes notes_of(const Reader& json) {
  RunNotes notes;
  notes.texts = json.get<std::vector<std::string>>("notes");
  for (const Json& part : json.at("left_out")) {
    const Reader reader(part);
    notes.left_out.emplace_back();
    notes.left_out.back().id = reader.get<std::string>("id");
    notes.left_out.back().subnet = reader.get<std::int32_t>("subnet");
    notes.left_out.back().what = reader.get<std::string>("what");
    notes.left_out.back().bytes_in = reader.get<std::uint64_t>("bytes_in");
    notes.left_out.back().bytes_out = reader.get<std::uint64_t>("bytes_out");
  }
  if (!json.at("values_end").is_null()) notes.values_end = json.get<std::string>("values_end");
  for (const Json& counts : json.at("value_counts")) {
    const Reader reader(counts);
    notes.counts.push_back({reader.get<std::string>("name"), reader.get<std::string>("kind"),
                            reader.get<std::uint64_t>("elements"), reader.get<std::uint64_t>("nan"),
                            reader.get<std::uint64_t>("infinite"), reader.get<std::uint64_t>("saturated")});
  }
  if (!json.at("first_not_finite").is_null()) notes.first_not_finite = json.get<std::string>("first_not_finite");
  const Json& unwritten = json.at("uninitialised");
  if (unwritten.find("probe") != unwritten.end()) {
    notes.probe.was_done = true;
    notes.probe.different = Reader(unwritten.at("probe")).get<std::vector<std::string>>("different");
  }
  if (json.has("host")) notes.host = host_of(Reader(json.at("host")));
  return notes;
}

Work work_of(const Reader& json) {
  Work work;
  work.macs = json.get<double>("macs");
  if (!json.at("type").is_null()) work.type = json.get<std::string>("type");
  work.peak_ms = json.get<double>("peak_ms");
  work.peak_tops = json.get<double>("peak_tops");
  for (const Json& operation : json.at("operations")) {
    const Reader reader(operation);
    OperationTotals totals;
    totals.operation = reader.get<std::string>("operation");
    totals.engine =
        reader.get<std::string>("engine") == isa::name(isa::Engine::kTiu) ? isa::Engine::kTiu : isa::Engine::kGdma;
    totals.commands = reader.get<std::uint64_t>("commands");
    totals.busy_ps = reader.get<std::int64_t>("busy_ps");
    totals.macs = reader.get<double>("macs");
    work.operations.push_back(std::move(totals));
  }
  return work;
}

Run run_of(const Reader& json) {
  if (json.get<std::string>("schema") != kSchema) bad("schema", json.get<std::string>("schema"), std::string(kSchema));
  Run run;
  RunResult& result = run.result;
  result.program = json.get<std::string>("program");
  result.network = json.get<std::string>("network");
  result.stage = json.get<std::uint32_t>("stage");
  result.batch = std::max<std::uint32_t>(1, json.get<std::uint32_t>("batch"));
  result.chip = chip_of(json.in("chip_description"));
  result.length_ps = json.get<std::int64_t>("length_ps");
  if (json.at("time_ms_interval").is_null()) {
    result.interval.unavailable = json.in("calibration").get<std::string>("unavailable");
  } else {
    const auto interval = json.get<std::vector<double>>("time_ms_interval");
    if (interval.size() != 2) bad("time_ms_interval", fmt::format("{} numbers", interval.size()), "2 numbers");
    result.interval.low_ms = interval[0];
    result.interval.high_ms = interval[1];
  }
  result.interval.type = json.in("calibration").get<std::string>("type");
  result.interval.outside = json.in("calibration").get<std::vector<std::string>>("outside");
  for (const Json& hazard : json.at("hazards"))
    result.hazards.push_back({Reader(hazard).get<std::string>("kind"), Reader(hazard).get<std::string>("where")});
  result.uninitialised.count = json.in("uninitialised").get<std::uint64_t>("count");
  result.uninitialised.where = json.in("uninitialised").get<std::vector<std::string>>("where");
  result.notes = notes_of(json);
  result.work = work_of(json.in("work"));
  if (const Json& values = json.at("values"); !values.is_null()) {
    result.arithmetic.emplace();
    if (Reader(values).get<std::string>("floats") == "fast") {
      result.arithmetic->floats = emulator::FloatMode::kFast;
      for (const auto path : {emulator::CpuPath::kBaseline, emulator::CpuPath::kAvx2, emulator::CpuPath::kAvx512})
        if (name(path) == Reader(values).get<std::string>("cpu")) result.arithmetic->cpu = path;
    }
  }
  for (const Json& layer : json.at("layers")) {
    result.layers.emplace_back();
    result.layers.back().name = Reader(layer).get<std::string>("name");
    result.layers.back().kind = Reader(layer).get<std::string>("kind");
  }
  result.layers.emplace_back();
  const Reader log = json.in("log");
  result.ideal_ps = log.get<std::int64_t>("ideal_ps");
  read_log(log, result.layers.size(), run);
  add_totals(json, run);
  try {
    run.network = network_from(json.at("operators"));
  } catch (const Json::exception& error) {
    bad("operators", fmt::format("{:.100}", error.what()), "the operators of the network");
  }
  return run;
}

}  // namespace

void save_run(const Run& run, std::ostream& out) {
  Json json = result_json(run.result);
  json["log"] = log_json(run.log);
  json["log"]["ideal_ps"] = run.result.ideal_ps;
  json["operators"] = network_json(run.network);
  const std::string text = json.dump();
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), kLevel);
  BMEMU_CHECK(ZSTD_isError(size) == 0, std::string("a run cannot be compressed: ") + ZSTD_getErrorName(size));
  out.write(packed.data(), static_cast<std::streamsize>(size));
}

Run load_run(const std::string& path) {
  const isa::FileBytes file = isa::read_file_bytes(path, [](isa::ByteView) { return kLargest; });
  try {
    const Json json = Json::parse(file.view.data, file.view.data + file.view.size, nullptr, false);
    if (json.is_discarded()) bad("file", "no JSON", "a file of `bmemu run --save`");
    return run_of(Reader(json));
  } catch (const Error& error) {
    throw error.in(path);
  }
}

bool is_saved_run(const std::string& path) {
  constexpr std::string_view kHead = "{\"schema\":\"bmemu.run/1\"";
  const isa::FileBytes file = isa::map_file(path);
  char head[kHead.size()] = {};
  if (!isa::is_zstd(file.view)) {
    std::copy_n(file.view.data, std::min<std::size_t>(file.view.size, kHead.size()), head);
  } else {  // the first bytes alone: a program may be large
    const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(), &ZSTD_freeDStream);
    ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, 31);
    ZSTD_inBuffer in{file.view.data, file.view.size, 0};
    ZSTD_outBuffer out{head, kHead.size(), 0};
    while (out.pos < out.size && in.pos < in.size)
      if (ZSTD_isError(ZSTD_decompressStream(stream.get(), &out, &in)) != 0) break;
  }
  return std::string_view(head, kHead.size()) == kHead;
}

}  // namespace bmemu::harness
