// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A comparison for people and programs.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/compare/comparison.h"

namespace bmemu::harness {

/// One sentence, the waterfall from A over the causes to B, what each cause is, layers, settings. Lines of at most
/// `width` columns; 0: of any length.
std::string compare_text(const Side& a, const Side& b, const Comparison& comparison, std::size_t width = 0);

/// Schema "bmemu.compare/1" (docs/compare.md).
nlohmann::ordered_json compare_json(const Side& a, const Side& b, const Comparison& comparison);

/// A table to paste into an issue or a pull request.
std::string compare_markdown(const Side& a, const Side& b, const Comparison& comparison);

/// One HTML page that needs nothing from the network: waterfall, causes, both timelines, layers, settings.
void write_compare_page(const Side& a, const Side& b, const Comparison& comparison, std::ostream& out);

/// The sentence on top: "B is slower by 0.123 ms (+4.5 %): ...".
std::string compare_sentence(const Side& a, const Side& b, const Comparison& comparison);

}  // namespace bmemu::harness
