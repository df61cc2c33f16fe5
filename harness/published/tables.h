// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Published figures of whole programs: times of their stages, of the TPU alone, and throughput.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bmemu::harness {

/// When a figure stood in its repository, as dates "2024-03-21". Tables without a history have empty ones.
struct Period {
  std::string first, last;
  bool is_current = false;  ///< stands in the last version at hand
};

/// Days, at least in order of their length, in which both stood; negative when there was no such day.
int overlap_days(const Period& a, const Period& b);

/// What every published figure says about itself.
struct Publication {
  std::string repository, path, commit;
  std::string sample;   ///< "YOLOv5": the folder of `path`
  std::string program;  ///< "yolov5_opencv.py"; empty for times of the TPU alone
  std::string model, bmodel;
  int batch = 1;
  std::string type;     ///< "fp32", "fp16", "int8"; empty: not said
  std::string chip;     ///< "bm1684", "bm1684x"
  std::string product;  ///< "SE5-16", "SoC", "PCIe"
  Period period;
  std::string note;
  int line = 0;  ///< of the table at hand

  /// "sophgo/sophon-demo sample/YOLOv5/README.md @c7c94bb0f664"
  std::string source() const;
  /// The value of `key=value` in the note. Keys are compared without case.
  std::optional<std::string> noted(std::string_view key) const;
};

/// Milliseconds per image of the stages of a program that does one after the other.
struct StageRow : Publication {
  std::optional<double> decode_ms, preprocess_ms, inference_ms, postprocess_ms;
};

/// Milliseconds per image of the TPU alone (bmrt_test).
struct TimeRow : Publication {
  std::string input_shape;
  std::string compiler;
  double ms = 0;
};

struct ThroughputRow : Publication {
  std::string metric;           ///< "QPS", "fps", "avg_FPS", "max_FPS"
  std::string stated;           ///< as published: "129", "≥500"
  std::optional<double> value;  ///< none for a bound
  std::optional<double> tpu_percent, cpu_percent;
  int channels = 0;  ///< 0: not said
};

/// The published tables; an empty path takes the table that comes with bmemu. Rows of other chips, and rows without a
/// number where one belongs, are left out. Errors: E-FILE-OPEN, E-ACCURACY-TABLE.
std::vector<StageRow> read_stages(const std::string& path = "");
std::vector<TimeRow> read_times(const std::string& path = "");
std::vector<ThroughputRow> read_throughput(const std::string& path = "");

/// The time of the TPU that belongs to the row: same sample, bmodel and chip, and of those the one that stood longest
/// together with it. Null: none.
const TimeRow* find_time(const StageRow& row, const std::vector<TimeRow>& times);

/// A file of harness/published/data, compiled into the library.
struct PublishedText {
  std::string_view file;
  std::string_view text;
};
std::vector<PublishedText> published_texts();

}  // namespace bmemu::harness
