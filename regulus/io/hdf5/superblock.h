// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "regulus/io/hdf5/source.h"

namespace regulus::io::hdf5 {

inline constexpr std::array<std::uint8_t, 8> kSignature = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

/// Reads the superblock (specification II), ends the source where it says, and gives the address of the root
/// group's object header.
std::uint64_t read_superblock(Source& source);

/// Takes the four letters that a structure begins with, or fails.
void require_signature(ByteReader& reader, std::string_view letters, std::string_view what);
/// Takes the byte of its version, or fails.
void require_version(ByteReader& reader, std::uint8_t version, std::string_view what);

}  // namespace regulus::io::hdf5
