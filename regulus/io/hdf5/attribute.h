// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "regulus/io/hdf5.h"
#include "regulus/io/hdf5/source.h"

namespace regulus::io::hdf5 {

/// An attribute as its message (specification IV.A.2.m) holds it, versions 1 to 3.
Hdf5Attribute read_attribute(Source& source, ByteReader message);

/// A name of a link or attribute, proved to be UTF-8 of 1 to limits.name_bytes bytes without NUL, and
/// without '/' for a link; else fails at `offset` of `at`.
std::string checked_name(std::string_view name, bool is_link, const Limits& limits, const ByteReader& at,
                         std::uint64_t offset);

}  // namespace regulus::io::hdf5
