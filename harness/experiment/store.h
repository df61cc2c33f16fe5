// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A sweep's results in one SQLite file: what was asked (table `run`), a row for each point (table `point`), and, where
// they were asked for, a row for each layer of each point (table `layer`).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/experiment/point.h"

struct sqlite3;
struct sqlite3_stmt;

namespace bmemu::harness {

/// What a sweep is: two sweeps with equal `fingerprint` have equal points.
struct SweepIdentity {
  std::string fingerprint;        ///< hash of programs, base chip, design and version of bmemu
  std::string version;            ///< of bmemu
  std::string question;           ///< the options that make the design, for people
  std::string chip_json;          ///< effective base chip (schema of `bmemu chips show --json`)
  std::vector<std::string> keys;  ///< axes: columns of `point`
  LayerRows layers = LayerRows::kOff;
};

/// One row of `point` before it has run.
struct SweepRow {
  std::uint64_t number = 0;  ///< from 1
  std::string key;           ///< point_key
  std::string program, network;
  std::vector<std::string> settings;  ///< in the order of SweepIdentity::keys
};

/// Contract: what `add` was given is on disk when it returns. One process writes a file at a time.
class SweepStore {
 public:
  /// Opens or makes `path`; empty: in memory. Errors: E-SWEEP-FILE (no SQLite file of a sweep, or it cannot be
  /// written), E-SWEEP-FINGERPRINT (a sweep with another question is in the file), E-SWEEP-BUSY (another process writes
  /// it).
  SweepStore(const std::string& path, const SweepIdentity& identity);
  ~SweepStore();
  SweepStore(const SweepStore&) = delete;
  SweepStore& operator=(const SweepStore&) = delete;

  /// Results by number of the points that are there already, failed ones included.
  std::vector<std::pair<std::uint64_t, PointResult>> finished() const;
  /// One transaction.
  void add(const std::vector<const SweepRow*>& rows, const std::vector<PointResult>& results);
  /// Rewrites the file so that its bytes depend on its content alone, whatever order and interruptions it was made in.
  void compact();

 private:
  bool has_layers() const { return identity_.layers == LayerRows::kOn; }
  void execute(const std::string& sql) const;
  sqlite3_stmt* prepare(const std::string& sql) const;
  void add_layers(std::uint64_t number, const std::vector<LayerNumbers>& layers);
  void read_layers(std::vector<std::pair<std::uint64_t, PointResult>>& results) const;
  void create(const SweepIdentity& identity);
  void check(const SweepIdentity& identity) const;
  [[noreturn]] void fail() const;
  void open();
  void close();

  std::string path_;
  SweepIdentity identity_;
  std::size_t key_count_ = 0;
  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* insert_layer_ = nullptr;  ///< null without rows of layers
};

}  // namespace bmemu::harness
