// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/npz_keys.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "regulus/base/data_error.h"

namespace regulus {
namespace {

// Word for word: what the labels of such rows are called.
struct Pair {
  std::string_view rows;
  std::string_view labels;
};
constexpr std::array<Pair, 12> kPairs = {{{"x", "y"},
                                          {"images", "labels"},
                                          {"imgs", "labels"},
                                          {"image", "label"},
                                          {"features", "labels"},
                                          {"data", "target"},
                                          {"data", "labels"},
                                          {"features", "targets"},
                                          {"inputs", "targets"},
                                          {"x", "labels"},
                                          {"images", "y"},
                                          {"samples", "labels"}}};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_word_of(NpzRole role, std::string_view word) {
  const bool is_plural = word == "target" || word == "classes";
  if (role == NpzRole::kLabels && is_plural) return true;
  return std::any_of(kPairs.begin(), kPairs.end(),
                     [&](const Pair& p) { return word == (role == NpzRole::kRows ? p.rows : p.labels); });
}

// Where the words of a name, between _ - . and blanks, begin and end.
struct Word {
  std::size_t begin;
  std::size_t size;
};
std::vector<Word> words_of(std::string_view name) {
  constexpr std::string_view kBetween = "_-. ";
  std::vector<Word> words;
  for (std::size_t begin = name.find_first_not_of(kBetween); begin != name.npos;) {
    const std::size_t end = std::min(name.find_first_of(kBetween, begin), name.size());
    words.push_back({begin, end - begin});
    begin = name.find_first_not_of(kBetween, end);
  }
  return words;
}

bool has_word_of(NpzRole role, const std::string& name) {
  // xtest, ytrain
  for (const std::string_view part : {"train", "test", "val", "valid"})
    if (name == (role == NpzRole::kRows ? "x" : "y") + std::string(part)) return true;
  const auto words = words_of(name);
  return std::any_of(words.begin(), words.end(), [&](const Word& w) {
    return is_word_of(role, std::string_view(name).substr(w.begin, w.size));
  });
}

std::string listed(std::span<const std::string> keys) {
  constexpr std::size_t kShown = 8;
  std::string text;
  for (std::size_t i = 0; i < keys.size() && i < kShown; ++i) text += (i == 0 ? "" : ", ") + keys[i];
  return text + (keys.size() > kShown ? ", and " + std::to_string(keys.size() - kShown) + " more" : "");
}

}  // namespace

std::string choose_key(std::span<const std::string> keys, NpzRole role,
                       const std::function<std::size_t(const std::string& key)>& rank,
                       const std::string& where) {
  if (keys.size() == 1) return keys[0];
  const auto only = [&](auto&& fits) -> const std::string* {
    const auto found = std::find_if(keys.begin(), keys.end(), fits);
    if (found == keys.end() || std::find_if(found + 1, keys.end(), fits) != keys.end()) return nullptr;
    return &*found;
  };
  if (const auto* key = only([&](const std::string& k) { return is_word_of(role, lower(k)); })) return *key;
  if (const auto* key = only([&](const std::string& k) { return has_word_of(role, lower(k)); })) return *key;
  constexpr std::size_t kFew = 16;
  if (keys.size() <= kFew)
    if (const auto* key = only([&](const std::string& k) {
          const std::size_t axes = rank(k);
          return role == NpzRole::kRows ? axes > 1 : axes == 1;
        }))
      return *key;
  const bool rows = role == NpzRole::kRows;
  throw_data(where, rows ? "which array holds the rows?" : "which array holds the labels?",
             "one of " + listed(keys), "", rows ? "Name it: --key." : "Name it: --label-key.");
}

std::string paired_key(std::span<const std::string> keys, const std::string& rows) {
  const std::string name = lower(rows);
  const auto known = [&](const std::string& wanted) -> std::string {
    for (const std::string& key : keys)
      if (key != rows && lower(key) == wanted) return key;
    return "";
  };
  for (const std::string_view part : {"train", "test", "val", "valid"})
    if (name == "x" + std::string(part)) return known("y" + std::string(part));
  for (const Word& word : words_of(name))
    for (const Pair& pair : kPairs) {
      if (name.compare(word.begin, word.size, pair.rows) != 0) continue;
      std::string wanted = name;
      wanted.replace(word.begin, word.size, pair.labels);
      if (std::string key = known(wanted); !key.empty()) return key;
    }
  return "";
}

}  // namespace regulus
