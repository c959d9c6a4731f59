// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "fuzz/target.h"

namespace regulus::fuzz {

/// The files in tests/golden/FILE, made by the format's own package: the member "file" of every entry of
/// every list, in hexadecimal digits, base64, or base64 of what zlib has packed. Those of the list "cases"
/// are of this kind.
std::vector<Seed> golden_seeds(const std::string& file, SeedKind cases);

}  // namespace regulus::fuzz
