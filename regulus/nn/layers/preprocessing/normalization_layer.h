// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "regulus/base/tensor.h"
#include "regulus/nn/layer.h"
#include "regulus/nn/row_axes.h"

namespace regulus {

/// keras.layers.Normalization (named so because `Normalization` scales a data set before it meets a model;
/// this layer is part of the model and of its file): y = (x - mean) / max(sqrt(variance), 1e-7), so a feature
/// that never varies gives no NaN. mean and variance are those given, or those of the rows it was adapted to,
/// then weights that no optimizer changes: mean, variance and count, which Keras keeps and nobody reads.
class NormalizationLayer final : public Layer {
 public:
  struct Options {
    RowAxes axis =
        -1;           ///< the axes along which each index has a mean and variance of its own; {}: one for all
    Value mean = {};  ///< a number or lists of numbers, stretched to these axes as NumPy does
    Value variance = {};  ///< with mean, of its shape, >= 0
    bool invert = false;  ///< y = mean + x max(sqrt(variance), 1e-7)
    std::string name = {};
    Shape input_shape = {};
  };
  /// Throws ConfigError unless mean and variance are both given or neither, of one shape with no more axes
  /// than `axis`, and finite.
  explicit NormalizationLayer(Options options);
  NormalizationLayer() : NormalizationLayer(Options{}) {}
  static NormalizationLayer from_config(const Value& config);

  /// Takes mean and population variance over all axes of data [rows, …] but `axis`, in double; builds the
  /// layer if need be. Copies made from now on, such as a model's, share them. Throws ConfigError if mean and
  /// variance were given, DataError for no rows or a value that is not finite, ShapeError for rows that do
  /// not fit.
  void adapt(const Tensor& data);

  const char* class_name() const override { return "Normalization"; }
  bool trains_frozen() const override { return true; }
  Value config() const override;
  /// Throws ShapeError for an axis that the rows lack, and for a mean that does not fit them.
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<std::pair<std::string, Shape>> weight_shapes(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 protected:
  std::vector<plan::ParameterPtr> make_weights(const BuildContext& context) override;

 private:
  bool given() const { return !options_.mean.is_null(); }
  Shape kept(const Shape& row) const;
  plan::StridedView places(const Shape& row) const;

  Options options_;
  Tensor mean_;  // as given
  Tensor variance_;
};

}  // namespace regulus
