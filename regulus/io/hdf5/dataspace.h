// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "regulus/base/byte_reader.h"
#include "regulus/base/limits.h"
#include "regulus/io/array.h"

namespace regulus::io::hdf5 {

/// An array's axes (specification IV.A.2.b): none for a scalar, one of 0 where there is no array at all
/// (null).
struct Dataspace {
  std::vector<std::uint64_t> lengths;
  std::vector<std::uint64_t> most;  ///< how long they may grow: at least as long as they are
};

/// Rank and lengths are within the limits; their product is not yet looked at.
Dataspace read_dataspace(ByteReader& reader, const Limits& limits);

/// The bytes of such elements, proved to be within the limits; else fails at `at`.
std::uint64_t proved_bytes(const std::vector<std::uint64_t>& lengths, DType dtype, const Limits& limits,
                           const ByteReader& at);

Shape to_shape(const std::vector<std::uint64_t>& lengths);

}  // namespace regulus::io::hdf5
