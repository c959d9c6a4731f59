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

/// y = x where x > 0, else alpha x; alpha [the row's shape, 1 at the shared axes] is learned. He et al.
/// 2015; follows keras.layers.PReLU. Throws ConfigError unless the shared axes are >= 1, each once, and
/// for a constraint or an orthogonal penalty that alpha's rank does not fit; ShapeError for rows that lack a
/// shared axis.
class PReLU final : public Layer {
 public:
  struct Options {
    Initializer alpha_initializer = "zeros";
    Regularizer alpha_regularizer = {};
    Constraint alpha_constraint = {};
    std::vector<int> shared_axes = {};  ///< counted from 1, as 0 is the batch
    std::string name = {};
    Shape input_shape = {};
  };
  explicit PReLU(Options options);
  PReLU() : PReLU(Options{}) {}
  static PReLU from_config(const Value& config);
  const char* class_name() const override { return "PReLU"; }
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<std::pair<std::string, Shape>> weight_shapes(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 protected:
  std::vector<plan::ParameterPtr> make_weights(const BuildContext& context) override;

 private:
  Initializer alpha_initializer_;
  Regularizer alpha_regularizer_;
  Constraint alpha_constraint_;
  std::vector<int> shared_axes_;
};

}  // namespace regulus
