// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "regulus/base/config_reader.h"
#include "regulus/base/shape.h"
#include "regulus/base/value.h"

namespace regulus {

/// An argument of Keras that is one number for all features or one for each index of a row's last axis:
/// `.scale = 0.5` or `.scale = {0.5, 1, 2}`. Left out, it is empty.
class ChannelNumbers {
 public:
  ChannelNumbers() = default;
  ChannelNumbers(double all) : numbers_{all}, all_(true) {}
  ChannelNumbers(std::initializer_list<double> each) : numbers_(each) {}
  /// The member of a config: a number or a list of numbers; `fallback` if there is none. Throws ConfigError
  /// for anything else, null and an empty list included.
  static ChannelNumbers read(ConfigReader& reader, const char* key, const ChannelNumbers& fallback);

  bool empty() const { return numbers_.empty(); }
  /// True for one number for all.
  bool all() const { return all_; }
  const std::vector<double>& numbers() const { return numbers_; }
  /// As Keras stores them.
  Value value() const;
  /// Throws ConfigError `WHERE: KEY must be finite, got …`.
  void require_finite(const std::string& where, const std::string& key) const;
  /// Throws ShapeError unless there is one number, or one for each index of the last axis.
  void require_fits(const Shape& row, const std::string& where, const std::string& key) const;

 private:
  std::vector<double> numbers_;
  bool all_ = false;
};

}  // namespace regulus
