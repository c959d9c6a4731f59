// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "regulus/base/tensor.h"
#include "regulus/base/value.h"
#include "regulus/plan/graph.h"
#include "regulus/random/philox.h"

namespace regulus {

/// What a layer learns when its model is built.
struct BuildContext {
  Shape input_shape;       ///< of a row, without the batch axis
  random::Key key;         ///< the model's key, for initial weights
  std::uint32_t position;  ///< of the layer in its model
  bool trainable = true;   ///< false: the layer's weights are states, without penalty and constraint
};

/// An immutable description of a layer plus, once built, its weights. Layers are shared by handle
/// (LayerPtr): a layer in two models has one set of weights. So do copies of a built layer.
class Layer {
 public:
  virtual ~Layer() = default;

  /// Keras's class name, e.g. "AlphaDropout".
  virtual const char* class_name() const = 0;
  /// Keras's config: name, trainable, dtype and every argument, defaults included.
  virtual Value config() const = 0;
  /// The shape of an output row. Throws ShapeError if the input does not fit.
  virtual Shape output_shape(const Shape& input_shape) const = 0;
  /// Name and shape of each weight that a build for this input makes, in the order of weights().
  /// Makes nothing, so what a file promises can be checked first. Throws ShapeError for a shape that
  /// no array has. Requires an input that output_shape() accepts.
  virtual std::vector<std::pair<std::string, Shape>> weight_shapes(const Shape&) const { return {}; }
  /// Adds this layer's operations to the chain. Requires a built layer. `position` is the layer's
  /// place in its model: the stream of its random numbers.
  virtual void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const = 0;

  /// What is allowed but hardly meant, a line each: where, what it means, how to mend it. Of a built layer.
  virtual std::vector<std::string> notes() const { return {}; }
  /// True if it draws random numbers in training.
  virtual bool stochastic() const { return false; }
  /// True if what it draws in training it draws in prediction too: the Monte-Carlo twins.
  virtual bool always_on() const { return false; }
  /// True if a model can be trained in which this layer's weights stay: normalizations, and what has none.
  virtual bool trains_frozen() const { return weights_.empty(); }

  const std::string& name() const { return name_; }
  /// Of the first layer: the row's shape that the user gave; empty if none.
  const Shape& declared_input_shape() const { return declared_input_shape_; }
  bool built() const { return built_; }
  /// Keras's `trainable`. False: the weights are not the optimizer's, and their penalties do not count. Such
  /// a layer predicts, is saved and loaded; training refuses it unless trains_frozen().
  bool trainable() const { return trainable_; }
  /// Throws ConfigError once the layer is built.
  void set_trainable(bool trainable);
  /// Weights in Keras's order: trainable ones (kernel, bias), then states. Empty before the build.
  const std::vector<plan::ParameterPtr>& weights() const { return weights_; }
  std::int64_t count_params() const;
  /// Row-major values in the order of weights(). Throws ConfigError before the build.
  std::vector<Tensor> get_weights() const;
  /// Throws ShapeError unless count and shapes fit.
  void set_weights(const std::vector<Tensor>& values);

  /// Makes the weights, once; later calls check that the input still fits. The model calls it.
  void build(const BuildContext& context);
  /// The model gives "dense_1" to a layer without a name.
  void set_name(std::string name) { name_ = std::move(name); }

 protected:
  Layer(std::string name, Shape declared_input_shape)
      : name_(std::move(name)), declared_input_shape_(std::move(declared_input_shape)) {}
  /// Makes the weights for this input. Layers without weights keep the default.
  virtual std::vector<plan::ParameterPtr> make_weights(const BuildContext&) { return {}; }
  /// `Dense "dense_1"`, for errors; without a name just `Dense`.
  std::string where() const { return where(class_name(), name_); }
  static std::string where(const char* class_name, const std::string& name);
  /// The members of the config that every layer has.
  Value::Dict base_config() const;

 private:
  std::string name_;
  Shape declared_input_shape_;
  Shape built_for_;
  std::vector<plan::ParameterPtr> weights_;
  bool trainable_ = true;
  bool built_ = false;
};

/// A shared handle to a layer; made implicitly from any concrete layer.
class LayerPtr {
 public:
  template <class L>
  requires std::is_base_of_v<Layer, L> LayerPtr(L layer) : layer_(std::make_shared<L>(std::move(layer))) {}
  LayerPtr(std::shared_ptr<Layer> layer) : layer_(std::move(layer)) {}
  Layer& operator*() const { return *layer_; }
  Layer* operator->() const { return layer_.get(); }
  const std::shared_ptr<Layer>& shared() const { return layer_; }

 private:
  std::shared_ptr<Layer> layer_;
};

/// True if the layer is exactly an L: is<AlphaDropout>(layer) is false for its Monte-Carlo twin.
template <class L>
bool is(const LayerPtr& layer) {
  const Layer& concrete = *layer;
  return typeid(concrete) == typeid(L);
}
/// The layer as an L. Throws std::bad_cast if it is none.
template <class L>
const L& as(const LayerPtr& layer) {
  return dynamic_cast<const L&>(*layer);
}

/// Keras's functools.partial for layers: default options wrapped once, any of them overridden at
/// the call. L::merged(defaults, options) fills in what the call leaves out.
template <class L>
class Partial {
 public:
  explicit Partial(typename L::Options defaults) : defaults_(std::move(defaults)) {}
  L operator()(typename L::Options options) const { return L(L::merged(defaults_, std::move(options))); }

 private:
  typename L::Options defaults_;
};
template <class L>
Partial<L> partial(typename L::Options defaults) {
  return Partial<L>(std::move(defaults));
}

}  // namespace regulus
