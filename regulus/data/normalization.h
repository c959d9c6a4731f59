// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "regulus/base/value.h"
#include "regulus/data/dataset.h"

namespace regulus {

/// Feature-wise z-score: y = (x * scale - mean) / std, with mean and population standard deviation
/// taken over the rows it was fitted on, in double. A feature that never varies keeps std 1: it
/// becomes x * scale - mean, so no NaN or infinity arises; constant_features() says how many there are.
/// The same goes for one that varies too little for a float.
/// Follows the notebook's X_means / X_stds; keras.layers.Normalization differs by max(std, 1e-7).
class Normalization {
 public:
  struct Options {
    double scale = 1.0;  ///< multiplies every value first, e.g. 1.0 / 255
  };
  /// From the stored values of `data`; a scaling it is seen through is not looked at. Throws DataError
  /// for a data set without rows or with a value that is not finite, ConfigError for such a scale.
  static Normalization fit(const Dataset& data, Options options);
  static Normalization fit(const Dataset& data) { return fit(data, Options{}); }

  /// The same rows, scaled whenever they are gathered. Throws ShapeError if the width differs.
  Dataset operator()(const Dataset& data) const;

  const std::vector<double>& mean() const { return mean_; }
  const std::vector<double>& std() const { return std_; }
  double scale() const { return scale_; }
  /// The same as x * scale + offset, in float: what the rows are seen through.
  const std::shared_ptr<const Scaling>& scaling() const { return scaling_; }
  std::int64_t constant_features() const { return constant_features_; }

  /// A JSON document, written atomically; numbers round-trip exactly. More than 65,536 of them are one text:
  /// the bytes of little-endian doubles in base64. Throws IoError.
  void save(const std::string& path) const;
  /// Throws IoError, or DataError naming the file and what is malformed.
  static Normalization load(const std::string& path);
  /// The same document as a tree, and a normalization from it. Throws DataError that begins with `where`.
  Value config() const;
  static Normalization from_config(const Value& config, const std::string& where);
  /// From stored statistics. Throws ConfigError unless all are finite, every std > 0, and scale / std
  /// and mean / std fit a float; and for more than 2^22 features, which no file holds.
  static Normalization from_statistics(double scale, std::vector<double> mean, std::vector<double> std);

 private:
  double scale_ = 1.0;
  std::vector<double> mean_;
  std::vector<double> std_;
  std::int64_t constant_features_ = 0;
  std::shared_ptr<const Scaling> scaling_;
};

}  // namespace regulus
