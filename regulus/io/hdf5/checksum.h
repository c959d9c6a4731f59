// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "regulus/base/byte_reader.h"

namespace regulus::io::hdf5 {

/// Bob Jenkins's lookup3 (2006, public domain), hashlittle with initial value 0.
std::uint32_t lookup3(std::span<const std::uint8_t> bytes);

/// Fails unless the view's last four bytes are the checksum of those before. Leaves `reader` at the begin.
void require_checksum(ByteReader& reader, std::string_view what);

}  // namespace regulus::io::hdf5
