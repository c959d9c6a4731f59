// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "regulus/base/shape.h"
#include "regulus/base/value.h"

namespace regulus::keras {

/// The shape of a row from Keras's [null, 28, 28] or [32, 28, 28]: whether the number of rows is fixed, by
/// the user or by Keras, which takes the first batch's, means nothing here. `first_length` stands in for the
/// only length of a row if that is null; other nulls are open lengths. Throws ConfigError.
Shape row_shape(const Value& shape, const std::string& where, std::optional<std::int64_t> first_length = {});

/// True for a list whose lengths are all known, but perhaps the number of rows.
bool is_known(const Value& shape);

}  // namespace regulus::keras
