// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/experiment/columns.h"

namespace bmemu::harness {
namespace {

using Numbers = PointNumbers;

template <class T>
ResultColumn integer(std::string name, T Numbers::*member) {
  return {std::move(name), true, [member](const Numbers& n) { return std::optional<double>(double(n.*member)); },
          [member](Numbers& n, double value) { n.*member = static_cast<T>(value); }};
}

template <class Array>
ResultColumn element(std::string name, Array Numbers::*member, std::size_t index) {
  return {std::move(name), true,
          [member, index](const Numbers& n) { return std::optional<double>(double((n.*member)[index])); },
          [member, index](Numbers& n, double value) {
            (n.*member)[index] = static_cast<typename Array::value_type>(value);
          }};
}

ResultColumn cause(std::size_t engine, emulator::Cause cause) {
  const auto index = static_cast<std::size_t>(cause);
  return {std::string(isa::name(static_cast<isa::Engine>(engine))) + "_" + std::string(emulator::name(cause)) + "_ps",
          true, [engine, index](const Numbers& n) { return std::optional<double>(double(n.stack_ps[engine][index])); },
          [engine, index](Numbers& n, double value) { n.stack_ps[engine][index] = static_cast<std::int64_t>(value); }};
}

std::vector<ResultColumn> all_columns() {
  const auto bound = [](double ms) { return ms > 0 ? std::optional<double>(ms) : std::nullopt; };
  std::vector<ResultColumn> list = {
      {"time_ms", false, [](const Numbers& n) { return std::optional<double>(n.time_ms()); }, {}},
      {"per_image_ms", false, [](const Numbers& n) { return std::optional<double>(n.per_image_ms()); }, {}},
      {"low_ms", false, [bound](const Numbers& n) { return bound(n.low_ms); },
       [](Numbers& n, double value) { n.low_ms = value; }},
      {"high_ms", false, [bound](const Numbers& n) { return bound(n.high_ms); },
       [](Numbers& n, double value) { n.high_ms = value; }},
      integer("length_ps", &Numbers::length_ps),
      integer("ideal_ps", &Numbers::ideal_ps),
      integer("batch", &Numbers::batch),
      element("tiu_busy_ps", &Numbers::busy_ps, 0),
      element("gdma_busy_ps", &Numbers::busy_ps, 1),
      element("s2l_bytes", &Numbers::bytes, 0),
      element("l2s_bytes", &Numbers::bytes, 1),
      element("s2s_bytes", &Numbers::bytes, 2),
      element("l2l_bytes", &Numbers::bytes, 3),
      {"array_use_percent",
       false,
       [](const Numbers& n) {
         const auto array = static_cast<std::size_t>(emulator::Cause::kArray);
         return n.length_ps == 0 ? std::nullopt
                                 : std::optional<double>(100.0 * double(n.stack_ps[0][array]) / double(n.length_ps));
       },
       {}},
  };
  for (std::size_t engine = 0; engine < 2; ++engine)
    for (std::size_t i = 0; i < emulator::kCauseCount; ++i)
      list.push_back(cause(engine, static_cast<emulator::Cause>(i)));
  return list;
}

}  // namespace

const std::vector<ResultColumn>& result_columns() {
  static const std::vector<ResultColumn> kList = all_columns();
  return kList;
}

}  // namespace bmemu::harness
