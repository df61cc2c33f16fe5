// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What passes between a program and the library: status codes, structs and their layout.
// Source: the public interface of libsophon 0.5.1, whose sizes and offsets programs are compiled with
// (docs/runtime.md).
#pragma once

#include <cstddef>
#include <cstdint>

namespace bmemu::runtime {

enum Status : int {
  kOk = 0,
  kNotReady = 1,
  kFailure = 2,
  kTimeout = 3,
  kParameter = 4,
  kNoMemory = 5,
  kData = 6,
  kBusy = 7,
  kNoFeature = 8,
  kNotSupported = 9,
};

enum class MemoryType : std::uint32_t { kDevice = 0, kHost = 1, kSystem = 2, kInt8Device = 3, kInvalid = 4 };
inline constexpr std::uint32_t kMemoryTypeMask = 7;  ///< of Memory::flags; the three bits above are the heap

/// A piece of device memory: a value, passed by value. The older one, of at most 4 GiB.
struct Memory {
  std::uint64_t address;
  std::uint32_t reserved;
  std::int32_t dmabuf;
  std::uint32_t flags;
  std::uint32_t size;
};
static_assert(sizeof(Memory) == 24 && offsetof(Memory, flags) == 16 && offsetof(Memory, size) == 20);

struct Memory64 {
  std::uint64_t address;
  std::uint32_t reserved;
  std::int32_t dmabuf;
  std::uint32_t flags;
  std::uint64_t size;
};
static_assert(sizeof(Memory64) == 32 && offsetof(Memory64, flags) == 16 && offsetof(Memory64, size) == 24);

/// Counters of one thread. Since 0.5.1 there is an eighth, which programs of before have no room for: only the first
/// seven are ever written, in the order of today.
struct Profile {
  std::uint64_t in_time_us;  ///< host to device
  std::uint64_t in_count;
  std::uint64_t out_time_us;
  std::uint64_t out_count;
  std::uint64_t tpu_time_us;
  std::uint64_t tpu1_time_us;
  std::uint64_t sent;
};
static_assert(sizeof(Profile) == 56 && offsetof(Profile, tpu_time_us) == 32);

struct MiscInfo {
  std::int32_t soc_mode;  ///< 0: a card
  std::int32_t ddr_ecc;
  std::int64_t ddr_bytes[4];
  std::uint32_t chip_id;
  std::uint64_t chip_id_mask;
  std::uint32_t driver_version;  ///< 16.8.8 bits
  std::uint32_t domain_bdf;
  std::uint32_t board_version;
  std::uint32_t a53_enable;
  std::uint32_t dyn_enable;
};
static_assert(sizeof(MiscInfo) == 80 && offsetof(MiscInfo, chip_id) == 40 && offsetof(MiscInfo, driver_version) == 56);

enum class Monitor : std::uint32_t { kGdma = 0, kTiu = 1 };

/// Where records of commands go.
struct PerfMonitor {
  std::uint64_t address;
  std::uint32_t size;
  std::uint32_t id;  ///< a Monitor
};
static_assert(sizeof(PerfMonitor) == 16);

inline constexpr std::uint32_t kChipIdBm1684 = 0x1684;
inline constexpr std::uint32_t kChipIdBm1684x = 0x1686;

}  // namespace bmemu::runtime
