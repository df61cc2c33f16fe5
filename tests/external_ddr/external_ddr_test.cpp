// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A DDR model of one's own behind a plain TLM-2.0 target socket.
#include <gtest/gtest.h>
#include <tlm_utils/simple_target_socket.h>

#include <systemc>

#include "emulator/chip/platform.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "kernels/command_list.h"

namespace bmemu::emulator {
namespace {

/// 100 ns for every transaction, whatever its length.
class FixedLatencyDdr : public sc_core::sc_module {
 public:
  explicit FixedLatencyDdr(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {
    socket.register_b_transport(this, &FixedLatencyDdr::b_transport);
  }
  tlm_utils::simple_target_socket<FixedLatencyDdr> socket;
  std::vector<std::uint64_t> addresses;
  std::uint64_t bytes = 0;
  bool fails = false;

 private:
  void b_transport(tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay) {
    addresses.push_back(transaction.get_address());
    bytes += transaction.get_data_length();
    delay += sc_core::sc_time(100, sc_core::SC_NS);
    transaction.set_response_status(fails ? tlm::TLM_ADDRESS_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE);
  }
};

/// Loads `rows` rows of 16 f32 per lane that lie `stride` elements apart in DDR, into one lane.
isa::Program strided_load(std::uint64_t rows, std::uint64_t stride) {
  isa::bm1684x::DmaTensor load;
  load.stride_enable = 1;
  load.nchw_copy = 1;
  load.src_data_format = 2;
  load.src_nsize = load.dst_nsize = 1;
  load.src_csize = load.dst_csize = 1;
  load.src_hsize = load.dst_hsize = rows;
  load.src_wsize = load.dst_wsize = 16;
  load.src_hstride = stride;
  load.dst_hstride = 16;
  load.src_wstride = load.dst_wstride = 1;
  load.src_cstride = load.src_nstride = rows * stride;
  load.dst_cstride = load.dst_nstride = rows * 16;
  load.src_start_addr_h8 = 1;
  load.dst_start_addr_l32 = 0x08000000;
  kernels::CommandList list(isa::Family::kBm1684x);
  list.add(isa::bm1684x::GdmaInstruction(load));
  return list.finish("strided load");
}

isa::ChipSpec chip(const char* detail) {
  isa::ChipSpec spec = isa::load_chip("bm1684x");
  isa::apply_setting(spec, "launch.overhead_us=0");
  isa::apply_setting(spec, detail);
  return spec;
}

TEST(ExternalDdr, EveryRunOfAPatternIsOneTransactionAndItsDelayCounts) {
  FixedLatencyDdr ddr("external");
  Platform platform("chip");
  platform.external_ddr().bind(ddr.socket);

  const RunEnd slow = platform.run(strided_load(8, 1024), chip("ddr.detail=2"), {}, {});
  ASSERT_EQ(ddr.addresses.size(), 8U);
  for (std::size_t row = 0; row < 8; ++row) EXPECT_EQ(ddr.addresses[row], 0x100000000 + row * 4096);
  EXPECT_EQ(ddr.bytes, 8U * 64U);
  EXPECT_EQ(slow.length_ps, 8 * 100000);

  const RunEnd built_in = platform.run(strided_load(8, 1024), chip("ddr.detail=1"), {}, {});
  EXPECT_EQ(ddr.addresses.size(), 8U) << "the built-in model must not ask the external one";
  EXPECT_NE(built_in.length_ps, slow.length_ps);

  ddr.fails = true;
  try {
    platform.run(strided_load(1, 1024), chip("ddr.detail=2"), {}, {});
    FAIL() << "an error response was ignored";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-RUN-EXTERNAL-DDR-RESPONSE");
  }
}

TEST(ExternalDdr, DetailLevelExternalWithoutATargetIsRefused) {
  Platform platform("chip");
  try {
    platform.run(strided_load(1, 1024), chip("ddr.detail=2"), {}, {});
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-RUN-EXTERNAL-DDR");
  }
}

TEST(ExternalDdr, ASecondPlatformIsRefused) {
  Platform platform("chip");
  try {
    Platform second("second");
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-RUN-PLATFORM");
  }
}

}  // namespace
}  // namespace bmemu::emulator
