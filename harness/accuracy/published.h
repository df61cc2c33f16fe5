// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Published run times of programs: the table that predictions are fitted to and judged by.
#pragma once

#include <string>
#include <vector>

namespace bmemu::harness {

/// Publications of one program differ by 5 % (median).
inline constexpr double kOutpacedRatio = 1.15;

struct PublishedRow {
  std::string file;     ///< program, relative to the folder of programs
  std::string network;  ///< name without chip, type and batch
  std::string chip;     ///< "bm1684", "bm1684x"
  std::string type;     ///< "fp32", "fp16", "int8"
  int batch = 1;
  std::string source;           ///< where the time was published
  double published_ms = 0;      ///< of one run, all images of the batch
  double fastest_ms = 0;        ///< of all publications of the program; `published_ms` when no other is known
  double estimate_ms = 0;       ///< the vendor compiler's, of one run; 0 = none
  bool is_mixed = false;        ///< the published program keeps layers in float that this one has in int8
  bool other_compiler = false;  ///< published with an older compiler than the program's
  double weight = 1;            ///< in a fit

  /// Networks that are variants of one another ("yolov8s", "yolov8s-seg", "yolov8s_opt") share a fold.
  std::string fold() const;
  /// Another release ran the program clearly faster: what was published says more about a compiler than about silicon.
  bool is_outpaced() const;
  std::string name() const;  ///< "resnet50 int8 4b"
};

/// No convolutional network: its errors say nothing about those of others.
bool is_transformer(const PublishedRow& row);

/// Rows with a published time, in file order. Columns are found by name: file, model, chip, dtype, batch,
/// published_ms_per_image; published_source, vendor_estimate_ms_per_image, int8_published and notes when they are
/// there. Errors: E-FILE-OPEN, E-ACCURACY-TABLE (a missing column, a number that is none).
std::vector<PublishedRow> read_published(const std::string& path);

}  // namespace bmemu::harness
