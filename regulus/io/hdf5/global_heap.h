// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "regulus/io/hdf5/source.h"

namespace regulus::io::hdf5 {

/// The objects of the collection at `address` by index (specification III.E), as views. Claims its bytes.
std::unordered_map<std::uint32_t, std::string_view> read_collection(Source& source, std::uint64_t address);

}  // namespace regulus::io::hdf5
