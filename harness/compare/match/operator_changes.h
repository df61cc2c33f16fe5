// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What changed in one operator, or what an operator that only one side has stands for.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "harness/measure/network.h"

namespace bmemu::harness {

/// Changes of the whole network: what follows from them is no change of an operator.
struct GlobalChanges {
  bool batch = false;
  double batch_ratio = 1;  ///< B's over A's
  bool size = false;
  bool precision = false;
  bool compiler = false;
};

struct OperatorChange {
  std::string change;
  std::string what;
};

/// `roles_a`, `roles_b`: what stands around the operators (Piece::role). Empty: the same operator.
std::optional<OperatorChange> pair_change(const NetworkOperator& a, const std::set<std::string>& roles_a,
                                          const NetworkOperator& b, const std::set<std::string>& roles_b,
                                          const GlobalChanges& global);

/// Where an operator that only one side has stands.
struct UnpairedPlace {
  bool at_input = false;   ///< nothing but cheap operators before it
  bool at_output = false;  ///< nothing behind it
  bool in_tail = false;    ///< one of several behind the last convolution or product
};

/// Empty: the kind alone says nothing, its neighbours decide.
std::string unpaired_change(const NetworkOperator& op, const Network& network, const UnpairedPlace& place);

/// The same for an operator whose neighbours say nothing either.
std::string lone_change(const NetworkOperator& op);

bool is_product(const std::string& kind);  ///< convolution or matrix product

/// Makes more pixels: an interpolation, a transposed convolution, or channels written as pixels.
bool is_upsampling(const NetworkOperator& op);

bool is_other_upsampling(const NetworkOperator& a, const NetworkOperator& b);  ///< of another kind

/// A normalisation or scaling that could not be folded becomes a convolution of single pixels, channel by channel.
bool scales_channels(const NetworkOperator& op);

bool is_root(const NetworkOperator& op);  ///< square root, or one over it

bool is_conversion(const std::string& kind);  ///< between types

/// A compiler writes the operator as one of this kind whatever the type of its tensors: who has it alone has added it.
bool is_in_any_type(const std::string& kind);

/// "si8" and "ui8" are both "8 bit": who only changes the sign has not changed the precision.
std::string type_class(const std::string& type);

}  // namespace bmemu::harness
