// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/layer.h"

#include "regulus/base/error.h"

namespace regulus {

std::string Layer::where(const char* class_name, const std::string& name) {
  return name.empty() ? class_name : std::string(class_name) + " \"" + name + "\"";
}

Value::Dict Layer::base_config() const {
  return {{"name", name_}, {"trainable", trainable_}, {"dtype", "float32"}};
}

std::int64_t Layer::count_params() const {
  std::int64_t total = 0;
  for (const plan::ParameterPtr& weight : weights_) total += weight->shape().size();
  return total;
}

std::vector<Tensor> Layer::get_weights() const {
  if (!built_)
    throw ConfigError({.where = where(),
                       .what = "there are no weights before the build",
                       .fix = "Build the model first, or give its first layer an input_shape."});
  std::vector<Tensor> values;
  for (const plan::ParameterPtr& weight : weights_) values.push_back(weight->value());
  return values;
}

void Layer::set_weights(const std::vector<Tensor>& values) {
  if (values.size() != weights_.size())
    throw ShapeError({.where = where(),
                      .what = "set_weights got the wrong number of arrays",
                      .expected = std::to_string(weights_.size()),
                      .found = std::to_string(values.size()),
                      .fix = built_ ? "" : "Build the model first, or give its first layer an input_shape."});
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i].shape() != weights_[i]->shape())
      throw ShapeError({.where = where(),
                        .what = "the new " + weights_[i]->name() + " has another shape",
                        .expected = to_string(weights_[i]->shape()),
                        .found = to_string(values[i].shape())});
  for (std::size_t i = 0; i < values.size(); ++i) weights_[i]->assign(values[i]);
}

void Layer::set_trainable(bool trainable) {
  if (built_ && trainable != trainable_)
    throw ConfigError({.where = where(),
                       .what = "trainable cannot be changed once the layer is built",
                       .fix = "Change it in the config, make the model from that and set its weights."});
  trainable_ = trainable;
}

void Layer::build(const BuildContext& context) {
  if (!built_) {
    output_shape(context.input_shape);
    BuildContext own = context;
    own.trainable = trainable_;
    weights_ = make_weights(own);
    built_for_ = context.input_shape;
    built_ = true;
    return;
  }
  if (weights_.empty() || context.input_shape == built_for_) return;
  throw ShapeError({.where = where(),
                    .what = "the layer is already built for other rows",
                    .expected = to_batch_string(built_for_),
                    .found = to_batch_string(context.input_shape),
                    .fix = "Use a new layer."});
}

}  // namespace regulus
