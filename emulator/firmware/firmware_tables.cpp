// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/firmware/firmware_tables.h"

#include <cmath>
#include <numeric>
#include <vector>

#include "emulator/arithmetic/half.h"
#include "isa/layout/address_map.h"

namespace bmemu::emulator {
namespace {

constexpr double kPi = 3.14159265358979323846;

constexpr std::uint64_t kStaticTablesEnd = 0xBC0;  ///< of BM1684X, in static memory
constexpr std::uint64_t kL2Tables = 0x300000;      ///< of BM1684
constexpr std::uint64_t kWarp = 0x303800;
constexpr std::uint64_t kWarpBytes = 131072;
constexpr std::uint64_t kL2TablesEnd = kWarp + kWarpBytes;

/// Coefficients of x^0, x^1, ...
using Series = std::vector<double>;

template <class Coefficient>
Series series(std::size_t count, Coefficient&& coefficient) {
  Series result(count);
  for (std::size_t k = 0; k < count; ++k) result[k] = coefficient(k);
  return result;
}

double inverse_factorial(std::size_t n) {
  double value = 1;
  for (std::size_t i = 2; i <= n; ++i) value /= static_cast<double>(i);
  return value;
}

double alternating(std::size_t k) { return k % 2 == 0 ? 1.0 : -1.0; }

/// exp(x) = sum of x^k / k!
double exp_coefficient(std::size_t k) { return inverse_factorial(k); }

/// ln(1 + x) = x - x^2/2 + x^3/3 - ...
double log_coefficient(std::size_t k) { return k == 0 ? 0.0 : -alternating(k) / static_cast<double>(k); }

/// sin(x) = sum of coefficient * x^(2k+1)
double sin_coefficient(std::size_t k) { return alternating(k) * inverse_factorial(2 * k + 1); }

/// arcsin(x) = sum of coefficient * x^(2k+1)
double arcsin_coefficient(std::size_t k) {
  double value = 1;
  for (std::size_t i = 1; i <= k; ++i) value *= (2.0 * static_cast<double>(i) - 1.0) / (2.0 * static_cast<double>(i));
  return value / (2.0 * static_cast<double>(k) + 1.0);
}

/// tan(pi x) = sum of coefficient * x^(2k+1); coefficient = 4/pi * 2^(2k+1) * sum over odd j of j^-(2k+2)
double tan_pi_coefficient(std::size_t k) {
  const double power = 2.0 * static_cast<double>(k) + 2.0;
  double sum = k == 0 ? kPi * kPi / 8.0 : 0.0;
  if (k != 0)
    for (int j = 20001; j >= 1; j -= 2) sum += std::pow(static_cast<double>(j), -power);
  return 4.0 / kPi * std::ldexp(sum, static_cast<int>(2 * k + 1));
}

double power_of_two_pi(std::size_t n) { return std::pow(2.0 * kPi, static_cast<double>(n)); }

class Writer {
 public:
  Writer(memory::ChipMemory& memory, std::uint64_t base) : memory_(memory), base_(base) {}

  void f32(std::uint64_t offset, const Series& values) {
    std::vector<float> words(values.begin(), values.end());
    memory_.write(base_ + offset, words.data(), words.size() * sizeof(float));
  }
  void f16(std::uint64_t offset, const Series& values) { halves(offset, values, f32_to_f16); }
  void bf16(std::uint64_t offset, const Series& values) { halves(offset, values, f32_to_bf16); }
  template <class T>
  void raw(std::uint64_t offset, const std::vector<T>& values) {
    memory_.write(base_ + offset, values.data(), values.size() * sizeof(T));
  }

 private:
  /// Two values per word, made from the f32 values.
  template <class Convert>
  void halves(std::uint64_t offset, const Series& values, Convert&& convert) {
    std::vector<std::uint16_t> packed;
    for (const double value : values) packed.push_back(convert(static_cast<float>(value)));
    raw(offset, packed);
  }

  memory::ChipMemory& memory_;
  std::uint64_t base_;
};

void load_bm1684x(Writer table) {
  const Series sine = series(32, [](std::size_t k) { return sin_coefficient(k) * power_of_two_pi(2 * k + 1); });
  const Series cosine =
      series(32, [](std::size_t k) { return alternating(k) * inverse_factorial(2 * k) * power_of_two_pi(2 * k); });
  const auto head = [](const Series& whole) { return Series(whole.begin(), whole.begin() + 16); };
  table.f32(0x000, series(192, [](std::size_t i) { return std::exp(static_cast<double>(i) - 103.0); }));
  table.f32(0x400, series(32, exp_coefficient));
  table.f32(0x480, series(64, log_coefficient));
  // erf by the polynomial of Numerical Recipes.
  table.f32(0x580, {-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
                    -0.82215223, 0.17087277});
  std::vector<std::int32_t> serial(64);
  std::iota(serial.begin(), serial.end(), 0);
  table.raw(0x5C0, serial);
  table.f32(0x6C0, sine);
  table.f32(0x740, cosine);
  table.f32(0x7C0, series(64, arcsin_coefficient));
  table.f32(0x8C0, series(32, tan_pi_coefficient));
  table.f16(0x940, series(16, exp_coefficient));
  table.bf16(0x980, series(16, exp_coefficient));
  table.f16(0x9C0, series(16, log_coefficient));
  table.bf16(0xA00, series(16, log_coefficient));
  table.f16(0xA40, head(sine));
  table.bf16(0xA80, head(sine));
  table.f16(0xAC0, head(cosine));
  table.bf16(0xB00, head(cosine));
  table.f32(0xB40, series(32, [](std::size_t k) { return alternating(k) / (2.0 * static_cast<double>(k) + 1.0); }));
}

/// 1/(k+1)! as this chip's firmware makes it: each entry is the one before divided, in f32.
Series successive_inverse_factorials(std::size_t count) {
  Series result(count);
  float value = 1;
  for (std::size_t k = 0; k < count; ++k) result[k] = value = value / static_cast<float>(k + 1);
  return result;
}

/// arcsin_coefficient as this chip's firmware makes it: products of odd and of even numbers grow in f32 and are then
/// divided. From the 29th on both are infinite.
double arcsin_by_products(std::size_t k) {
  float odd = 1;
  float even = 1;
  for (std::size_t i = 1; i <= k; ++i) {
    odd *= static_cast<float>(2 * i - 1);
    even *= static_cast<float>(2 * i);
  }
  return odd / even / static_cast<float>(2 * k + 1);
}

/// Tables indexed by the low byte of a number in two's complement.
double signed_byte(std::size_t i) { return i < 128 ? static_cast<double>(i) : static_cast<double>(i) - 256.0; }

void load_bm1684(Writer table) {
  const Series inverses = successive_inverse_factorials(64);
  const auto sine = [&](std::size_t k) { return k % 2 == 0 ? alternating(k / 2) * inverses[k] : 0.0; };
  const auto arcsine = [](std::size_t k) { return k % 2 == 0 ? arcsin_by_products(k / 2) : 0.0; };
  table.f32(0x300000, series(256, [](std::size_t i) {
              return i <= 88 ? static_cast<double>(i) : i >= 153 ? static_cast<double>(i) - 256.0 : 0.0;
            }));
  table.f32(
      0x300400, series(256, [](std::size_t i) {
        return i <= 88 ? std::exp(static_cast<double>(i)) : i >= 153 ? std::exp(static_cast<double>(i) - 256.0) : 0.0;
      }));
  table.f32(0x300800, series(256, [](std::size_t i) { return (static_cast<double>(i) - 127.0) * std::log(2.0); }));
  table.f32(0x300C00, inverses);
  table.f32(0x300D00, series(64, [](std::size_t k) { return log_coefficient(k + 1); }));
  table.f32(0x300E00, series(64, arcsine));
  table.f32(0x300F00, series(256, [](std::size_t i) { return static_cast<double>(i); }));
  table.f32(0x301300, series(256, signed_byte));
  table.f32(0x301700, series(64, sine));
  table.f32(0x301800, series(2048, [](std::size_t i) { return static_cast<double>(i); }));
  std::vector<std::uint8_t> warp(kWarpBytes);
  std::iota(warp.begin(), warp.end(), std::uint8_t{0});
  table.raw(kWarp, warp);
}

}  // namespace

void load_firmware_tables(const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  if (chip.family == isa::Family::kBm1684x)
    load_bm1684x(Writer(memory, isa::static_base(chip)));
  else
    load_bm1684(Writer(memory, isa::kL2Base));
}

std::vector<FirmwareTables> firmware_tables(const isa::ChipSpec& chip) {
  if (chip.family == isa::Family::kBm1684x) return {{isa::static_base(chip), kStaticTablesEnd}};
  return {{isa::kL2Base + kL2Tables, kL2TablesEnd - kL2Tables}};
}

}  // namespace bmemu::emulator
