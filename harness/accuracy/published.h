// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Published run times of programs: the table that predictions are fitted to and judged by.
#pragma once

#include <string>
#include <vector>

namespace bmemu::harness {

/// Publications of one program differ by 5 % (median); three times that is no repetition.
inline constexpr double kOutpacedRatio = 1.15;

/// Share of matrix multiplications in a program's multiply-accumulates above which it is a transformer.
inline constexpr double kTransformerShare = 0.25;

/// One time that was published, of one run.
struct PublishedTime {
  std::string sample, model, shape, chip, type, compiler, date;
  int batch = 1;
  bool is_mixed = false;  ///< some layers in float
  double ms = 0;
};

struct PublishedRow {
  std::string file;     ///< program, relative to the folder of programs
  std::string network;  ///< name without chip, type and batch
  std::string chip;     ///< "bm1684", "bm1684x"
  std::string type;     ///< "fp32", "fp16", "int8"
  int batch = 1;
  std::string source;                       ///< where the time was published
  double published_ms = 0;                  ///< of one run, all images of the batch
  double comparable_ms = 0;                 ///< fastest publication of the same network by the same line of compilers
  double fastest_ms = 0;                    ///< fastest publication of the network or of a twin, whatever compiler
  double estimate_ms = 0;                   ///< the vendor compiler's, of one run; 0 = none
  bool is_mixed = false;                    ///< the published program keeps layers in float that this one has in int8
  bool other_compiler = false;              ///< published with the predecessor of the compiler that made the program
  bool has_relu_alone = false;              ///< activations of the program (baselines.h)
  double matrix_share = 0;                  ///< of the program's multiply-accumulates, in matrix multiplications
  double least_ms = 0;                      ///< what no silicon runs the program faster than (least_time.h)
  double weight = 1;                        ///< in a fit
  std::vector<PublishedTime> publications;  ///< of the same network, by date
  std::vector<double> stages_ms;            ///< inference of one run in the vendor's sample programs, shortest first

  /// Networks that are variants of one another ("yolov8s", "yolov8s-seg", "yolov8s_opt") share a fold.
  std::string fold() const;
  /// Another release ran the network clearly faster: what was published says more about a compiler than about silicon.
  bool is_outpaced() const;
  /// The program at hand takes longer at its ideal cost than what was published.
  bool is_impossible() const { return least_ms > published_ms; }
  bool is_transformer() const { return matrix_share > kTransformerShare; }
  /// Counts in the fit and in the score: a convolutional network, one precision, made like the program at hand. None of
  /// this looks at a prediction.
  bool is_scored() const {
    return !is_mixed && !is_outpaced() && !is_impossible() && !other_compiler && !is_transformer();
  }
  std::string why_not_scored() const;  ///< empty: it is
  std::string name() const;            ///< "resnet50 int8 4b"
};

/// Rows with a published time, in file order. Columns are found by name: file, model, chip, dtype, batch,
/// published_ms_per_image; published_source, vendor_estimate_ms_per_image, int8_published and notes when they are
/// there. Errors: E-FILE-OPEN, E-ACCURACY-TABLE (a missing column, a number that is none).
std::vector<PublishedRow> read_published(const std::string& path);

}  // namespace bmemu::harness
