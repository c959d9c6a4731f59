// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "regulus/base/value.h"

namespace regulus::keras {

/// The dtype policies of a file that are not float32, which everything is computed in here.
class Policies {
 public:
  /// Takes a layer's dtype: a name or a policy object. float16, bfloat16, float64 and the mixed ones are
  /// noted; null is Keras's default. Throws ConfigError for others: quantized weights are other numbers.
  void take(const Value& dtype, const std::string& where);
  /// The one sentence on them; empty if there are none.
  std::string notice() const;

 private:
  std::set<std::string> names_;
};

/// Throws ConfigError unless it is numbers that an input of this dtype takes.
void require_numeric_input(const Value& dtype, const std::string& where);

}  // namespace regulus::keras
