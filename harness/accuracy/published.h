// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Published run times of programs: the table that predictions are fitted to and judged by.
#pragma once

#include <string>
#include <vector>

namespace bmemu::harness {

struct PublishedRow {
  std::string file;     ///< program, relative to the folder of programs
  std::string network;  ///< name without chip, type and batch
  std::string chip;     ///< "bm1684", "bm1684x"
  std::string type;     ///< "fp32", "fp16", "int8"
  int batch = 1;
  double published_ms = 0;      ///< of one run, all images of the batch
  double estimate_ms = 0;       ///< the vendor compiler's, of one run; 0 = none
  bool is_mixed = false;        ///< the published program keeps layers in float that this one has in int8
  bool other_compiler = false;  ///< published with an older compiler than the program's
  double weight = 1;            ///< in a fit

  /// Networks that are variants of one another ("yolov8s", "yolov8s-seg", "yolov8s_opt") share a fold.
  std::string fold() const;
  std::string name() const;  ///< "resnet50 int8 4b"
};

/// Rows with a published time, in file order. Columns are found by name: file, model, chip, dtype, batch,
/// published_ms_per_image; vendor_estimate_ms_per_image, int8_published and notes when they are there.
/// Errors: E-FILE-OPEN, E-ACCURACY-TABLE (a missing column, a number that is none).
std::vector<PublishedRow> read_published(const std::string& path);

}  // namespace bmemu::harness
