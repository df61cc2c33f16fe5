// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/experiment/store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>

#include "harness/experiment/columns.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr int kApplicationId = 0x626d6577;  // "bmew", tells a sweep from other SQLite files

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

/// Finalised when it goes out of scope.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  sqlite3_stmt* get() const { return statement_; }
  bool step() const { return sqlite3_step(statement_) == SQLITE_ROW; }
  std::string text(int column) const {
    const auto* found = sqlite3_column_text(statement_, column);
    return found == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(found));
  }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }

 private:
  sqlite3_stmt* statement_;
};

void bind_text(sqlite3_stmt* statement, int at, const std::string& text) {
  sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

}  // namespace

SweepStore::SweepStore(const std::string& path, const SweepIdentity& identity)
    : path_(path.empty() ? ":memory:" : path), identity_(identity), key_count_(identity.keys.size()) {
  std::error_code code;
  const bool is_new =
      path.empty() || !std::filesystem::exists(path, code) || std::filesystem::file_size(path, code) == 0;
  open();
  try {
    if (is_new)
      create(identity);
    else
      check(identity);
    std::string sql = "INSERT INTO point VALUES (?,?,?,?";
    const std::size_t others = identity.keys.size() + result_columns().size() + kTextColumns;
    for (std::size_t i = 0; i < others; ++i) sql += ",?";
    insert_ = prepare(sql + ")");
    if (has_layers()) insert_layer_ = prepare("INSERT INTO layer VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  } catch (...) {
    close();
    throw;
  }
}

SweepStore::~SweepStore() { close(); }

void SweepStore::open() {
  if (sqlite3_open_v2(path_.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) != SQLITE_OK)
    fail();
  execute("PRAGMA locking_mode=EXCLUSIVE");
}

void SweepStore::close() {
  sqlite3_finalize(insert_);
  sqlite3_finalize(insert_layer_);
  sqlite3_close(database_);
  insert_ = insert_layer_ = nullptr;
  database_ = nullptr;
}

void SweepStore::fail() const {
  const std::string reason = database_ == nullptr ? "out of memory" : sqlite3_errmsg(database_);
  const int code = database_ == nullptr ? SQLITE_NOMEM : sqlite3_errcode(database_);
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    throw Error({"E-SWEEP-BUSY", path_, reason, "a file that no other process writes", "the sweep is being written"});
  throw Error({"E-SWEEP-FILE", path_, reason,
               "a file that a sweep made, or a new one in a folder that can be written to",
               "the results cannot be stored"});
}

void SweepStore::execute(const std::string& sql) const {
  if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

sqlite3_stmt* SweepStore::prepare(const std::string& sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail();
  return statement;
}

void SweepStore::create(const SweepIdentity& identity) {
  execute("BEGIN IMMEDIATE");
  execute(fmt::format("PRAGMA application_id={}", kApplicationId));
  execute("CREATE TABLE run (schema TEXT, fingerprint TEXT, version TEXT, question TEXT, chip TEXT)");
  std::string columns = "number INTEGER PRIMARY KEY, key TEXT NOT NULL, program TEXT, network TEXT";
  for (const auto& key : identity.keys) columns += fmt::format(", {} NUMERIC", quoted(key));
  for (const auto& column : result_columns())
    columns += fmt::format(", {} {}", column.name, column.is_integer ? "INTEGER" : "REAL");
  execute("CREATE TABLE point (" + columns + ", status TEXT NOT NULL, outside TEXT, error TEXT)");
  if (has_layers())
    execute(
        "CREATE TABLE layer (point INTEGER NOT NULL, layer INTEGER NOT NULL, name TEXT, kind TEXT, active_ps INTEGER, "
        "critical_ps INTEGER, tiu_busy_ps INTEGER, gdma_busy_ps INTEGER, tiu_cycles INTEGER, gdma_cycles INTEGER, "
        "s2l_bytes INTEGER, l2s_bytes INTEGER, s2s_bytes INTEGER, l2l_bytes INTEGER, PRIMARY KEY (point, layer)) "
        "WITHOUT ROWID");
  const Statement insert(prepare("INSERT INTO run VALUES (?,?,?,?,?)"));
  const std::string* values[] = {&identity.fingerprint, &identity.version, &identity.question, &identity.chip_json};
  bind_text(insert.get(), 1, "bmemu.sweep/1");
  for (int i = 0; i < 4; ++i) bind_text(insert.get(), i + 2, *values[i]);
  if (sqlite3_step(insert.get()) != SQLITE_DONE) fail();
  execute("COMMIT");
}

void SweepStore::check(const SweepIdentity& identity) const {
  {
    const Statement id(prepare("PRAGMA application_id"));
    if (!id.step()) fail();
    if (id.integer(0) != kApplicationId)
      throw Error({"E-SWEEP-FILE", path_, "another kind of file", "a file that a sweep made, or a new one",
                   "the results cannot be stored"});
  }
  const Statement run(prepare("SELECT fingerprint, question, version FROM run"));
  if (!run.step()) fail();
  if (run.text(0) != identity.fingerprint)
    throw Error(
        {"E-SWEEP-FINGERPRINT", path_, fmt::format("{} (bmemu {})", run.text(1), run.text(2)),
         fmt::format("{} (bmemu {}), with the same programs and base chip", identity.question, identity.version),
         "the file holds another sweep"});
}

std::vector<std::pair<std::uint64_t, PointResult>> SweepStore::finished() const {
  std::vector<std::pair<std::uint64_t, PointResult>> list;
  const Statement rows(prepare("SELECT * FROM point ORDER BY number"));
  const int first = static_cast<int>(4 + key_count_);
  const int texts = first + static_cast<int>(result_columns().size());
  while (rows.step()) {
    PointResult result;
    for (std::size_t i = 0; i < result_columns().size(); ++i)
      if (const auto& column = result_columns()[i]; column.restore)
        column.restore(result.numbers, sqlite3_column_double(rows.get(), first + static_cast<int>(i)));
    result.outside = rows.text(texts + 1);
    result.error = rows.text(texts + 2);
    list.emplace_back(static_cast<std::uint64_t>(rows.integer(0)), std::move(result));
  }
  if (has_layers()) read_layers(list);
  return list;
}

void SweepStore::read_layers(std::vector<std::pair<std::uint64_t, PointResult>>& results) const {
  const Statement rows(prepare("SELECT * FROM layer ORDER BY point, layer"));
  auto at = results.begin();
  while (rows.step()) {
    const auto number = static_cast<std::uint64_t>(rows.integer(0));
    while (at != results.end() && at->first < number) ++at;
    if (at == results.end() || at->first != number) continue;
    LayerNumbers layer;
    layer.name = rows.text(2);
    layer.kind = rows.text(3);
    layer.active_ps = rows.integer(4);
    layer.critical_ps = rows.integer(5);
    for (std::size_t i = 0; i < 2; ++i) layer.busy_ps[i] = rows.integer(6 + static_cast<int>(i));
    for (std::size_t i = 0; i < 2; ++i) layer.cycles[i] = rows.integer(8 + static_cast<int>(i));
    for (std::size_t i = 0; i < 4; ++i)
      layer.bytes[i] = static_cast<std::uint64_t>(rows.integer(10 + static_cast<int>(i)));
    at->second.layers.push_back(std::move(layer));
  }
}

void SweepStore::add_layers(std::uint64_t number, const std::vector<LayerNumbers>& layers) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const LayerNumbers& layer = layers[i];
    int at = 1;
    const auto put = [&](auto value) { sqlite3_bind_int64(insert_layer_, at++, static_cast<sqlite3_int64>(value)); };
    put(number);
    put(i + 1);
    bind_text(insert_layer_, at++, layer.name);
    bind_text(insert_layer_, at++, layer.kind);
    put(layer.active_ps);
    put(layer.critical_ps);
    for (const auto time : layer.busy_ps) put(time);
    for (const auto count : layer.cycles) put(count);
    for (const auto bytes : layer.bytes) put(bytes);
    if (sqlite3_step(insert_layer_) != SQLITE_DONE) fail();
    sqlite3_reset(insert_layer_);
  }
}

void SweepStore::add(const std::vector<const SweepRow*>& rows, const std::vector<PointResult>& results) {
  execute("BEGIN IMMEDIATE");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = *rows[i];
    const auto& result = results[i];
    int at = 1;
    sqlite3_bind_int64(insert_, at++, static_cast<sqlite3_int64>(row.number));
    for (const auto* text : {&row.key, &row.program, &row.network}) bind_text(insert_, at++, *text);
    for (const auto& setting : row.settings)
      bind_text(insert_, at++, setting);  // NUMERIC columns turn numbers into numbers
    for (const auto& column : result_columns()) {
      const auto value = result.error.empty() ? column.read(result.numbers) : std::nullopt;
      if (!value)
        sqlite3_bind_null(insert_, at++);
      else if (column.is_integer)
        sqlite3_bind_int64(insert_, at++, static_cast<sqlite3_int64>(*value));
      else
        sqlite3_bind_double(insert_, at++, *value);
    }
    bind_text(insert_, at++, std::string(status_of(result)));
    for (const auto* text : {&result.outside, &result.error})
      if (text->empty())
        sqlite3_bind_null(insert_, at++);
      else
        bind_text(insert_, at++, *text);
    if (sqlite3_step(insert_) != SQLITE_DONE) fail();
    sqlite3_reset(insert_);
    if (has_layers()) add_layers(row.number, result.layers);
  }
  execute("COMMIT");
}

void SweepStore::compact() {
  if (path_ == ":memory:") return;
  const std::string fresh = path_ + ".part";
  std::error_code code;
  std::filesystem::remove(fresh, code);
  { const SweepStore tables(fresh, identity_); }
  {
    const Statement attach(prepare("ATTACH ? AS fresh"));
    bind_text(attach.get(), 1, fresh);
    if (sqlite3_step(attach.get()) != SQLITE_DONE) fail();
  }
  execute("INSERT INTO fresh.point SELECT * FROM main.point ORDER BY number");
  if (has_layers()) execute("INSERT INTO fresh.layer SELECT * FROM main.layer ORDER BY point, layer");
  execute("DETACH fresh");
  close();
  std::filesystem::rename(fresh, path_, code);
  open();
  if (code) fail();
}

}  // namespace bmemu::harness
