// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace regulus::testing {

/// A file that stands in a golden document: made by the format's own package, or on purpose not sound.
struct GoldenFile {
  std::string list;  ///< of the document: "cases", "attacks"
  std::string name;
  std::vector<std::uint8_t> bytes;
};

/// Those of tests/golden/FILE: the member "file" of every entry of every list, in hexadecimal digits, base64,
/// or base64 of what zlib has packed.
std::vector<GoldenFile> golden_files(const std::string& file);

}  // namespace regulus::testing
