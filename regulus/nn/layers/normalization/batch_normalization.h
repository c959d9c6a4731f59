// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "regulus/nn/constraints.h"
#include "regulus/nn/initializers.h"
#include "regulus/nn/layer.h"
#include "regulus/nn/regularizers.h"

namespace regulus {

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each channel, an index of `axis`; rows of any
/// rank. Training takes the batch's mean and (biased) variance over all other axes and then moves
/// moving = moving * momentum + batch * (1 - momentum). Evaluation and prediction, Monte-Carlo prediction
/// too, use the moving ones and never change them; so does training if the layer is not trainable, which
/// then keeps gamma and beta as well. Ioffe and Szegedy 2015; follows keras.layers.BatchNormalization.
class BatchNormalization final : public Layer {
 public:
  struct Options {
    int axis = -1;           ///< of the channels: -1 is the last, 0 would be the batch
    double momentum = 0.99;  ///< in [0, 1]
    double epsilon = 1e-3;   ///< > 0
    bool center = true;      ///< there is a beta
    bool scale = true;       ///< there is a gamma
    Initializer beta_initializer = "zeros";
    Initializer gamma_initializer = "ones";
    Initializer moving_mean_initializer = "zeros";
    Initializer moving_variance_initializer = "ones";
    Regularizer beta_regularizer = {};
    Regularizer gamma_regularizer = {};
    Constraint beta_constraint = {};
    Constraint gamma_constraint = {};
    bool trainable = true;
    std::string name = {};
    Shape input_shape = {};
  };
  /// Throws ConfigError for a number out of its range, for an orthogonal penalty and for a constraint on an
  /// axis that a vector lacks.
  explicit BatchNormalization(Options options);
  BatchNormalization() : BatchNormalization(Options{}) {}
  static BatchNormalization from_config(const Value& config);

  const char* class_name() const override { return "BatchNormalization"; }
  bool trains_frozen() const override { return true; }
  Value config() const override;
  /// Throws ShapeError for an axis that the rows lack and for rows without a feature.
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<std::pair<std::string, Shape>> weight_shapes(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 protected:
  std::vector<plan::ParameterPtr> make_weights(const BuildContext& context) override;

 private:
  std::size_t channel_axis(const Shape& row) const;

  Options options_;
};

}  // namespace regulus
