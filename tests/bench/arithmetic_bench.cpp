// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sums of products of ResNet50's convolutions, one thread: exact ones with every instruction set that this computer
// has, fast floats, and oneDNN's own convolutions of the same shapes. GMAC/s count the products that results need. Ours
// include bringing the weights into the order of the kernels, oneDNN's do not.
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <random>

#include "emulator/arithmetic/products/sum_fast.h"
#include "emulator/tiu/shared/taps.h"
#include "tests/bench/resnet50_shapes.h"

#if defined(BMEMU_BENCH_ONEDNN)
#include <omp.h>

#include "tests/bench/onednn_convolution.h"
#endif

namespace {

using namespace bmemu;
using namespace bmemu::emulator;
using bench::ConvolutionShape;

Window window_of(const ConvolutionShape& s) {
  const auto u32 = [](std::size_t x) { return static_cast<std::uint32_t>(x); };
  WindowAxis axis;
  axis.input = u32(s.image);
  axis.output = u32(s.result());
  axis.kernel = u32(s.kernel);
  axis.stride = u32(s.stride);
  axis.pad_before = axis.pad_after = u32(s.pad());
  return {axis, axis, PadMode::kConstant};
}

/// A convolution laid out as the emulator lays it out: `depth` is input channels, or pairs of them.
template <class T>
class Laid {
 public:
  Laid(const ConvolutionShape& shape, std::size_t depth, CpuPath cpu, T (*value)(std::mt19937&))
      : taps_(window_of(shape), depth), weights_(shape.outputs * depth * shape.kernel * shape.kernel) {
    std::mt19937 random(1);
    std::vector<T> plane(std::size_t{window_of(shape).y.extent()} * window_of(shape).x.extent());
    for (std::size_t c = 0; c < depth; ++c) {
      for (auto& x : plane) x = value(random);
      taps_.set(c, plane);
    }
    for (auto& w : weights_) w = value(random);
    for (std::size_t k = 0; k < shape.kernel * shape.kernel; ++k)
      for (std::size_t c = 0; c < depth; ++c) sum.taps.push_back(taps_.tap(c, k / shape.kernel, k % shape.kernel));
    sum.weights = rows_of(weights_.data(), sum.taps.size());
    sum.rows = shape.outputs;
    sum.columns = taps_.positions();
    sum.cpu = cpu;
  }
  Laid(const Laid&) = delete;
  Laid& operator=(const Laid&) = delete;

  std::size_t accumulators() const { return sum.rows * accumulator_stride(sum.columns); }
  ProductSum<T, T> sum;

 private:
  Taps<T> taps_;
  std::vector<T> weights_;
};

Pair any_pair(std::mt19937& random) {
  const auto byte = [&] { return static_cast<std::int16_t>(static_cast<int>(random() % 256) - 128); };
  return {byte(), byte()};
}
/// Floats that bf16 can hold, so that they serve as 16-bit operands too.
float any_float(std::mt19937& random) { return static_cast<float>(static_cast<int>(random() % 255) - 127) / 64; }

/// Runs every shape as often as it occurs.
template <class Make>
void run_shapes(benchmark::State& state, const std::vector<ConvolutionShape>& shapes, Make&& make) {
  double multiplications = 0;
  std::vector<std::function<void()>> runs;
  for (const auto& shape : shapes) {
    multiplications += static_cast<double>(shape.count) * shape.multiplications();
    runs.push_back(make(shape));
  }
  for (auto _ : state)
    for (std::size_t i = 0; i < shapes.size(); ++i)
      for (std::size_t n = 0; n < shapes[i].count; ++n) runs[i]();
  state.counters["GMAC/s"] = benchmark::Counter(multiplications / 1e9, benchmark::Counter::kIsIterationInvariantRate);
}

using Run = std::function<void()>;

Run int8_run(const ConvolutionShape& shape, CpuPath cpu) {
  auto laid = std::make_shared<Laid<Pair>>(shape, (shape.inputs + 1) / 2, cpu, any_pair);
  auto total = std::make_shared<std::vector<std::int32_t>>(laid->accumulators());
  return [=] { sum_wrapping(laid->sum, total->data()); };
}

Run f32_run(const ConvolutionShape& shape, CpuPath cpu) {
  auto laid = std::make_shared<Laid<float>>(shape, shape.inputs, cpu, any_float);
  auto even = std::make_shared<std::vector<float>>(laid->accumulators()), odd = even;
  odd = std::make_shared<std::vector<float>>(laid->accumulators());
  return [=] {
    std::fill(even->begin(), even->end(), 0.0F);
    std::fill(odd->begin(), odd->end(), 0.0F);
    sum_two_accumulators(laid->sum, even->data(), odd->data(), NanOf::kEven);
  };
}

Run half_run(const ConvolutionShape& shape, CpuPath cpu) {
  constexpr std::size_t kGroup = 32;
  auto laid = std::make_shared<Laid<float>>(shape, shape.inputs, cpu, any_float);
  auto total = std::make_shared<std::vector<float>>(laid->accumulators());
  std::vector<std::size_t> groups;
  for (std::size_t t = 0; t < laid->sum.taps.size(); t += kGroup)
    groups.push_back(std::min(kGroup, laid->sum.taps.size() - t));
  return [=] {
    std::fill(total->begin(), total->end(), 0.0F);
    sum_aligned_groups(laid->sum, groups, total->data());
  };
}

Run fast_run(const ConvolutionShape& shape, CpuPath cpu) {
  auto laid = std::make_shared<Laid<float>>(shape, shape.inputs, cpu, any_float);
  auto total = std::make_shared<std::vector<float>>(laid->accumulators());
  return [=] {
    std::fill(total->begin(), total->end(), 0.0F);
    sum_fast(laid->sum, total->data());
  };
}

void add(const std::string& name, const std::vector<ConvolutionShape>& shapes,
         const std::function<Run(const ConvolutionShape&)>& make) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    run_shapes(state, shapes, make);
  })->Unit(benchmark::kMillisecond);
}

void add_all(const std::string& what, const std::vector<ConvolutionShape>& shapes) {
  for (const CpuPath cpu : cpu_paths()) {
    const std::string end = "/" + std::string(name(cpu)) + "/" + what;
    add("exact_int8" + end, shapes, [cpu](const auto& shape) { return int8_run(shape, cpu); });
    add("exact_f32" + end, shapes, [cpu](const auto& shape) { return f32_run(shape, cpu); });
    add("exact_f16" + end, shapes, [cpu](const auto& shape) { return half_run(shape, cpu); });
    add("fast_float" + end, shapes, [cpu](const auto& shape) { return fast_run(shape, cpu); });
  }
#if defined(BMEMU_BENCH_ONEDNN)
  using Type = dnnl::memory::data_type;
  const auto add_onednn = [&](const std::string& type, Type source, Type weights, Type result) {
    add("onednn_" + type + "/" + what, shapes, [=](const ConvolutionShape& shape) -> Run {
      auto convolution = std::make_shared<bench::OneDnnConvolution>(shape, source, weights, result);
      return [=] { convolution->run(); };
    });
  };
  add_onednn("u8s8s32", Type::u8, Type::s8, Type::s32);
  add_onednn("f32", Type::f32, Type::f32, Type::f32);
  add_onednn("bf16", Type::bf16, Type::bf16, Type::f32);
#endif
}

}  // namespace

int main(int argc, char** argv) {
#if defined(BMEMU_BENCH_ONEDNN)
  omp_set_num_threads(1);  // threads that spin at barriers are many times slower on a shared machine
#endif
  add_all("resnet50", bench::resnet50_shapes());
  for (auto shape : bench::resnet50_shapes()) {
    shape.count = 1;
    add_all(shape.name(), {shape});
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
