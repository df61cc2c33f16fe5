// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// All published times of a program, from other releases and compilers than the one in the table at hand.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/published.h"

namespace bmemu::harness {

/// Sets `publications`, `comparable_ms` and `fastest_ms` of the rows from a table of publications (columns path, model,
/// batch, dtype, chip, metric, value_ms per image or, where the note begins with "per bmodel run", per run;
/// input_shape, compiler and note when they are there). A publication is of a row's network when it stands in the same
/// sample (the first two folders of `path`), is of the same chip, type and batch, and carries the model name and the
/// input shape that the row's own time has there. It is of a twin when, in any sample of the same task (detection,
/// segmentation, pose, ...), the model's name is the same up to its first word with a number and the input has the same
/// shape. `comparable_ms` is the fastest of the network's own by the compiler's line (not its predecessor),
/// `fastest_ms` that of all, and of as many runs of the network's programs for fewer images as the row's batch takes.
/// Errors: E-FILE-OPEN, E-ACCURACY-TABLE.
void find_publications(const std::string& path, std::vector<PublishedRow>& rows);

/// Sets `stages_ms` of the rows, whose publications are known, from a table of what the vendor's sample programs took
/// (columns path, model, batch, dtype, chip, inference_ms per image): those of the row's sample, chip, type and batch
/// whose model is named as in the row's publications ("SAMPLE:MODEL"). Errors: E-FILE-OPEN, E-ACCURACY-TABLE.
void find_stages(const std::string& path, std::vector<PublishedRow>& rows);

}  // namespace bmemu::harness
