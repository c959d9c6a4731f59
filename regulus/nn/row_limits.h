// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "regulus/base/shape.h"
#include "regulus/nn/layer.h"

// What every model keeps to, whether a program makes it or a file describes it: what can be written can be
// read again.

namespace regulus {

/// Axes of a row: with the batch's as many as an array of HDF5 may have.
inline constexpr std::size_t kMostRowAxes = 31;

/// Throws ShapeError unless rows of that shape have at most kMostRowAxes axes and 1 to 2^31 - 1 features.
/// Axes of negative length are open: they do not count here.
void require_row(const std::string& where, const Shape& row);
/// The same of what comes out of a layer, which the error names.
void require_row(const Layer& layer, const Shape& row);

/// Throws ConfigError unless there may be so many layers, and unless a layer's name is at most
/// Limits::name_bytes bytes of UTF-8 without NUL: JSON and HDF5 know no others.
void require_layer_count(const std::string& where, std::size_t count);
void require_name(const std::string& where, const std::string& whose, const std::string& name);

}  // namespace regulus
