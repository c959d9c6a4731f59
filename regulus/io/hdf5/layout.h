// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "regulus/io/hdf5/source.h"

namespace regulus::io::hdf5 {

/// The bytes of an array of `size` bytes as its layout message (specification IV.A.2.i) places them in one
/// piece. Claims them where they lie outside the object header.
std::span<const std::uint8_t> read_layout(Source& source, ByteReader message, std::uint64_t size);

}  // namespace regulus::io::hdf5
