// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "regulus/random/sequence.h"

namespace regulus {

/// `count` orthonormal vectors of length `length` >= count, [count][length]: the columns of Q in the
/// QR factorisation, with a positive diagonal of R, of a normal matrix [length, count] drawn row by row.
/// Uniform over all such sets (Mezzadri 2007). The same bits everywhere: +, -, *, / and sqrt alone.
std::vector<double> draw_orthonormal(std::int64_t count, std::int64_t length, random::Sequence& sequence);

}  // namespace regulus
