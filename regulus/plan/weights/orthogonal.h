// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace regulus::plan {

/// The orthogonal penalty of `count` vectors of length `length`, [count][length], and its gradient.
/// With R_i = v_i / |v_i| and G = R R^T: (1/2) sum_{i != j} |G_ij| / (count (count - 1) / 2).
/// Overwrites `vectors` with R. `gradient` may be null. Follows keras.regularizers.OrthogonalRegularizer
/// (factor 1): a vector shorter than 1e-7 is only multiplied by 1e7, so a zero vector has R = 0 and
/// gradient 0. Fewer than two vectors: 0.
template <class T>
double orthogonal_penalty(T* vectors, std::int64_t count, std::int64_t length, T* gradient);

}  // namespace regulus::plan
