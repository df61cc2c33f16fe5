// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Everything about which nobody knows what the chips compute: the reasons of E-FUNCTION-UNKNOWN, each once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bmemu::emulator {

enum class Refusal : std::uint8_t {
  kOperation,
  kLaneMask,
  kLongRelu,
  kAddressShifts,
  kMatrixFunction,
  kMatrixSides,
  kLinearMode,
  kAccumulatedMatrix,
  kAccumulatedHalves,
  kAccumulatedFunction,
  kElementFormats,
  kConversionShapes,
  kMaskedShapes,
  kManyPieces,
  kCompressedSource,
  kMaskedIndex,
  kConstantIndex,
  kBroadcastTarget,
  kBroadcastSource,
  kWinograd,
  kConstantBias,
  kFormats,
  kFixedAccumulation,
  kBiasFormat,
  kAverageBias,
  kKernelRotation,
  kRowShifts,
  kMixedWords,
  kOperandAndResult,
  kWideConvolution,
  kConvolutionParameters,
  kRegions,
  kNotForFloats,
  kNotForIntegers,
  kComparedFormats,
  kWideSelection,
  kWideResults,
  kRoundingMode,
  kIntegerLinear,
  kFloatQuantisation,
  kFloatIndices,
  kLaneIndices,
  kIntegerSpecial,
  kSpecialWidth,
  kSpecialFormat,
  kFloatMatrix,
  kRequantisedWords,
  kWideMatrix,
  kNarrowAccumulation,
  kFourTables,
  kMissingWindows,
};

struct RefusalRow {
  Refusal refusal;
  std::string_view id;     ///< short name, in messages and in docs/limits.md
  std::string_view where;  ///< chip, engine or classes; "values": the command can still be timed
  std::string_view what;
};

/// In the order of the enum.
inline constexpr RefusalRow kRefusals[] = {
    {Refusal::kOperation, "operation", "every class", "an operation whose meaning no source and no measurement tells"},
    {Refusal::kLaneMask, "lane-mask", "BM1684 TIU, all classes; BM1684X TIU in the long form", "some lanes are masked"},
    {Refusal::kLongRelu, "long-relu", "BM1684X CONV in the long form", "the relu bit of the long form"},
    {Refusal::kAddressShifts, "address-shifts", "BM1684 GDMA",
     "address shifts (src_hshift, src_wshift, dst_hshift, dst_wshift)"},
    {Refusal::kMatrixFunction, "matrix-function", "BM1684 GDMA",
     "a matrix in another function than copy and transpose"},
    {Refusal::kMatrixSides, "matrix-sides", "GDMA of both chips, matrices",
     "a matrix copy without exactly one side in local memory"},
    {Refusal::kLinearMode, "linear-mode", "BM1684 GDMA", "linear mode (common_mode) in another function than copy"},
    {Refusal::kAccumulatedMatrix, "accumulated-matrix", "BM1684 GDMA, values",
     "accumulation of a matrix or of a linear copy"},
    {Refusal::kAccumulatedHalves, "accumulated-f16", "BM1684 GDMA, values", "accumulation of f16"},
    {Refusal::kAccumulatedFunction, "accumulated-function", "BM1684 GDMA, values",
     "accumulation in another function than copy, transpose, constant and LRN shift"},
    {Refusal::kElementFormats, "element-formats", "BM1684 GDMA, values", "this pair of element formats"},
    {Refusal::kConversionShapes, "conversion-shapes", "BM1684 GDMA, values",
     "conversion or accumulation between different shapes"},
    {Refusal::kMaskedShapes, "masked-shapes", "GDMA of both chips, values",
     "a lane mask on a copy between different shapes"},
    {Refusal::kManyPieces, "many-pieces", "GDMA of both chips, values",
     "a lane mask that cuts a copy into more than 4,096 pieces"},
    {Refusal::kCompressedSource, "compressed-source", "BM1684X GDMA", "a compressed source (decompress_enable)"},
    {Refusal::kMaskedIndex, "masked-index", "BM1684X DMA_gather, DMA_scatter, DMA_masked_select, DMA_nonzero, values",
     "a lane mask on a transfer that data choose"},
    {Refusal::kConstantIndex, "constant-index",
     "BM1684X DMA_gather, DMA_scatter, DMA_masked_select, DMA_nonzero, values",
     "a constant source of a transfer that data choose"},
    {Refusal::kBroadcastTarget, "broadcast-target", "BM1684X DMA_general", "a broadcast to a memory that has no lanes"},
    {Refusal::kBroadcastSource, "broadcast-source", "BM1684X DMA_general", "a broadcast from more than one lane"},
    {Refusal::kWinograd, "winograd", "BM1684 conv", "Winograd form"},
    {Refusal::kConstantBias, "constant-bias", "BM1684 conv, pord", "a constant bias"},
    {Refusal::kFormats, "formats", "BM1684 conv, pord, mm", "number formats that the class does not combine"},
    {Refusal::kFixedAccumulation, "fixed-accumulation", "BM1684 conv", "accumulation of integers"},
    {Refusal::kBiasFormat, "bias-format", "BM1684 conv, pord", "a bias of integers that has not 16 bits"},
    {Refusal::kAverageBias, "average-bias", "BM1684 pord", "a bias of an average"},
    {Refusal::kKernelRotation, "kernel-rotation", "BM1684 pord", "rotation of a kernel that is not square"},
    {Refusal::kRowShifts, "row-shifts", "BM1684 ar", "shifts of rows and columns (res0_h_shift ... opd1_w_shift)"},
    {Refusal::kMixedWords, "mixed-words", "BM1684 ar", "words together with 8 or 16 bits"},
    {Refusal::kOperandAndResult, "operand-and-result", "BM1684X CONV, PorD, MM, MM2",
     "float operands with an integer result, or the reverse"},
    {Refusal::kWideConvolution, "wide-convolution", "BM1684X CONV", "convolution of 16- or 32-bit integers"},
    {Refusal::kConvolutionParameters, "convolution-parameters", "BM1684X CONV",
     "a requantising convolution with bias or shift in memory"},
    {Refusal::kRegions, "regions", "BM1684X PorD", "pooling of regions of interest"},
    {Refusal::kNotForFloats, "not-for-floats", "BM1684X AR, VC", "an operation that has no meaning for floats"},
    {Refusal::kNotForIntegers, "not-for-integers", "BM1684X AR, VC", "an operation that has no meaning for integers"},
    {Refusal::kComparedFormats, "compared-formats", "BM1684X AR", "a comparison of two formats"},
    {Refusal::kWideSelection, "wide-selection", "BM1684X AR",
     "a selection of elements that are wider than those compared"},
    {Refusal::kWideResults, "wide-results", "BM1684X AR", "results that are wider than what is computed"},
    {Refusal::kRoundingMode, "rounding-mode", "BM1684X AR cast",
     "a rounding mode that conversions from float to integer do not have"},
    {Refusal::kIntegerLinear, "integer-linear", "BM1684X LIN", "linear functions of integers"},
    {Refusal::kFloatQuantisation, "float-quantisation", "BM1684X RQ&DQ", "quantisation of floats"},
    {Refusal::kFloatIndices, "float-indices", "BM1684X AR lane indices", "indices as floats"},
    {Refusal::kLaneIndices, "lane-indices", "BM1684X AR lane indices", "more than 31 channels"},
    {Refusal::kIntegerSpecial, "integer-special", "BM1684X SFU", "special functions of integers"},
    {Refusal::kSpecialWidth, "special-width", "BM1684X SFU", "a result of another width than the operand"},
    {Refusal::kSpecialFormat, "special-format", "BM1684X SFU", "a result of another float format"},
    {Refusal::kFloatMatrix, "float-matrix", "BM1684X MM", "16-bit floats or requantised floats"},
    {Refusal::kRequantisedWords, "requantised-words", "BM1684X MM", "requantised 32-bit integers"},
    {Refusal::kWideMatrix, "wide-matrix", "BM1684X MM, MM2", "matrices of 16-bit integers, in MM2 also of 32-bit ones"},
    {Refusal::kNarrowAccumulation, "narrow-accumulation", "BM1684X MM2", "accumulation onto results of 8 or 16 bits"},
    {Refusal::kFourTables, "four-tables", "BM1684X SG", "a gather from four tables"},
    {Refusal::kMissingWindows, "missing-windows", "BM1684X SG", "fewer windows than columns of the result"},
};

constexpr bool refusals_are_in_order() {
  for (std::size_t i = 0; i < std::size(kRefusals); ++i)
    if (static_cast<std::size_t>(kRefusals[i].refusal) != i) return false;
  return true;
}
static_assert(refusals_are_in_order(), "a row per refusal, in the order of the enum");

constexpr const RefusalRow& row(Refusal refusal) { return kRefusals[static_cast<std::size_t>(refusal)]; }

/// The table as Markdown, as docs/limits.md has it.
std::string refusals_table();

}  // namespace bmemu::emulator
