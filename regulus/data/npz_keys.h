// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>

namespace regulus {

/// What an array of an NPZ file is wanted for.
enum class NpzRole : std::uint8_t { kRows, kLabels };

/// The array of an NPZ file that holds the rows, or the labels, when nobody has said which. The only one;
/// else the only one of the usual names (x, images, features, data; y, labels, targets); else the only one
/// with such a word in its name (x_test, test_images; y_test, test_labels); else, by the number of axes, the
/// only one that may be rows (2 or more) or labels (1). `rank` says how many axes an array has. Throws
/// DataError that lists the names where several or none would do.
std::string choose_key(std::span<const std::string> keys, NpzRole role,
                       const std::function<std::size_t(const std::string& key)>& rank,
                       const std::string& where);

/// The labels that belong to rows by their name: y_test to x_test, test_labels to test_images, y to x. Empty
/// if there are none.
std::string paired_key(std::span<const std::string> keys, const std::string& rows);

}  // namespace regulus
