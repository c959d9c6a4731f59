// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "regulus/data/row_reader.h"

namespace regulus {

/// Class labels as numbers from 0 on, and targets, out of what files hold.
class LabelCoding {
 public:
  /// What RowReaderOptions say of labels. `place` says of which row or cell an error is: where it begins, and
  /// what goes before its words.
  struct Place {
    std::string where;
    std::string prefix;  ///< `line 5: column "species"` or "row 4"
  };
  LabelCoding(const RowReaderOptions& options, std::function<Place()> place);

  LabelKind kind() const { return kind_; }
  /// The smallest label that files count from.
  void set_first_label(std::int32_t first) { first_ = first; }
  /// The class of one number. Throws DataError unless it is whole and in range; whole numbers of float32 only
  /// below 2^24, where it has all of them.
  std::int32_t of_number(double value, double most = 0x1p31 - 1) const;
  /// Of a cell: a class name, true or false, or a number.
  std::int32_t of_word(std::string_view cell, char decimal) const;
  /// Of one-hot values: where the 1 is. Throws DataError unless all others are 0.
  std::int32_t of_one_hot(std::span<const float> values) const;

 private:
  [[noreturn]] void fail(const std::string& what, std::string expected, std::string found,
                         std::string fix = "") const;

  LabelKind kind_;
  std::int32_t first_;
  std::int64_t classes_;
  std::vector<std::string> class_names_;
  std::unordered_map<std::string, std::int32_t> by_name_;
  std::function<Place()> place_;
};

}  // namespace regulus
