// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684 TIU instruction classes: one typed struct per class over the shared registers.
#pragma once

#include <variant>

#include "isa/encoding/bm1684/tiu_layout.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684 {

/// What the execution units do, `tsk_eu_typ`: the same codes in all classes. Classes that are about something else have
/// a row for the codes that compilers write.
enum class EuOp : std::uint8_t {
  kMul = 0,
  kMac = 1,
  kAdd = 2,
  kSub = 3,
  kMax = 4,
  kMin = 5,
  kShift = 6,
  kAnd = 7,
  kOr = 8,
  kXor = 9,
  kSelectGreater = 10,
  kSelectEqual = 11,
  kDivide = 12,
  kTaylor = 13,
  kFloatToInt = 14,
  kIntNormalize = 15,
  kFloatNormalize = 16,
  kRsqrt = 17,
  kAddTree = 18,
  kCopy = 19,
  kSquareSum = 20,
  kSquareDifference = 21,
  kCompare = 22,
  kSelect = 23,
  kCompareSelect = 24,
};

template <class Class>
struct TiuClass : WithOperation<TiuClass<Class>, TiuFields, &TiuFields::tsk_eu_typ> {
  using Op = EuOp;
};

/// Convolution.
struct Conv : TiuClass<Conv> {
  static constexpr std::uint8_t kTskTyp = 0;
  static constexpr Operation kOperations[] = {
      {EuOp::kMul, "conv"},
      {EuOp::kMac, "conv"},
  };
  static constexpr Layout<TiuFields> kLayout{"conv_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Pooling and depthwise convolution.
struct PorD : TiuClass<PorD> {
  static constexpr std::uint8_t kTskTyp = 1;
  static constexpr Operation kOperations[] = {
      {EuOp::kMac, "pord.depthwise/avgpooling"},
      {EuOp::kMax, "pord.maxpooling"},
  };
  static constexpr Layout<TiuFields> kLayout{"pord_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Matrix multiply.
struct Mm : TiuClass<Mm> {
  static constexpr std::uint8_t kTskTyp = 2;
  static constexpr Operation kOperations[] = {
      {EuOp::kMul, "mm.mul"},
      {EuOp::kMac, "mm.mac"},
  };
  static constexpr Layout<TiuFields> kLayout{"mm_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Elementwise arithmetic.
struct Ar : TiuClass<Ar> {
  static constexpr std::uint8_t kTskTyp = 3;
  static constexpr Operation kOperations[] = {
      {EuOp::kMul, "arith.mul"},
      {EuOp::kMac, "arith.mac"},
      {EuOp::kAdd, "arith.add"},
      {EuOp::kSub, "arith.sub"},
      {EuOp::kMax, "arith.max"},
      {EuOp::kMin, "arith.min"},
      {EuOp::kShift, "arith.shift"},
      {EuOp::kAnd, "arith.and"},
      {EuOp::kOr, "arith.or"},
      {EuOp::kXor, "arith.xor"},
      {EuOp::kSelectGreater, "arith.select_gt"},
      {EuOp::kSelectEqual, "arith.select_eq"},
      {EuOp::kDivide, "arith.divide"},
      {EuOp::kTaylor, "arith.taylor"},
      {EuOp::kFloatToInt, "arith.fp32_to_int"},
      {EuOp::kIntNormalize, "arith.int_normalize"},
      {EuOp::kFloatNormalize, "arith.fp32_normalize"},
      {EuOp::kRsqrt, "arith.rsqrt"},
      {EuOp::kAddTree, "arith.add_tree"},
      {EuOp::kCopy, "arith.copy"},
      {EuOp::kSquareSum, "arith.square_sum"},
      {EuOp::kSquareDifference, "arith.square_diff"},
      {EuOp::kCompare, "arith.cmp"},
      {EuOp::kSelect, "arith.select"},
      {EuOp::kCompareSelect, "arith.cmp_select"},
  };
  static constexpr Layout<TiuFields> kLayout{"ar_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Matrix multiply, second form; never emitted by compilers.
struct Mm2 : TiuClass<Mm2> {
  static constexpr std::uint8_t kTskTyp = 4;
  static constexpr Operation kOperations[] = {
      {EuOp::kAddTree, "mm2"},
  };
  static constexpr Layout<TiuFields> kLayout{"mm2_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Correlation; never emitted by compilers.
struct Cc : TiuClass<Cc> {
  static constexpr std::uint8_t kTskTyp = 5;
  static constexpr Operation kOperations[] = {
      {EuOp::kMul, "convcorr.mul"},
      {EuOp::kMac, "convcorr.mac"},
      {EuOp::kAdd, "convcorr.add"},
      {EuOp::kSub, "convcorr.sub"},
      {EuOp::kMax, "convcorr.max"},
      {EuOp::kMin, "convcorr.min"},
      {EuOp::kShift, "convcorr.shift"},
      {EuOp::kAnd, "convcorr.and"},
      {EuOp::kOr, "convcorr.or"},
      {EuOp::kXor, "convcorr.xor"},
      {EuOp::kSelectGreater, "convcorr.select_gt"},
      {EuOp::kSelectEqual, "convcorr.select_eq"},
      {EuOp::kDivide, "convcorr.divide"},
      {EuOp::kTaylor, "convcorr.taylor"},
      {EuOp::kFloatToInt, "convcorr.fp32_to_int"},
      {EuOp::kIntNormalize, "convcorr.int_normalize"},
      {EuOp::kFloatNormalize, "convcorr.fp32_normalize"},
      {EuOp::kRsqrt, "convcorr.rsqrt"},
      {EuOp::kAddTree, "convcorr.add_tree"},
      {EuOp::kCopy, "convcorr.copy"},
      {EuOp::kSquareSum, "convcorr.square_sum"},
      {EuOp::kSquareDifference, "convcorr.square_diff"},
      {EuOp::kCompare, "convcorr.cmp"},
      {EuOp::kSelect, "convcorr.select"},
      {EuOp::kCompareSelect, "convcorr.cmp_select"},
  };
  static constexpr Layout<TiuFields> kLayout{"cc_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Table look-up.
struct Lut : TiuClass<Lut> {
  static constexpr std::uint8_t kTskTyp = 6;
  static constexpr Operation kOperations[] = {
      {EuOp::kMul, "lut"},
      {EuOp::kCopy, "lut"},
  };
  static constexpr Layout<TiuFields> kLayout{"lut_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Sum per channel.
struct MdSum : TiuClass<MdSum> {
  static constexpr std::uint8_t kTskTyp = 7;
  static constexpr Operation kOperations[] = {
      {EuOp::kAddTree, "mdsum"},
  };
  static constexpr Layout<TiuFields> kLayout{"md_sum_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Elementwise arithmetic on aligned f32 tensors.
struct MdScalar : TiuClass<MdScalar> {
  static constexpr std::uint8_t kTskTyp = 8;
  static constexpr Operation kOperations[] = {
      {EuOp::kMul, "mdscalar.mul"},
      {EuOp::kMac, "mdscalar.mac"},
      {EuOp::kAdd, "mdscalar.add"},
      {EuOp::kSub, "mdscalar.sub"},
      {EuOp::kMax, "mdscalar.max"},
      {EuOp::kMin, "mdscalar.min"},
      {EuOp::kShift, "mdscalar.shift"},
      {EuOp::kAnd, "mdscalar.and"},
      {EuOp::kOr, "mdscalar.or"},
      {EuOp::kXor, "mdscalar.xor"},
      {EuOp::kSelectGreater, "mdscalar.select_gt"},
      {EuOp::kSelectEqual, "mdscalar.select_eq"},
      {EuOp::kDivide, "mdscalar.divide"},
      {EuOp::kTaylor, "mdscalar.taylor"},
      {EuOp::kFloatToInt, "mdscalar.fp32_to_int"},
      {EuOp::kIntNormalize, "mdscalar.int_normalize"},
      {EuOp::kFloatNormalize, "mdscalar.fp32_normalize"},
      {EuOp::kRsqrt, "mdscalar.rsqrt"},
      {EuOp::kAddTree, "mdscalar.add_tree"},
      {EuOp::kCopy, "mdscalar.copy"},
      {EuOp::kSquareSum, "mdscalar.square_sum"},
  };
  static constexpr Layout<TiuFields> kLayout{"md_scalar_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Special functions.
struct MdSfu : TiuClass<MdSfu> {
  static constexpr std::uint8_t kTskTyp = 9;
  static constexpr Operation kOperations[] = {
      {EuOp::kMul, "mdsfu.mul"},
      {EuOp::kMac, "mdsfu.mac"},
      {EuOp::kAdd, "mdsfu.add"},
      {EuOp::kSub, "mdsfu.sub"},
      {EuOp::kMax, "mdsfu.max"},
      {EuOp::kMin, "mdsfu.min"},
      {EuOp::kShift, "mdsfu.shift"},
      {EuOp::kAnd, "mdsfu.and"},
      {EuOp::kOr, "mdsfu.or"},
      {EuOp::kXor, "mdsfu.xor"},
      {EuOp::kSelectGreater, "mdsfu.select_gt"},
      {EuOp::kSelectEqual, "mdsfu.select_eq"},
      {EuOp::kDivide, "mdsfu.divide"},
      {EuOp::kTaylor, "mdsfu.taylor"},
      {EuOp::kFloatToInt, "mdsfu.fp32_to_int"},
      {EuOp::kIntNormalize, "mdsfu.int_normalize"},
      {EuOp::kFloatNormalize, "mdsfu.fp32_normalize"},
      {EuOp::kRsqrt, "mdsfu.rsqrt"},
      {EuOp::kAddTree, "mdsfu.add_tree"},
      {EuOp::kCopy, "mdsfu.copy"},
      {EuOp::kSquareSum, "mdsfu.square_sum"},
      {EuOp::kSquareDifference, "mdsfu.square_diff"},
      {EuOp::kCompare, "mdsfu.cmp"},
      {EuOp::kSelect, "mdsfu.select"},
      {EuOp::kCompareSelect, "mdsfu.cmp_select"},
  };
  static constexpr Layout<TiuFields> kLayout{"md_sfu_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Linear functions.
struct MdLinear : TiuClass<MdLinear> {
  static constexpr std::uint8_t kTskTyp = 10;
  static constexpr Operation kOperations[] = {
      {EuOp::kMac, "mdlinear.mac"},
      {EuOp::kSquareSum, "mdlinear.square_sum"},
      {EuOp::kSquareDifference, "mdlinear.square_diff"},
  };
  static constexpr Layout<TiuFields> kLayout{"md_linear_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Local memory rearrangement; never emitted by compilers.
struct Lma : TiuClass<Lma> {
  static constexpr std::uint8_t kTskTyp = 11;
  static constexpr Operation kOperations[] = {
      {EuOp::kCopy, "lmem_arrangement"},
  };
  static constexpr Layout<TiuFields> kLayout{"lma_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Decompression; never emitted by compilers.
struct Decompress : TiuClass<Decompress> {
  static constexpr std::uint8_t kTskTyp = 12;
  static constexpr Operation kOperations[] = {
      {EuOp::kCopy, "decompress"},
  };
  static constexpr Layout<TiuFields> kLayout{"decompress_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Compare and select.
struct MdCmp : TiuClass<MdCmp> {
  static constexpr std::uint8_t kTskTyp = 13;
  static constexpr Operation kOperations[] = {
      {EuOp::kCompare, "mdcmp.cmp"},
      {EuOp::kSelect, "mdcmp.select"},
      {EuOp::kCompareSelect, "mdcmp.cmp_select"},
  };
  static constexpr Layout<TiuFields> kLayout{"md_cmp_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Vector outer operation; never emitted by compilers.
struct Vc : TiuClass<Vc> {
  static constexpr std::uint8_t kTskTyp = 14;
  static constexpr Operation kOperations[] = {
      {EuOp::kMul, "vc.mul"},
      {EuOp::kMac, "vc.mac"},
      {EuOp::kAdd, "vc.add"},
      {EuOp::kSub, "vc.sub"},
      {EuOp::kMax, "vc.max"},
      {EuOp::kMin, "vc.min"},
      {EuOp::kShift, "vc.shift"},
      {EuOp::kAnd, "vc.and"},
      {EuOp::kOr, "vc.or"},
      {EuOp::kXor, "vc.xor"},
      {EuOp::kSelectGreater, "vc.select_gt"},
      {EuOp::kSelectEqual, "vc.select_eq"},
      {EuOp::kDivide, "vc.divide"},
      {EuOp::kTaylor, "vc.taylor"},
      {EuOp::kFloatToInt, "vc.fp32_to_int"},
      {EuOp::kIntNormalize, "vc.int_normalize"},
      {EuOp::kFloatNormalize, "vc.fp32_normalize"},
      {EuOp::kRsqrt, "vc.rsqrt"},
      {EuOp::kAddTree, "vc.add_tree"},
      {EuOp::kCopy, "vc.copy"},
      {EuOp::kSquareSum, "vc.square_sum"},
  };
  static constexpr Layout<TiuFields> kLayout{"vc_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

using TiuInstruction =
    std::variant<Conv, PorD, Mm, Ar, Mm2, Cc, Lut, MdSum, MdScalar, MdSfu, MdLinear, Lma, Decompress, MdCmp, Vc>;

}  // namespace bmemu::isa::bm1684
