// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "regulus/data/normalization.h"
#include "regulus/train/sequential.h"

namespace regulus {

struct PredictorOptions {
  std::optional<Normalization> normalization = {};  ///< applied to every row first: LoadedModel's notes
  std::optional<double> temperature = {};  ///< of a model that ends in softmax, > 0: at_temperature's
  int samples = 0;                         ///< of predict_mc, >= 1; 0: it will not be called
  std::optional<std::uint64_t> seed = {};  ///< of its draws; none: the model's, as in Sequential::predict_mc
  Shape row_shape = {};  ///< of the rows that it will be given, where the model's has open lengths
};

/// What a program that serves a model calls for each request: one row, or a few, on the calling thread,
/// without allocation, lock or system call. The bits are those of Sequential::predict.
///
///     const LoadedModel loaded = load_model("model.safetensors");
///     const Predictor predictor(loaded.model, {.normalization = loaded.notes.normalization});
///     // on each thread
///     Predictor mine = predictor;
///     mine.predict(pixels, probabilities);
///
/// One object serves one thread at a time. A copy has working memory of its own and shares everything
/// else; it is made once a thread, not once a request. Layers and weights live as long as a Predictor
/// needs them, whatever becomes of the model; layers that the model is given later are not part of it.
/// New weights count from the next call on, but none may change during a call.
class Predictor {
 public:
  /// Throws ConfigError for a model without weights, for one that draws in every prediction (MCDropout,
  /// MCAlphaDropout) unless samples are asked for, and for an option out of range; ShapeError if the
  /// normalization has another width, if the model has open lengths and no row_shape is given, or if that
  /// does not fit.
  explicit Predictor(const Sequential& model, PredictorOptions options = {});
  Predictor(const Predictor& other);
  Predictor(Predictor&&) noexcept;
  Predictor& operator=(Predictor other) noexcept;
  ~Predictor();

  /// Shapes of one row.
  const Shape& input_shape() const;
  const Shape& output_shape() const;

  /// y[r] = model(x[r]) for rows [n, input_shape…] and [n, output_shape…], row-major, any n. Throws
  /// ShapeError unless x is whole rows and y has room for exactly as many.
  void predict(std::span<const float> x, std::span<float> y);
  /// Of bytes, e.g. pixels: each counts as its number.
  void predict(std::span<const std::uint8_t> x, std::span<float> y);

  /// Mean and population standard deviation of as many stochastic passes as the options say, as
  /// Sequential::predict_mc with independent masks gives them for rows first_row, first_row + 1, … of a data
  /// set, bit for bit. Throws ShapeError as predict, for mean and std, ConfigError without samples.
  void predict_mc(std::span<const float> x, std::span<float> mean, std::span<float> std,
                  std::uint32_t first_row = 0);
  void predict_mc(std::span<const std::uint8_t> x, std::span<float> mean, std::span<float> std,
                  std::uint32_t first_row = 0);

 private:
  class Engine;
  struct State;
  State& state() const;

  std::unique_ptr<State> state_;
};

}  // namespace regulus
