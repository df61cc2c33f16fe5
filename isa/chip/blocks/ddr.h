// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// External memory.
#pragma once

#include <cstdint>

#include "isa/chip/parameter_row.h"

namespace bmemu::isa {

/// How closely external memory is modelled; the codes of `ddr.detail`.
enum class DdrDetail : std::int64_t {
  kBandwidth = 0,  ///< peak times efficiency
  kBanked = 1,     ///< rows, banks, turnaround, refresh
  kExternal = 2,   ///< a TLM-2.0 target of the user
};

/// External memory as the tensor processor sees it. Times between commands follow JESD209-4; see docs/chip/memory.md.
struct DdrSpec {
  std::int64_t controllers = 0;  ///< that the heap of a program is interleaved over
  std::int64_t bits_per_controller = 0;
  double rate_mt_per_s = 0;
  std::int64_t detail = 1;      ///< DdrDetail
  double efficiency_ratio = 0;  ///< of the peak, detail level `bandwidth` only
  std::int64_t interleave_bytes = 0;
  std::int64_t row_bytes = 0;  ///< of one controller
  std::int64_t banks = 0;      ///< of one controller
  std::int64_t burst_bytes = 0;
  double t_rcd_ns = 0, t_rp_ns = 0, t_ras_ns = 0, t_rc_ns = 0, t_rrd_ns = 0, t_faw_ns = 0;
  double t_refi_ns = 0, t_rfc_ns = 0;
  double read_to_write_ns = 0, write_to_read_ns = 0, write_to_precharge_ns = 0;
  /// Sum of the controllers' peaks.
  double peak_gb_per_s() const {
    return double(controllers) * double(bits_per_controller) / 8.0 * rate_mt_per_s / 1000.0;
  }
};

inline constexpr ParameterRow<DdrSpec> kDdrRows[] = {
    ParameterRow("controllers", &DdrSpec::controllers, 1, 16,
                 "DDR controllers that a program's memory is interleaved over"),
    ParameterRow("bits_per_controller", &DdrSpec::bits_per_controller, 8, 256, "data width of one DDR controller"),
    ParameterRow("rate_mt_per_s", &DdrSpec::rate_mt_per_s, 100, 20000, "DDR data rate"),
    ParameterRow("detail", &DdrSpec::detail, 0, 2,
                 "detail of the DDR model: 0 bandwidth, 1 banked, 2 external TLM-2.0 target"),
    ParameterRow("efficiency_ratio", &DdrSpec::efficiency_ratio, 0.01, 1, "share of the peak rate (detail bandwidth)"),
    ParameterRow("interleave_bytes", &DdrSpec::interleave_bytes, 64, 1 << 30,
                 "bytes before the next controller's turn"),
    ParameterRow("row_bytes", &DdrSpec::row_bytes, 256, 1 << 20, "row (page) of one bank of one controller"),
    ParameterRow("banks", &DdrSpec::banks, 1, 256, "banks of one controller"),
    ParameterRow("burst_bytes", &DdrSpec::burst_bytes, 8, 1024, "smallest transfer of one controller"),
    ParameterRow("t_rcd_ns", &DdrSpec::t_rcd_ns, 0, 1000, "activate to column command (tRCD)"),
    ParameterRow("t_rp_ns", &DdrSpec::t_rp_ns, 0, 1000, "precharge to activate (tRP)"),
    ParameterRow("t_ras_ns", &DdrSpec::t_ras_ns, 0, 1000, "activate to precharge of a bank (tRAS)"),
    ParameterRow("t_rc_ns", &DdrSpec::t_rc_ns, 0, 1000, "activate to activate of a bank (tRC)"),
    ParameterRow("t_rrd_ns", &DdrSpec::t_rrd_ns, 0, 1000, "activate to activate of another bank (tRRD)"),
    ParameterRow("t_faw_ns", &DdrSpec::t_faw_ns, 0, 1000, "window that holds at most four activates (tFAW)"),
    ParameterRow("t_refi_ns", &DdrSpec::t_refi_ns, 100, 1e6, "interval between refreshes of all banks (tREFI)"),
    ParameterRow("t_rfc_ns", &DdrSpec::t_rfc_ns, 0, 10000, "length of a refresh of all banks (tRFC)"),
    ParameterRow("read_to_write_ns", &DdrSpec::read_to_write_ns, 0, 1000,
                 "from the end of a read burst to a write burst"),
    ParameterRow("write_to_read_ns", &DdrSpec::write_to_read_ns, 0, 1000,
                 "from the end of a write burst to a read burst"),
    ParameterRow("write_to_precharge_ns", &DdrSpec::write_to_precharge_ns, 0, 1000,
                 "from the end of a write burst to the precharge of its bank"),
};

}  // namespace bmemu::isa
