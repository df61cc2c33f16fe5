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

/// The order of dimensions of input arrays.
enum class InputLayout : std::uint8_t { kNchw, kNhwc };

/// Inputs for a program from what a user wrote: the path of a .npz file (arrays named like the program's inputs; one
/// array for one input may have any name), of a .npy file (a program with one input), or `random:SEED` (floats from -1
/// to 1, integers of the whole range, the same on every machine).
/// `notes` gets what a user should know (a single array of another name).
/// Errors: E-TENSOR-SEED, E-TENSOR-COUNT, E-TENSOR-NAME, those of read_arrays.
std::vector<Array> inputs_from(const std::string& specification, const isa::Program& program,
                               std::vector<std::string>* notes = nullptr);

/// Arrays in the program's order of inputs; one array for one input may have any name. `source` is named in errors.
/// Errors: E-TENSOR-NAME, E-TENSOR-COUNT.
std::vector<Array> order_inputs(std::vector<Array> arrays, const isa::Program& program, const std::string& source,
                                std::vector<std::string>* notes = nullptr);

/// The type of an array with a tensor's own elements. Errors: E-TENSOR-TYPE (4-bit types).
ArrayType array_type(const isa::TensorInfo& tensor);

/// Whether such a specification asks for random numbers instead of a file.
bool is_random(const std::string& specification);

/// Writes arrays in the program's order of inputs. Element types must agree, except that f64 and f32 are rounded to the
/// float type that the program wants, and integers are stored narrower when every value fits. bf16 tensors also take
/// u16 arrays of their bits. Shapes must agree; a list of all elements, or a shape without some of the dimensions that
/// are 1, is noted. With kNhwc arrays for inputs of four dimensions are n h w c and are transposed. Tensors packed by
/// batch (2N, 4N) are packed. `notes` also gets NaN and infinities. Errors: E-TENSOR-COUNT, E-TENSOR-SHAPE,
/// E-TENSOR-TYPE, E-TENSOR-STORAGE (an unknown way of packing, rows of padding).
void bind_inputs(emulator::Session& session, const std::vector<Array>& inputs, InputLayout layout = InputLayout::kNchw,
                 std::vector<std::string>* notes = nullptr);

/// The outputs with their names, unpacked; bf16 as u16 bits. Errors: E-TENSOR-TYPE (4-bit types), E-TENSOR-STORAGE.
std::vector<Array> read_outputs(const emulator::Session& session);

}  // namespace bmemu::harness
