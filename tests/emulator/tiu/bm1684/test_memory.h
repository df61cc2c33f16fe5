// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Local memory for tests of BM1684 instructions: elements are placed by a formula of their own.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "isa/chip/chip_file.h"
#include "isa/encoding/bm1684/tiu_fields.h"
#include "memory/chip_memory.h"
#include "tests/emulator/tiu/path_of_trial.h"

namespace bmemu::emulator::testing {

inline const isa::ChipSpec& bm1684() {
  static const isa::ChipSpec kChip = isa::load_chip("bm1684");
  return kChip;
}

inline std::uint32_t float_bits(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}
inline float bits_float(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

/// A tensor in aligned layout; `address` as in commands. 64 lanes of 512 KiB, rows padded to 128 bytes.
struct Place {
  std::uint64_t address;
  unsigned bytes;  ///< of an element; 4 for the words of packed tensors
  std::size_t c, h, w;
  bool compact = false;

  std::uint64_t at(std::size_t n, std::size_t channel, std::size_t y, std::size_t x) const {
    const std::uint64_t offset = address - 0x08000000;
    const std::uint64_t start = offset / 0x80000;
    const std::size_t unit = 128 / bytes;
    const std::size_t row = compact ? h * w : (h * w + unit - 1) / unit * unit;
    const std::size_t rows = (start + c + 63) / 64;
    return (start + channel) % 64 * 0x80000 + offset % 0x80000 +
           bytes * (n * rows * row + (start + channel) / 64 * row + y * w + x);
  }
};

class TestMemory {
 public:
  TestMemory() : memory(bm1684()) {}
  memory::ChipMemory memory;

  std::uint32_t word(std::uint64_t offset) const { return read<std::uint32_t>(offset); }
  template <class T>
  T read(std::uint64_t offset) const {
    T value;
    std::memcpy(&value, memory.local() + offset, sizeof(T));
    return value;
  }
  template <class T>
  void write(std::uint64_t offset, T value) {
    std::memcpy(memory.local() + offset, &value, sizeof(T));
  }
  /// Value of batch n of a 4N (8 bit) or 2N (16 bit) tensor.
  template <class T>
  T packed(const Place& place, std::size_t n, std::size_t c, std::size_t y, std::size_t x) const {
    constexpr std::size_t kPerWord = 4 / sizeof(T);
    return read<T>(place.at(n / kPerWord, c, y, x) + n % kPerWord * sizeof(T));
  }
  template <class T>
  void put_packed(const Place& place, std::size_t n, std::size_t c, std::size_t y, std::size_t x, T value) {
    constexpr std::size_t kPerWord = 4 / sizeof(T);
    write<T>(place.at(n / kPerWord, c, y, x) + n % kPerWord * sizeof(T), value);
  }
  /// Random bytes everywhere.
  void fill(std::uint32_t seed) {
    std::mt19937 random(seed);
    for (std::uint64_t k = 0; k < memory.local_bytes(); k += 4) write<std::uint32_t>(k, random());
  }
  /// Floats around 1 in `n` batches of a place.
  void fill_floats(const Place& place, std::size_t n, std::mt19937& random) {
    std::normal_distribution<float> values(0.1F, 1.0F);
    for (std::size_t b = 0; b < n; ++b)
      for (std::size_t c = 0; c < place.c; ++c)
        for (std::size_t y = 0; y < place.h; ++y)
          for (std::size_t x = 0; x < place.w; ++x) write<float>(place.at(b, c, y, x), values(random));
  }
};

/// What the command builder of the vendor's compiler puts into every command.
template <class Instruction>
Instruction defaults() {
  Instruction i;
  i.cmd_en = i.cmd_id_en = 1;
  i.opt_shift_typ = i.opt_relu = i.opt_opd1_sign = i.opt_opd2_sign = 1;
  i.opt_res0_prec = i.opt_opd0_prec = i.opt_opd1_prec = i.opt_opd2_prec = 2;
  i.short_opd2_str = 2;
  i.tsk_opd_num = 2;
  i.res_op_x_str = i.res_op_y_str = 1;
  i.res0_n = i.res0_c = i.res0_h = i.res0_w = 1;
  i.opd0_n = i.opd0_c = i.opd0_h = i.opd0_w = 1;
  i.opd1_n = i.opd1_c = i.opd1_h = i.opd1_w = 1;
  i.res0_n_str = i.res0_c_str = i.res0_h_str = i.res0_w_str = 1;
  i.opd0_n_str = i.opd0_c_str = i.opd0_h_str = i.opd0_w_str = 1;
  i.opd1_n_str = i.opd1_c_str = i.opd1_h_str = i.opd1_w_str = 1;
  i.opd0_addr = 0x08000000;
  i.opd1_addr = 0x08010000;
  i.opd2_addr = 0x08020000;
  i.res0_addr = 0x08040000;
  return i;
}

}  // namespace bmemu::emulator::testing
