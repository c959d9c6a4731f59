// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "fuzz/target.h"

namespace regulus::fuzz {

/// The files in tests/golden/FILE, made by the format's own package: the member "file" of each case, as
/// hexadecimal digits.
std::vector<Seed> golden_seeds(const std::string& file);

}  // namespace regulus::fuzz
