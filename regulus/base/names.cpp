// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/names.h"

#include <algorithm>
#include <vector>

#include "regulus/base/synonyms.h"

namespace regulus {
namespace {

// A hostile name must not cost a square of its length, and no known name is near a longer one.
constexpr std::size_t kMaxLength = 100;
constexpr std::size_t kMaxList = 300;

// Not <cctype>: its answers follow the program's locale.
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
char lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

// Edit distance with transposed neighbours counting one (optimal string alignment); case is ignored.
std::size_t distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> before_last(width);
  std::vector<std::size_t> last(width);
  std::vector<std::size_t> row(width);
  for (std::size_t j = 0; j < width; ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0u : 1u)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

// The one known name that goes on where `name` ends: "eval" for "evaluate". Of two nobody knows which.
std::string only_name_beginning(std::string_view name, std::span<const std::string_view> known) {
  constexpr std::size_t kFewestLetters = 3;
  std::string_view found;
  if (name.size() < kFewestLetters) return "";
  for (const std::string_view candidate : known) {
    if (!candidate.starts_with(name) || candidate == found) continue;
    if (!found.empty()) return "";
    found = candidate;
  }
  return std::string(found);
}

}  // namespace

std::string nearest_name(std::string_view name, std::span<const std::string_view> known) {
  if (name.size() > kMaxLength) return "";
  std::string_view best;
  std::size_t best_distance = 0;
  for (const std::string_view candidate : known) {
    if (candidate.size() > kMaxLength) continue;
    const std::size_t edits = distance(name, candidate);
    if (3 * edits > std::max(name.size(), candidate.size())) continue;
    if (best.empty() || edits < best_distance) {
      best = candidate;
      best_distance = edits;
    }
  }
  return std::string(best);
}

std::string meant_name(std::string_view name, std::span<const std::string_view> known) {
  const Synonyms synonym = synonyms(name, known);
  if (synonym.known) return synonym.meant;
  if (std::string near = nearest_name(name, known); !near.empty()) return near;
  return only_name_beginning(name, known);
}

std::string did_you_mean(std::string_view wanted, std::span<const std::string_view> known) {
  if (const std::string meant = meant_name(wanted, known); !meant.empty())
    return "Did you mean \"" + meant + "\"?";
  if (known.empty()) return "";
  // The names may come from a file, and a line is cut after kMaxList bytes anyway.
  std::string list = "Known: ";
  std::vector<std::string_view> listed;
  for (const std::string_view name : known) {
    if (std::find(listed.begin(), listed.end(), name) != listed.end()) continue;
    if (list.size() > kMaxList) return list + ", …";
    if (!listed.empty()) list += ", ";
    list += name;
    listed.push_back(name);
  }
  return list + ".";
}

std::string snake_case(std::string_view class_name) {
  // Keras's rule (keras/src/utils/naming.py): a break before a capital that a lower-case letter
  // follows, and one between a lower-case letter and a capital. "Conv2D" has none.
  std::string out;
  for (std::size_t i = 0; i < class_name.size(); ++i) {
    const char c = class_name[i];
    const bool starts_word = i + 1 < class_name.size() && is_lower(class_name[i + 1]);
    if (i > 0 && is_upper(c) && (starts_word || is_lower(class_name[i - 1]))) out += '_';
    out += lower(c);
  }
  return out;
}

std::string with_commas(long long value) {
  std::string digits = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

}  // namespace regulus
