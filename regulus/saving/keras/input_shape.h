// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "regulus/base/shape.h"
#include "regulus/base/value.h"

namespace regulus::keras {

/// The shape of a row from Keras's [null, 28, 28] or [32, 28, 28]: whether the number of rows is fixed, by
/// the user or by Keras, which takes the first batch's, means nothing here. Throws ConfigError.
Shape row_shape(const Value& shape, const std::string& where);

}  // namespace regulus::keras
