// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace regulus {

/// What people of other tools call a thing: "rmse" is root_mean_squared_error, "xavier_uniform" is
/// glorot_uniform. Case, _ and - do not count.
struct Synonyms {
  bool known = false;  ///< the word means something of its own: whatever is spelled nearly alike is not meant
  std::string meant = {};  ///< the first of `names` that it means; empty if none of them is
};
Synonyms synonyms(std::string_view word, std::span<const std::string_view> names);

}  // namespace regulus
