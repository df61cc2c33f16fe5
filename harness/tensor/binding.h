// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Arrays as inputs and outputs of a session.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/session/session.h"
#include "harness/tensor/array.h"

namespace bmemu::harness {

/// Inputs for a program from what a user wrote: the path of a .npz file (arrays named like the program's inputs; one
/// array for one input may have any name), of a .npy file (a program with one input), or `random:SEED` (floats from -1
/// to 1, integers of the whole range, the same on every machine).
/// Errors: E-TENSOR-SEED, E-TENSOR-COUNT, E-TENSOR-NAME, those of read_arrays.
std::vector<Array> inputs_from(const std::string& specification, const isa::Program& program);

/// Whether such a specification asks for random numbers instead of a file.
bool is_random(const std::string& specification);

/// Writes arrays in the program's order of inputs. Element types must agree, except that f64 and f32 are rounded to the
/// float type that the program wants, and integers are stored narrower when every value fits. bf16 tensors also take
/// u16 arrays of their bits. Shapes may differ where the number of elements is the same.
/// Errors: E-TENSOR-COUNT, E-TENSOR-SHAPE, E-TENSOR-TYPE, E-TENSOR-STORAGE (inputs packed by batch are not supported).
void bind_inputs(emulator::Session& session, const std::vector<Array>& inputs);

/// The outputs with their names; bf16 as u16 bits. Errors: E-TENSOR-TYPE (4-bit types), E-TENSOR-STORAGE.
std::vector<Array> read_outputs(const emulator::Session& session);

}  // namespace bmemu::harness
