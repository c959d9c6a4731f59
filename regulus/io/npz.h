// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/io/array.h"

namespace regulus::io {

/// Arrays by name, in the order of the file.
using NamedArrays = std::vector<std::pair<std::string, Array>>;

/// Reads what np.savez and np.savez_compressed write: a zip archive (io/zip.h) of NPY files (io/npy.h), each
/// called KEY.npy. The arrays keep their bytes. Throws DataError.
NamedArrays parse_npz(std::span<const std::uint8_t> bytes, const std::string& where,
                      const Limits& limits = {});

/// A stored archive of the arrays: the same arrays give the same bytes. Throws ConfigError for a key that
/// appears twice or that no zip archive may hold, and for what to_npy refuses.
std::vector<std::uint8_t> to_npz(std::span<const std::pair<std::string, Array>> arrays);

}  // namespace regulus::io
