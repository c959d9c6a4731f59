// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "regulus/train/sequential.h"

namespace regulus {

/// Throws NumericError for a batch whose loss is not finite, naming the cause where one can be
/// seen: a weight, or a value of the batch's rows. `rows`: their positions in `data`.
[[noreturn]] void throw_not_finite(const std::string& where, Sequential& model, const Dataset& data,
                                   std::span<const std::uint32_t> rows);

}  // namespace regulus
