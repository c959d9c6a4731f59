// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "regulus/base/value.h"

namespace regulus {

/// Reads a config that may come from a file: each member is asked for by name and its type checked;
/// finish() then refuses members that nobody asked for. A missing member is its default. Null is Python's
/// None: of a flag it is false, of a number or text that has a default it is refused, elsewhere it is none; a
/// null that nobody knows is what a later Keras says of something that is off. Every error is a ConfigError
/// that begins with `where`. The config must outlive the reader.
class ConfigReader {
 public:
  /// Throws unless `config` is a dict.
  ConfigReader(std::string where, const Value& config);

  const std::string& where() const { return where_; }

  /// The member, or nullptr if it is missing or null.
  const Value* find(const char* key);
  /// True if the member is there and null.
  bool is_null(const char* key);
  /// Throws `WHERE: KEY must be RULE, got null.` if it is: for members whose default is another.
  void refuse_null(const char* key, const std::string& rule);
  /// The member. Throws `WHERE: KEY is missing.`, and as refuse_null() does.
  const Value& required(const char* key, const std::string& rule);
  bool flag(const char* key, bool fallback);
  std::int64_t integer(const char* key, std::int64_t fallback);
  double number(const char* key, double fallback);
  std::string text(const char* key, const std::string& fallback);
  double required_number(const char* key);
  std::int64_t required_integer(const char* key);
  std::optional<double> optional_number(const char* key);
  /// A list of integers; empty if there is none.
  std::vector<std::int64_t> integers(const char* key);
  /// A seed is stored as a signed integer of the same bits.
  std::optional<std::uint64_t> seed(const char* key);

  /// For members of Keras that mean nothing here.
  void ignore(const char* key) { find(key); }
  /// For members of Keras of which regulus has only one value: any other is refused. Null is what Keras
  /// takes for that value, or says nothing.
  void require_only(const char* key, const Value& only);
  /// The same of members whose null says something of its own.
  void require_only_not_null(const char* key, const Value& only);

  /// Throws if a member was not asked for, with the nearest known name.
  void finish() const;

  /// Throws `WHERE: KEY must be RULE, got a list.`
  [[noreturn]] void refuse(const char* key, const std::string& rule, const Value& found) const;

 private:
  std::string where_;
  const Value& config_;
  std::vector<std::string_view> known_;
};

}  // namespace regulus
