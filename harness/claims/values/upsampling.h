// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Claims 4.1 and 4.2: another upsampling of chroma changes decoded images, and so results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/claims/claim.h"

namespace bmemu::harness {

struct ClaimOptions;

/// Three bytes per pixel, red first.
struct RgbImage {
  std::string name;
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;
};

enum class Chroma : unsigned char { k420, k422, k444, kGrey };

/// A JPEG decoded with interpolated chroma, and with repeated chroma. Values of 8 bits.
struct UpsamplingDifference {
  std::string image, kind;  ///< kind: "photograph", "graphics"
  Chroma chroma = Chroma::k420;
  double mean = 0, p99 = 0, max = 0;
  double psnr_db = 0;                        ///< infinite: 0 here
  double resized_mean = 0, resized_max = 0;  ///< after halving by the mean of four pixels
};

/// What bilinear and area resizing to another size differ by: a span, as the hardware's filter is not published.
struct ResizeSpan {
  std::string image;
  double mean = 0, max = 0;
};

/// What a trained network (harness/claims/values/trained.h) makes of a JPEG decoded in both ways.
struct PredictionChange {
  std::string image, network;
  Chroma chroma = Chroma::k420;
  std::size_t decisions = 0;  ///< places where a face may be
  std::size_t changed = 0;    ///< of them: a face in one and none in the other
  double largest = 0;         ///< difference of a probability
};

struct UpsamplingInputs {
  std::vector<UpsamplingDifference> differences;
  std::vector<ResizeSpan> spans;
  std::vector<PredictionChange> predictions;
};

/// Saturated stripes, checks and discs: what chroma resolution matters most for. Deterministic.
RgbImage saturated_graphics(int width, int height);
/// A JPEG file, decoded with interpolation. Errors: E-CLAIM-IMAGE.
RgbImage read_jpeg(const std::string& path);

/// Compresses the image (quality 90) and decodes it with both kinds of chroma. Errors: E-CLAIM-IMAGE.
struct DecodedTwice {
  RgbImage interpolated, repeated;
};
DecodedTwice decode_twice(const RgbImage& image, Chroma chroma);
UpsamplingDifference compare_upsampling(const RgbImage& image, const std::string& kind, Chroma chroma);

UpsamplingInputs upsampling_inputs(const ClaimOptions& options);
ClaimResult judge_upsampling(const UpsamplingInputs& inputs);

}  // namespace bmemu::harness
