// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/program/layer_tensor.h"

#include <gtest/gtest.h>

namespace bmemu::isa {
namespace {

LayerTensorText packed_slice() {
  return {"relu",
          16384,
          "eu_align_xn",
          "<1x64x11x92xsi8>",
          "<4x64x1x22x92>",
          "[2:3, 0:64, 0:1, 11:22, 0:92]",
          "tensor<4x64x22x92x!quant.uniform<i8:f32, 0.25:-3>, 4381712384 : i64>"};
}

TEST(LayerTensor, AnEntryOfTheMapIsUnderstoodWhole) {
  const auto tensor = layer_tensor(packed_slice());
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->name, "relu");
  EXPECT_EQ(tensor->type, DataType::kI8);
  EXPECT_EQ(tensor->layout, TensorLayout::kAligned);
  EXPECT_TRUE(tensor->is_packed);
  EXPECT_EQ(tensor->shape, (Dimensions{4, 64, 1, 22, 92}));
  EXPECT_EQ(tensor->begin, (Dimensions{2, 0, 0, 11, 0}));
  EXPECT_EQ(tensor->end, (Dimensions{3, 64, 1, 22, 92}));
  EXPECT_TRUE(tensor->is_quantised);
  EXPECT_EQ(tensor->scale, 0.25);
  EXPECT_EQ(tensor->zero_point, -3);
  EXPECT_EQ(tensor->elements(), 64U * 11U * 92U);
  EXPECT_EQ(tensor->whole_elements(), 4U * 64U * 22U * 92U);
}

TEST(LayerTensor, ScalesOfOtherKindsAreNone) {
  LayerTensorText text = packed_slice();
  for (const char* type :
       {"tensor<1x3xf32>", "tensor<1x3x!quant.calibrated<f32<-1.5:1.5>>>",
        "tensor<1x!quant.uniform<i8:f32:1, {0.25,0.5}>>", "!quant.uniform<i8:f32, x>", "!quant.uniform<"}) {
    text.type = type;
    const auto tensor = layer_tensor(text);
    ASSERT_TRUE(tensor) << type;
    EXPECT_FALSE(tensor->is_quantised) << type;
  }
}

TEST(LayerTensor, WordsOfFullWidthAreNeverPacked) {
  LayerTensorText text = packed_slice();
  text.memory_type = "<1x64x11x92xf32>";
  ASSERT_TRUE(layer_tensor(text));
  EXPECT_FALSE(layer_tensor(text)->is_packed);
}

TEST(LayerTensor, WhatCannotBeReadIsLeftOut) {
  const auto without = [](std::string LayerTensorText::*member, const char* value) {
    LayerTensorText text = packed_slice();
    text.*member = value;
    return !layer_tensor(text).has_value();
  };
  EXPECT_TRUE(without(&LayerTensorText::name, ""));
  EXPECT_TRUE(without(&LayerTensorText::layout, "diagonal"));
  EXPECT_TRUE(without(&LayerTensorText::memory_type, "<1x64x11x92xi4>"));
  EXPECT_TRUE(without(&LayerTensorText::memory_type, "<1x64x22x92xsi8>"));  // not the size of the slice
  EXPECT_TRUE(without(&LayerTensorText::memory_type, "<4294967296x4294967296xsi8>"));
  EXPECT_TRUE(without(&LayerTensorText::reshape, "<4x64x22x92>"));
  EXPECT_TRUE(without(&LayerTensorText::reshape, "<4x64x0x22x92>"));
  EXPECT_TRUE(without(&LayerTensorText::slice, "[2:3, 0:64, 0:1, 11:23, 0:92]"));  // behind the end
  EXPECT_TRUE(without(&LayerTensorText::slice, "[2:3, 0:64, 0:1, 11:11, 0:92]"));
  EXPECT_TRUE(without(&LayerTensorText::slice, "[2:3, 0:64"));
}

}  // namespace
}  // namespace bmemu::isa
