// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "fuzz/target.h"

namespace regulus::fuzz {

/// The files in tests/golden/FILE, made by the format's own package: the member "file" of each case, in
/// hexadecimal digits or base64, which are of this kind, and those of each attack, if there are any.
std::vector<Seed> golden_seeds(const std::string& file, SeedKind cases);

}  // namespace regulus::fuzz
