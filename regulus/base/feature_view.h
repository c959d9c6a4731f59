// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace regulus {

/// How the plan reads rows: exactly one of `bytes` and `floats` is set.
struct FeatureView {
  const std::uint8_t* bytes = nullptr;
  const float* floats = nullptr;
  std::int64_t width = 0;        ///< features in a row
  const float* scale = nullptr;  ///< null: values as they are
  const float* offset = nullptr;
};

}  // namespace regulus
