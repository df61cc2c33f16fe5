// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/values/upsampling.h"

#include <fmt/format.h>
#include <turbojpeg.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <memory>

#include "harness/claims/experiments.h"
#include "harness/claims/values/trained.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr int kQuality = 90;
constexpr std::array<Chroma, 4> kChromas = {Chroma::k420, Chroma::k422, Chroma::k444, Chroma::kGrey};
/// Share of a detector's decisions that is much.
constexpr double kMuch = 0.05;

const char* name_of(Chroma chroma) {
  constexpr const char* kNames[] = {"4:2:0", "4:2:2", "4:4:4", "grey"};
  return kNames[static_cast<std::size_t>(chroma)];
}

bool is_subsampled(Chroma chroma) { return chroma == Chroma::k420 || chroma == Chroma::k422; }

int subsampling(Chroma chroma) {
  constexpr int kCodes[] = {TJSAMP_420, TJSAMP_422, TJSAMP_444, TJSAMP_GRAY};
  return kCodes[static_cast<std::size_t>(chroma)];
}

struct HandleDeleter {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, HandleDeleter>;

[[noreturn]] void fail(const std::string& image, void* handle) {
  throw Error({"E-CLAIM-IMAGE", image, "", "a JPEG", handle == nullptr ? "no memory" : tjGetErrorStr2(handle)});
}

RgbImage decode(const std::string& name, const std::vector<std::uint8_t>& jpeg, int flags) {
  const Handle handle(tjInitDecompress());
  RgbImage image;
  image.name = name;
  int sampling = 0, space = 0;
  if (!handle ||
      tjDecompressHeader3(handle.get(), jpeg.data(), jpeg.size(), &image.width, &image.height, &sampling, &space) != 0)
    fail(name, handle.get());
  image.pixels.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3);
  if (tjDecompress2(handle.get(), jpeg.data(), jpeg.size(), image.pixels.data(), image.width, 0, image.height, TJPF_RGB,
                    flags | TJFLAG_ACCURATEDCT) != 0)
    fail(name, handle.get());
  return image;
}

std::vector<std::uint8_t> encode(const RgbImage& image, Chroma chroma) {
  const Handle handle(tjInitCompress());
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  if (!handle || tjCompress2(handle.get(), image.pixels.data(), image.width, 0, image.height, TJPF_RGB, &bytes, &size,
                             subsampling(chroma), kQuality, TJFLAG_ACCURATEDCT) != 0)
    fail(image.name, handle.get());
  std::vector<std::uint8_t> jpeg(bytes, bytes + size);
  tjFree(bytes);
  return jpeg;
}

/// Mean of blocks of 2 x 2.
RgbImage halve(const RgbImage& image) {
  RgbImage half{image.name, image.width / 2, image.height / 2, {}};
  const auto at = [&](int x, int y, int c) {
    return int(image.pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) +
                             static_cast<std::size_t>(x)) *
                                3 +
                            static_cast<std::size_t>(c)]);
  };
  for (int y = 0; y < half.height; ++y)
    for (int x = 0; x < half.width; ++x)
      for (int c = 0; c < 3; ++c)
        half.pixels.push_back(static_cast<std::uint8_t>((at(2 * x, 2 * y, c) + at(2 * x + 1, 2 * y, c) +
                                                         at(2 * x, 2 * y + 1, c) + at(2 * x + 1, 2 * y + 1, c) + 2) /
                                                        4));
  return half;
}

/// Every second pixel: what halving by the nearest pixel gives.
RgbImage every_second(const RgbImage& image) {
  RgbImage half{image.name, image.width / 2, image.height / 2, {}};
  for (int y = 0; y < half.height; ++y)
    for (int x = 0; x < half.width; ++x)
      for (std::size_t c = 0; c < 3; ++c)
        half.pixels.push_back(image.pixels[(static_cast<std::size_t>(2 * y) * static_cast<std::size_t>(image.width) +
                                            static_cast<std::size_t>(2 * x)) *
                                               3 +
                                           c]);
  return half;
}

struct Statistics {
  double mean = 0, p99 = 0, max = 0, psnr_db = 0;
};
Statistics difference(const RgbImage& a, const RgbImage& b) {
  std::array<std::size_t, 256> counts{};
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    const int d = std::abs(int(a.pixels[i]) - int(b.pixels[i]));
    ++counts[static_cast<std::size_t>(d)];
    sum += d, squares += double(d) * d;
  }
  Statistics result;
  const auto n = static_cast<double>(a.pixels.size());
  result.mean = sum / n;
  result.psnr_db = squares > 0 ? 10 * std::log10(255.0 * 255.0 * n / squares) : 0;
  std::size_t seen = 0;
  for (std::size_t d = 0; d < counts.size(); ++d) {
    if (static_cast<double>(seen) < 0.99 * n) result.p99 = static_cast<double>(d);
    seen += counts[d];
    if (counts[d] > 0) result.max = static_cast<double>(d);
  }
  return result;
}

std::string number(double value) { return fmt::format("{:.3g}", value); }

/// What the differences of all images say together.
struct Decoded {
  std::size_t subsampled = 0, differ = 0;
  std::size_t controls = 0, equal_controls = 0;  ///< images without chroma to upsample
  double photograph = 0, graphics = 0;           ///< largest mean difference
};

Decoded all_of(const std::vector<UpsamplingDifference>& differences) {
  Decoded all;
  for (const auto& one : differences) {
    if (!is_subsampled(one.chroma)) {
      ++all.controls;
      all.equal_controls += one.max == 0 ? 1 : 0;
      continue;
    }
    ++all.subsampled;
    all.differ += one.max > 0 ? 1 : 0;
    double& largest = one.kind == "photograph" ? all.photograph : all.graphics;
    largest = std::max(largest, one.mean);
  }
  return all;
}

EvidenceTable table_of(const std::vector<UpsamplingDifference>& differences) {
  EvidenceTable table{
      "Decoded with interpolated and with repeated chroma: difference of 8-bit values",
      {"image", "kind", "chroma", "mean", "99th percentile", "max", "PSNR dB", "halved: mean", "halved: max"},
      {},
      "libjpeg-turbo, quality 90, accurate DCT; 4:4:4 and grey have no chroma to upsample."};
  for (const auto& one : differences)
    table.rows.push_back({one.image, one.kind, name_of(one.chroma), number(one.mean), number(one.p99), number(one.max),
                          one.max > 0 ? number(one.psnr_db) : "equal", number(one.resized_mean),
                          number(one.resized_max)});
  return table;
}

EvidenceTable table_of(const std::vector<ResizeSpan>& spans) {
  EvidenceTable table{"Resizing as a span: mean of four pixels against the nearest one",
                      {"image", "mean", "max"},
                      {},
                      "The filter of the hardware's resizing is not published."};
  for (const auto& span : spans) table.rows.push_back({span.image, number(span.mean), number(span.max)});
  return table;
}

struct Decisions {
  std::size_t all = 0, changed = 0;
  double largest = 0;  ///< change of a probability
};

Decisions all_of(const std::vector<PredictionChange>& predictions) {
  Decisions all;
  for (const auto& one : predictions) {
    all.all += one.decisions;
    all.changed += one.changed;
    all.largest = std::max(all.largest, one.largest);
  }
  return all;
}

EvidenceTable table_of(const std::vector<PredictionChange>& predictions) {
  EvidenceTable table{"What a trained face detector makes of it (MTCNN, in double precision)",
                      {"image", "network", "chroma", "places", "decided otherwise", "largest change of probability"},
                      {},
                      "The network sees windows of the photograph at a quarter and at half of its size."};
  for (const auto& one : predictions)
    table.rows.push_back({one.image, one.network, name_of(one.chroma), fmt::format("{}", one.decisions),
                          fmt::format("{}", one.changed), fmt::format("{:.4f}", one.largest)});
  return table;
}

std::string effect_of(const Decisions& decisions) {
  if (decisions.all == 0) return "Whether predictions change cannot be told: no trained network at hand";
  return fmt::format(
      "A trained face detector decides {} of {} places otherwise ({:.2f} %), and its probabilities change by {:.3f} at "
      "most",
      decisions.changed, decisions.all, 100 * double(decisions.changed) / double(decisions.all), decisions.largest);
}

Verdict verdict_of(const Decoded& decoded, const Decisions& decisions) {
  if (decoded.differ == 0) return Verdict::kRefuted;
  const bool is_much = decisions.all > 0 && double(decisions.changed) > kMuch * double(decisions.all);
  return decoded.differ == decoded.subsampled && !is_much ? Verdict::kConfirmed : Verdict::kPartly;
}

}  // namespace

RgbImage saturated_graphics(int width, int height) {
  constexpr std::array<std::array<std::uint8_t, 3>, 6> kColours = {
      {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 0}, {255, 0, 255}, {0, 255, 255}}};
  RgbImage image{"saturated graphics", width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      std::size_t colour = 0;
      if (y < height / 3)
        colour = static_cast<std::size_t>(x / 5) % 6;  // stripes that no chroma sample falls on evenly
      else if (y < 2 * height / 3)
        colour = static_cast<std::size_t>((x / 7 + y / 7) % 2) * 2;
      else
        colour = (x % 40 - 20) * (x % 40 - 20) + (y % 40 - 20) * (y % 40 - 20) < 200 ? 0 : 5;
      image.pixels.insert(image.pixels.end(), kColours[colour].begin(), kColours[colour].end());
    }
  return image;
}

RgbImage read_jpeg(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error({"E-CLAIM-IMAGE", path, "", "a JPEG", "cannot be opened"});
  const std::vector<std::uint8_t> jpeg{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return decode(path, jpeg, 0);
}

DecodedTwice decode_twice(const RgbImage& image, Chroma chroma) {
  const auto jpeg = encode(image, chroma);
  return {decode(image.name, jpeg, 0), decode(image.name, jpeg, TJFLAG_FASTUPSAMPLE)};
}

UpsamplingDifference compare_upsampling(const RgbImage& image, const std::string& kind, Chroma chroma) {
  const auto [fancy, plain] = decode_twice(image, chroma);
  const Statistics whole = difference(fancy, plain);
  const Statistics half = difference(halve(fancy), halve(plain));
  return {image.name, kind, chroma, whole.mean, whole.p99, whole.max, whole.psnr_db, half.mean, half.max};
}

ClaimResult judge_upsampling(const UpsamplingInputs& inputs) {
  const Decoded decoded = all_of(inputs.differences);
  const Decisions decisions = all_of(inputs.predictions);
  const std::string outcome = fmt::format(
      "{} of {} subsampled JPEGs decode differently; mean difference up to {:.2f} of 255 on photographs, {:.2f} "
      "on saturated graphics",
      decoded.differ, decoded.subsampled, decoded.photograph, decoded.graphics);
  const std::string effect = effect_of(decisions);
  const std::string cause =
      fmt::format("{} of {} controls (4:4:4, grey) are equal to the bit", decoded.equal_controls, decoded.controls);

  ClaimResult result;
  if (decoded.subsampled == 0)
    result.outcome = {Verdict::kCannotTell, "no image"};
  else
    result.outcome = {verdict_of(decoded, decisions), outcome + ". " + effect};
  if (decoded.controls == 0 || decoded.differ == 0)
    result.cause = {Verdict::kCannotTell, decoded.controls == 0 ? "no control" : "nothing to explain"};
  else
    result.cause = {decoded.equal_controls == decoded.controls ? Verdict::kConfirmed : Verdict::kRefuted,
                    cause + ": where chroma has full size nothing differs, so upsampling is the cause"};
  result.figure = fmt::format("mean difference {:.2f} on photographs, {:.2f} on saturated graphics, 0 on controls",
                              decoded.photograph, decoded.graphics);
  result.numbers = {{"mean_photographs", decoded.photograph},
                    {"mean_graphics", decoded.graphics},
                    {"controls_equal", double(decoded.equal_controls)},
                    {"decisions", double(decisions.all)},
                    {"decisions_changed", double(decisions.changed)}};
  const std::string command = "bmemu claims 4.1 --evidence";
  result.evidence = {
      {outcome, command, Basis::kModel}, {effect, command, Basis::kModel}, {cause, command, Basis::kModel}};
  Plot plot{Plot::Kind::kBars, "Mean difference of decoded values", "", "of 255", {}, 0};
  for (const auto& one : inputs.differences)
    plot.points.push_back({one.image + " " + name_of(one.chroma), 0, one.mean, one.kind});
  result.plots.push_back(std::move(plot));
  result.tables = {table_of(inputs.differences), table_of(inputs.predictions), table_of(inputs.spans)};
  result.sources = {
      "sophgo/sophon-demo docs/FAQ_EN.md 4.1, 4.2",
      "photographs: scikit-image's data; detector: Zhang et al. 2016, weights of PyPI's facenet-pytorch 2.6.0 "
      "(traces/README.md)"};
  return result;
}

UpsamplingInputs upsampling_inputs(const ClaimOptions& options) {
  UpsamplingInputs inputs;
  const auto add = [&](const RgbImage& image, const std::string& kind) {
    for (const Chroma chroma : kChromas) inputs.differences.push_back(compare_upsampling(image, kind, chroma));
    const Statistics span = difference(halve(image), every_second(image));
    inputs.spans.push_back({image.name, span.mean, span.max});
  };
  const auto networks = trained_networks(options);
  for (const auto& image : photographs(options)) {
    add(image, "photograph");
    for (const auto& network : networks)
      for (const Chroma chroma : {Chroma::k420, Chroma::k422, Chroma::k444}) {
        const auto [fancy, plain] = decode_twice(image, chroma);
        OutputChange change;
        const auto seen = windows_of(network, fancy), other = windows_of(network, plain);
        for (std::size_t i = 0; i < seen.size(); ++i)
          change.add(compute(network, seen[i]), compute(network, other[i]), network.threshold);
        inputs.predictions.push_back(
            {image.name, network.name, chroma, change.decisions, change.changed, change.largest});
      }
  }
  add(saturated_graphics(480, 360), "graphics");
  return inputs;
}

ClaimResult test_upsampling(const ClaimOptions& options) { return judge_upsampling(upsampling_inputs(options)); }

}  // namespace bmemu::harness
