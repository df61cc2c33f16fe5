// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684 TIU instruction classes: one typed struct per class over the shared registers.
#pragma once

#include <variant>

#include "isa/encoding/bm1684/tiu_layout.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684 {

/// Convolution.
struct Conv : TiuFields {
  static constexpr std::uint8_t kTskTyp = 0;
  static constexpr Operation kOperations[] = {
      {0, "conv"},
      {1, "conv"},
  };
  static constexpr Layout<TiuFields> kLayout{"conv_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Pooling and depthwise convolution.
struct PorD : TiuFields {
  static constexpr std::uint8_t kTskTyp = 1;
  static constexpr Operation kOperations[] = {
      {1, "pord.depthwise/avgpooling"},
      {4, "pord.maxpooling"},
  };
  static constexpr Layout<TiuFields> kLayout{"pord_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Matrix multiply.
struct Mm : TiuFields {
  static constexpr std::uint8_t kTskTyp = 2;
  static constexpr Operation kOperations[] = {
      {0, "mm.mul"},
      {1, "mm.mac"},
  };
  static constexpr Layout<TiuFields> kLayout{"mm_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Elementwise arithmetic.
struct Ar : TiuFields {
  static constexpr std::uint8_t kTskTyp = 3;
  static constexpr Operation kOperations[] = {
      {0, "arith.mul"},
      {1, "arith.mac"},
      {2, "arith.add"},
      {3, "arith.sub"},
      {4, "arith.max"},
      {5, "arith.min"},
      {6, "arith.shift"},
      {7, "arith.and"},
      {8, "arith.or"},
      {9, "arith.xor"},
      {10, "arith.select_gt"},
      {11, "arith.select_eq"},
      {12, "arith.divide"},
      {13, "arith.taylor"},
      {14, "arith.fp32_to_int"},
      {15, "arith.int_normalize"},
      {16, "arith.fp32_normalize"},
      {17, "arith.rsqrt"},
      {18, "arith.add_tree"},
      {19, "arith.copy"},
      {20, "arith.square_sum"},
      {21, "arith.square_diff"},
      {22, "arith.cmp"},
      {23, "arith.select"},
      {24, "arith.cmp_select"},
  };
  static constexpr Layout<TiuFields> kLayout{"ar_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Matrix multiply, second form; never emitted by compilers.
struct Mm2 : TiuFields {
  static constexpr std::uint8_t kTskTyp = 4;
  static constexpr Operation kOperations[] = {
      {18, "mm2"},
  };
  static constexpr Layout<TiuFields> kLayout{"mm2_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Correlation; never emitted by compilers.
struct Cc : TiuFields {
  static constexpr std::uint8_t kTskTyp = 5;
  static constexpr Operation kOperations[] = {
      {0, "convcorr.mul"},
      {1, "convcorr.mac"},
      {2, "convcorr.add"},
      {3, "convcorr.sub"},
      {4, "convcorr.max"},
      {5, "convcorr.min"},
      {6, "convcorr.shift"},
      {7, "convcorr.and"},
      {8, "convcorr.or"},
      {9, "convcorr.xor"},
      {10, "convcorr.select_gt"},
      {11, "convcorr.select_eq"},
      {12, "convcorr.divide"},
      {13, "convcorr.taylor"},
      {14, "convcorr.fp32_to_int"},
      {15, "convcorr.int_normalize"},
      {16, "convcorr.fp32_normalize"},
      {17, "convcorr.rsqrt"},
      {18, "convcorr.add_tree"},
      {19, "convcorr.copy"},
      {20, "convcorr.square_sum"},
      {21, "convcorr.square_diff"},
      {22, "convcorr.cmp"},
      {23, "convcorr.select"},
      {24, "convcorr.cmp_select"},
  };
  static constexpr Layout<TiuFields> kLayout{"cc_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Table look-up.
struct Lut : TiuFields {
  static constexpr std::uint8_t kTskTyp = 6;
  static constexpr Operation kOperations[] = {
      {0, "lut"},
      {19, "lut"},
  };
  static constexpr Layout<TiuFields> kLayout{"lut_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Sum per channel.
struct MdSum : TiuFields {
  static constexpr std::uint8_t kTskTyp = 7;
  static constexpr Operation kOperations[] = {
      {18, "mdsum"},
  };
  static constexpr Layout<TiuFields> kLayout{"md_sum_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Elementwise arithmetic on aligned f32 tensors.
struct MdScalar : TiuFields {
  static constexpr std::uint8_t kTskTyp = 8;
  static constexpr Operation kOperations[] = {
      {0, "mdscalar.mul"},
      {1, "mdscalar.mac"},
      {2, "mdscalar.add"},
      {3, "mdscalar.sub"},
      {4, "mdscalar.max"},
      {5, "mdscalar.min"},
      {6, "mdscalar.shift"},
      {7, "mdscalar.and"},
      {8, "mdscalar.or"},
      {9, "mdscalar.xor"},
      {10, "mdscalar.select_gt"},
      {11, "mdscalar.select_eq"},
      {12, "mdscalar.divide"},
      {13, "mdscalar.taylor"},
      {14, "mdscalar.fp32_to_int"},
      {15, "mdscalar.int_normalize"},
      {16, "mdscalar.fp32_normalize"},
      {17, "mdscalar.rsqrt"},
      {18, "mdscalar.add_tree"},
      {19, "mdscalar.copy"},
      {20, "mdscalar.square_sum"},
  };
  static constexpr Layout<TiuFields> kLayout{"md_scalar_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Special functions.
struct MdSfu : TiuFields {
  static constexpr std::uint8_t kTskTyp = 9;
  static constexpr Operation kOperations[] = {
      {0, "mdsfu.mul"},
      {1, "mdsfu.mac"},
      {2, "mdsfu.add"},
      {3, "mdsfu.sub"},
      {4, "mdsfu.max"},
      {5, "mdsfu.min"},
      {6, "mdsfu.shift"},
      {7, "mdsfu.and"},
      {8, "mdsfu.or"},
      {9, "mdsfu.xor"},
      {10, "mdsfu.select_gt"},
      {11, "mdsfu.select_eq"},
      {12, "mdsfu.divide"},
      {13, "mdsfu.taylor"},
      {14, "mdsfu.fp32_to_int"},
      {15, "mdsfu.int_normalize"},
      {16, "mdsfu.fp32_normalize"},
      {17, "mdsfu.rsqrt"},
      {18, "mdsfu.add_tree"},
      {19, "mdsfu.copy"},
      {20, "mdsfu.square_sum"},
      {21, "mdsfu.square_diff"},
      {22, "mdsfu.cmp"},
      {23, "mdsfu.select"},
      {24, "mdsfu.cmp_select"},
  };
  static constexpr Layout<TiuFields> kLayout{"md_sfu_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Linear functions.
struct MdLinear : TiuFields {
  static constexpr std::uint8_t kTskTyp = 10;
  static constexpr Operation kOperations[] = {
      {1, "mdlinear.mac"},
      {20, "mdlinear.square_sum"},
      {21, "mdlinear.square_diff"},
  };
  static constexpr Layout<TiuFields> kLayout{"md_linear_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Local memory rearrangement; never emitted by compilers.
struct Lma : TiuFields {
  static constexpr std::uint8_t kTskTyp = 11;
  static constexpr Operation kOperations[] = {
      {19, "lmem_arrangement"},
  };
  static constexpr Layout<TiuFields> kLayout{"lma_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Decompression; never emitted by compilers.
struct Decompress : TiuFields {
  static constexpr std::uint8_t kTskTyp = 12;
  static constexpr Operation kOperations[] = {
      {19, "decompress"},
  };
  static constexpr Layout<TiuFields> kLayout{"decompress_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Compare and select.
struct MdCmp : TiuFields {
  static constexpr std::uint8_t kTskTyp = 13;
  static constexpr Operation kOperations[] = {
      {22, "mdcmp.cmp"},
      {23, "mdcmp.select"},
      {24, "mdcmp.cmp_select"},
  };
  static constexpr Layout<TiuFields> kLayout{"md_cmp_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

/// Vector outer operation; never emitted by compilers.
struct Vc : TiuFields {
  static constexpr std::uint8_t kTskTyp = 14;
  static constexpr Operation kOperations[] = {
      {0, "vc.mul"},
      {1, "vc.mac"},
      {2, "vc.add"},
      {3, "vc.sub"},
      {4, "vc.max"},
      {5, "vc.min"},
      {6, "vc.shift"},
      {7, "vc.and"},
      {8, "vc.or"},
      {9, "vc.xor"},
      {10, "vc.select_gt"},
      {11, "vc.select_eq"},
      {12, "vc.divide"},
      {13, "vc.taylor"},
      {14, "vc.fp32_to_int"},
      {15, "vc.int_normalize"},
      {16, "vc.fp32_normalize"},
      {17, "vc.rsqrt"},
      {18, "vc.add_tree"},
      {19, "vc.copy"},
      {20, "vc.square_sum"},
  };
  static constexpr Layout<TiuFields> kLayout{"vc_op", 128, 1024, kTiuFields, std::size(kTiuFields)};
};

using TiuInstruction =
    std::variant<Conv, PorD, Mm, Ar, Mm2, Cc, Lut, MdSum, MdScalar, MdSfu, MdLinear, Lma, Decompress, MdCmp, Vc>;

}  // namespace bmemu::isa::bm1684
