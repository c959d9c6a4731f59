// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "regulus/base/config_reader.h"
#include "regulus/base/value.h"

namespace regulus {

/// An argument of Keras that is one number for all axes of an image or one for each:
/// `.pool_size = 2` or `.pool_size = {3, 2}`. Left out, it is empty.
class AxisLengths {
 public:
  AxisLengths() = default;
  AxisLengths(std::int64_t all) : lengths_{all}, all_(true) {}
  AxisLengths(std::initializer_list<std::int64_t> each) : lengths_(each) {}
  /// The member of a config: an integer or a list of integers; empty if there is none or null.
  static AxisLengths read(ConfigReader& reader, const char* key);

  bool empty() const { return lengths_.empty(); }
  /// One number for each axis. Throws ConfigError `WHERE: KEY must …` unless each is in [1, 2^31).
  std::vector<std::int64_t> for_axes(std::size_t count, const std::string& where,
                                     const std::string& key) const;

 private:
  std::vector<std::int64_t> lengths_;
  bool all_ = false;
};

/// As Keras stores it.
Value to_value(const std::vector<std::int64_t>& lengths);

}  // namespace regulus
