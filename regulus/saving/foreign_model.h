// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace regulus {

/// Throws DataError for a folder, which may be a SavedModel of TensorFlow's, and for the file of a graph in
/// one: what it is, and how to get a model that regulus reads. Any other path, absent ones too, is left
/// alone.
void require_model_file(const std::string& path);

/// Throws DataError for the bytes of a model of another program's, or of a file that is no model. Bytes that
/// may be a safetensors file are left alone.
void require_no_foreign_model(std::span<const std::uint8_t> bytes, const std::string& where);

/// The same for a zip archive of these members, which is no Keras model.
[[noreturn]] void refuse_archive(const std::vector<std::string>& members, const std::string& where);

}  // namespace regulus
