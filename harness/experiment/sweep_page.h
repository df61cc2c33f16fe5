// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The files that the page of a sweep is made of.
#pragma once

#include <vector>

#include "harness/report/page.h"

namespace bmemu::harness {

std::vector<PageText> sweep_page_texts();  ///< sweep.css, sweep.html, sweep.js of experiment/page, and d3.min.js

}  // namespace bmemu::harness
