// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace regulus {

/// The known name nearest to `name` by edit distance (transpositions count one, case is ignored), or
/// "" when nothing is near enough to be a likely typo (more than a third of the letters differ).
std::string nearest_name(std::string_view name, std::span<const std::string_view> known);

/// The known name that is probably meant: what other tools call it (base/synonyms.h), else the nearest, else
/// the only one that begins so; "" when nothing is likely. A word with a meaning of its own is no typo of
/// another: "auc" is not "acc".
std::string meant_name(std::string_view name, std::span<const std::string_view> known);

/// `Did you mean "selu"?` when a known name is probably meant, else `Known: a, b, c.`, each once.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> known);

/// "AlphaDropout" -> "alpha_dropout", as Keras names layers.
std::string snake_case(std::string_view class_name);

/// 235500 -> "235,500".
std::string with_commas(long long value);

}  // namespace regulus
