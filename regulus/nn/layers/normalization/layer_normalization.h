// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "regulus/nn/constraints.h"
#include "regulus/nn/initializers.h"
#include "regulus/nn/layer.h"
#include "regulus/nn/regularizers.h"
#include "regulus/nn/row_axes.h"

namespace regulus {

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and (biased) variance those of each row over
/// `axis`, whatever else is in the batch: -1, of each pixel over its channels; {1, 2, 3}, of an image. gamma
/// and beta have the lengths of these axes, ascending. The same in training and prediction. Ba et al. 2016;
/// follows keras.layers.LayerNormalization.
class LayerNormalization final : public Layer {
 public:
  struct Options {
    RowAxes axis = -1;
    double epsilon = 1e-3;     ///< > 0
    bool center = true;        ///< there is a beta
    bool scale = true;         ///< there is a gamma
    bool rms_scaling = false;  ///< y = gamma x / sqrt(variance + epsilon), with gamma and without beta
    Initializer beta_initializer = "zeros";
    Initializer gamma_initializer = "ones";
    Regularizer beta_regularizer = {};
    Regularizer gamma_regularizer = {};
    Constraint beta_constraint = {};
    Constraint gamma_constraint = {};
    bool trainable = true;  ///< else gamma and beta stay
    std::string name = {};
    Shape input_shape = {};
  };
  /// Throws ConfigError for no axis, an epsilon out of its range, an orthogonal penalty and a constraint on
  /// an axis that the weights lack.
  explicit LayerNormalization(Options options);
  LayerNormalization() : LayerNormalization(Options{}) {}
  static LayerNormalization from_config(const Value& config);

  const char* class_name() const override { return "LayerNormalization"; }
  bool trains_frozen() const override { return true; }
  Value config() const override;
  /// Throws ShapeError for an axis that the rows lack and for rows without a feature.
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<std::pair<std::string, Shape>> weight_shapes(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 protected:
  std::vector<plan::ParameterPtr> make_weights(const BuildContext& context) override;

 private:
  bool has_gamma() const { return options_.scale || options_.rms_scaling; }
  bool has_beta() const { return options_.center && !options_.rms_scaling; }

  Options options_;
};

}  // namespace regulus
