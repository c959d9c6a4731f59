// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "regulus/nn/layer.h"
#include "regulus/saving/onnx/graph.h"

namespace regulus::onnx {

/// A built layer as its translation sees it.
struct SourceLayer {
  SourceLayer(const Layer& layer, const Shape& row);

  /// `Dense "dense_1"`, for errors.
  std::string where() const { return class_name + " \"" + name + "\""; }
  /// The weight of that name, or nullptr.
  const Tensor* weight(const std::string& name) const;

  std::string name;
  std::string class_name;
  Value config;
  Shape input;  ///< of a row, channels last
  Shape output;
  bool stochastic;
  bool always_on;  ///< a Monte-Carlo twin: draws whatever `training` says

 private:
  std::vector<std::pair<std::string, Tensor>> weights_;
};

/// The chain of layers on its way into a graph: the value that the layers so far have computed, and the layer
/// that is next. Keras has the channels last, ONNX's convolutions and poolings have them first; the value
/// stays as the last operator left it until somebody needs it otherwise, so between neighbours no Transpose
/// is written that the next one would undo.
class Chain {
 public:
  /// monte_carlo: layers may draw; training: the name of the switch that lets them.
  Chain(Graph& graph, std::string value, bool monte_carlo, std::string training)
      : graph_(graph), value_(std::move(value)), monte_carlo_(monte_carlo), training_(std::move(training)) {}

  void begin(const SourceLayer& layer) { layer_ = &layer; }
  const SourceLayer& layer() const { return *layer_; }

  /// The value with its axes as they come: for operators that do not care.
  const std::string& value() const { return value_; }
  bool is_channels_first() const { return channels_first_; }
  /// The value [batch, …, channels] or [batch, channels, …], after a Transpose if it must be. Of rank-1 rows
  /// both are the same.
  const std::string& channels_last();
  const std::string& channels_first();
  /// What the layer has made of it, its axes as before; or in that order.
  void set(std::string value) { value_ = std::move(value); }
  void set_channels_last(std::string value);
  void set_channels_first(std::string value);

  /// A node "LAYER/OP". Its output's name.
  std::string node(const std::string& op, Names inputs, Attributes attributes = {});
  /// value = op(value, others…).
  void apply(const std::string& op, const Names& others = {}, Attributes attributes = {});
  /// Constants "LAYER/NAME".
  std::string number(const std::string& name, double value);
  std::string constant(const std::string& name, const Tensor& values);
  std::string integers(const std::string& name, const Integers& values);
  /// A constant of rank as the rows, 1 where it is shared, with its axes as the value has them now.
  std::string row_constant(const std::string& name, const Tensor& values);

  /// True if the layer shall draw: it is stochastic, and the file is a Monte-Carlo one.
  bool draws() const { return layer_->stochastic && monte_carlo_; }
  /// The name of the bool that says whether it draws now.
  std::string training();

  /// The last layer's logits shall be divided by it, once.
  void set_temperature(double temperature) { temperature_ = temperature; }
  /// Divides, if it is still to be done.
  void apply_temperature();
  bool has_temperature() const { return temperature_.has_value(); }

 private:
  std::string named(const std::string& name) const { return layer_->name + "/" + name; }

  Graph& graph_;
  std::string value_;
  bool monte_carlo_;
  std::string training_;
  std::string always_;
  const SourceLayer* layer_ = nullptr;
  bool channels_first_ = false;
  std::size_t rank_ = 0;  ///< of the rows, where channels_first_
  std::optional<double> temperature_;
};

/// The tensor with its axes in that order, as NumPy's transpose.
Tensor permuted(const Tensor& values, const std::vector<std::size_t>& order);

/// A config's list of integers.
Integers integers_of(const Value& list);

/// Throws ConfigError `WHERE: WHAT. FIX`.
[[noreturn]] void refuse(const std::string& where, const std::string& what, const std::string& fix = "");

}  // namespace regulus::onnx
