// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "regulus/nn/layer.h"
#include "regulus/train/mc_prediction.h"
#include "regulus/train/options.h"
#include "regulus/train/training_state.h"

namespace regulus {

struct ModelState;  // the inside of a Sequential, private to train/

/// Seeds everything that follows: the same program, seed and data give the same bits, whatever the
/// number of threads and the instruction set. Models made after it draw from keys derived from it,
/// in the order they are made. Without it the seed is 0.
void set_random_seed(std::uint64_t seed);

/// A chain of layers, with Keras's words: add, compile, fit, evaluate, predict. Moves, does not copy.
/// predict, predict_mc and the call are const and may run on many threads at once while nobody trains. While
/// it trains, also from within a callback, fit, train_on_batch, add, compile and set_training_state throw
/// ConfigError. So does every function of a model that was moved away.
class Sequential {
 public:
  struct Options {
    std::string name = {};                   ///< "sequential", "sequential_1", … if empty
    std::optional<std::uint64_t> seed = {};  ///< the model's own; else derived from set_random_seed
  };
  Sequential() : Sequential(Options{}) {}
  explicit Sequential(Options options);
  Sequential(std::initializer_list<LayerPtr> layers) : Sequential(layers, Options{}) {}
  Sequential(std::initializer_list<LayerPtr> layers, Options options);
  Sequential(Sequential&&) noexcept;
  Sequential& operator=(Sequential&&) noexcept;
  ~Sequential();

  /// Appends a layer. Once the input's shape is known, weights are made at once. Adding a layer of
  /// another model shares its weights. Throws ShapeError if it does not fit the layer before.
  void add(LayerPtr layer);
  /// Makes the weights for rows of this shape, which may have open lengths. Throws ShapeError.
  void build(const Shape& row_shape);
  const std::string& name() const;
  const std::vector<LayerPtr>& layers() const;
  /// The layer of that name. Throws ConfigError naming the nearest.
  const LayerPtr& layer(const std::string& name) const;
  bool built() const;
  /// Of a row. A length may be open (Shape::kOpen, Keras's None): each call fills it in, and layers whose
  /// weights do not follow it take rows of any such length.
  const Shape& input_shape() const;
  Shape output_shape() const;
  /// What the model makes of rows of this shape, which has no open length. Throws ShapeError unless they fit.
  Shape output_shape(const Shape& rows) const;
  std::int64_t count_params() const;

  /// What the layers allow but is hardly meant (Layer::notes), in their order.
  std::vector<std::string> notes() const;
  /// Keras's table of layers, shapes and parameters, and the notes. ascii: + - | instead of box characters.
  std::string summary(bool ascii = false) const;
  /// Class name and config of every layer, the model's name and input shape: Keras's config.
  Value config() const;
  static Sequential from_config(const Value& config);

  /// Chooses optimizer, loss and metrics; forgets the optimizer's state. Throws ConfigError.
  void compile(CompileOptions options);
  bool compiled() const;
  const Loss& loss() const;
  const std::vector<Metric>& metrics() const;
  Optimizer& optimizer();
  const Optimizer& optimizer() const;
  /// Class names and configs of optimizer, loss and metrics: Keras's get_compile_config. Throws
  /// ConfigError before compile.
  Value compile_config() const;
  /// Compiles as compile_config() says. Throws ConfigError.
  void compile_from_config(const Value& config);
  /// Updates so far since compile.
  std::uint64_t iterations() const;
  /// What the next update and the next stochastic prediction depend on beside the weights.
  TrainingState training_state() const;
  /// Throws ShapeError unless it has one tensor for each slot of each trainable weight, shaped like it; of a
  /// model that is not compiled none.
  void set_training_state(const TrainingState& state);

  /// Trains. Throws ConfigError before compile, for options out of range and for a frozen layer, ShapeError
  /// and DataError for data that does not fit, NumericError when the loss stops being finite.
  History fit(const Dataset& data, FitOptions options = {});
  /// Loss (penalties included), data_loss, penalty and metrics, dropout off.
  Logs evaluate(const Dataset& data, EvaluateOptions options = {});
  /// Outputs [rows, units], dropout off; Monte-Carlo layers draw anew at every call.
  Tensor predict(const Dataset& data) const;
  /// The same, or with {.training = true} one stochastic pass.
  Tensor operator()(const Dataset& data, CallOptions options = {}) const;
  /// Mean and standard deviation of many stochastic passes (Gal and Ghahramani 2016). Only
  /// stochastic layers switch on. Row r's samples depend on seed, row and sample index alone.
  McPrediction predict_mc(const Dataset& data, McOptions options = {}) const;
  /// One update on all rows of `data` as one batch. Returns its loss and metrics.
  Logs train_on_batch(const Dataset& data, const std::vector<float>& sample_weight = {});

  /// Every weight, row-major, layer by layer in Keras's order.
  std::vector<Tensor> get_weights() const;
  void set_weights(const std::vector<Tensor>& values);
  /// Those that an optimizer changes, layer by layer in Keras's order.
  std::vector<plan::ParameterPtr> trainable_weights() const;
  /// SHA-256 of all weights' float32 bytes in the order of get_weights: equal bits, equal hash.
  std::string weights_sha256() const;

  /// For callbacks: training ends after the running batch.
  void stop_training();

  /// The chain as the plan sees it; for tests and exporters. Requires a built model.
  plan::Graph lower() const;
  /// The same for rows of this shape, where the model's has open lengths.
  plan::Graph lower(const Shape& rows) const;
  random::Key key() const;

 private:
  /// Throws ConfigError for a model that was moved away.
  ModelState& state() const;

  std::shared_ptr<ModelState> state_;
};

}  // namespace regulus
