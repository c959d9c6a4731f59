// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "regulus/base/limits.h"
#include "regulus/base/tensor.h"

namespace regulus::io {

/// What a safetensors file holds (huggingface/safetensors, README): arrays by name, here as float32, and
/// strings by name. A file is a u64 header length, a JSON header, and the arrays' bytes one after
/// another without holes, little-endian, row-major.
struct Safetensors {
  std::vector<std::pair<std::string, Tensor>> tensors;  ///< in the order of their bytes
  std::vector<std::pair<std::string, std::string>> metadata;

  /// The array or string of that name, or nullptr.
  const Tensor* tensor(std::string_view name) const;
  const std::string* text(std::string_view key) const;
};

/// Reads a file's bytes, which may be hostile: a header of at most 16 MiB, unique names, every byte of
/// data in exactly one array, dtypes BOOL, U8 to U64, I8 to I64, F16, BF16, F32 and F64, whose values become
/// the nearest float32. Nothing is allocated for an array before its bytes are known to be there.
/// Throws DataError that begins with `where`, also for what passes the limits.
Safetensors parse_safetensors(std::span<const std::uint8_t> bytes, const std::string& where,
                              const Limits& limits = {});

/// The bytes of such a file; the data begins at a multiple of 8. Throws ConfigError for a name that
/// appears twice, is "__metadata__" or is not UTF-8, and for a header above 16 MiB.
std::vector<std::uint8_t> to_safetensors(const Safetensors& file);

}  // namespace regulus::io
