// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/notebook_cells.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "cli/output.h"
#include "regulus/data/normalization.h"
#include "regulus/nn/layers/core/dense.h"
#include "regulus/nn/layers/regularization/dropout.h"
#include "regulus/nn/layers/reshaping/flatten.h"
#include "regulus/optim/sgd.h"

namespace regulus::cli {
namespace {

constexpr std::int64_t kValidationRows = 5000;
constexpr std::int64_t kMaxNormRows = 5000;
constexpr std::int64_t kSamplesShown = 10;
constexpr const char* kLoss = "sparse_categorical_crossentropy";
constexpr const char* kNothingLost = "Nothing was to be saved.";

// np.linalg.norm(kernel, axis=0).max()
double largest_column_norm(const Tensor& kernel) {
  const std::int64_t units = kernel.shape().back();
  std::vector<double> squares(static_cast<std::size_t>(units));
  for (std::int64_t i = 0; i < kernel.size(); ++i) {
    const double w = kernel.data()[i];
    squares[static_cast<std::size_t>(i % units)] += w * w;
  }
  return std::sqrt(*std::max_element(squares.begin(), squares.end()));
}

}  // namespace

Notebook::Notebook(const NotebookOptions& options, const Common& common, Notes& notes)
    : options_(options),
      common_(common),
      data_(split(load(options.data, common, Replacement::kGarments, notes), kValidationRows, options.rows,
                  "notebook", notes)),
      paper_(text_output(common), style_for(STDOUT_FILENO)),
      profiling_(common) {}

void Notebook::seed() const {
  set_random_seed(static_cast<std::uint64_t>(common_.seed));
}

void Notebook::compile(Sequential& model) const {
  model.compile({.optimizer = "nadam", .loss = kLoss, .metrics = {"accuracy"}});
}

Figures Notebook::run() {
  seed();
  scale();
  penalties();
  dropout();
  const Sequential model = alpha_dropout();
  monte_carlo(model);
  monte_carlo_twin(model);
  max_norm();
  comparison();
  return std::move(figures_);
}

History Notebook::train(Sequential& model, const Dataset& rows, bool validate) {
  FitOptions how = fit_options(common_, options_.epochs);
  if (validate) {
    how.validation_data = valid_;
    paper_.code({"model.fit(X_train_scaled, y_train, " + epochs() + ",",
                 "          validation_data=(X_valid_scaled, y_valid))"});
  }
  how.profile = profiling_.report();
  History history = fit(model, rows, how, kNothingLost);
  profiling_.keep("fit");
  profiling_.show(text_output(common_));
  return history;
}

void Notebook::scale() {
  paper_.show(describe(data_));
  paper_.code({"X_train_scaled = (X_train / 255 - pixel_means) / pixel_stds"});
  const Normalization scaled = Normalization::fit(data_.train, {.scale = 1.0 / 255});
  train_ = scaled(data_.train);
  valid_ = scaled(data_.valid);
  test_ = scaled(data_.test);
  first_test_row_ = test_.slice(0, 1);
  if (scaled.constant_features() > 0)
    paper_.show(std::to_string(scaled.constant_features()) +
                " pixels never vary in the training rows: their standard deviation counts as 1.");
}

void Notebook::penalties() {
  paper_.cell("l1 and l2 regularization");
  paper_.code({"Dense(100, activation=\"elu\", kernel_initializer=\"he_normal\",",
               "      kernel_regularizer=l2(0.01))  # or l1(0.1), or l1_l2(0.1, 0.01)"});
  for (const Regularizer& penalty : {l1(0.1), l2(0.01), l1_l2({.l1 = 0.1, .l2 = 0.01})})
    Dense({.units = 100,
           .activation = "elu",
           .kernel_initializer = "he_normal",
           .kernel_regularizer = penalty});

  paper_.code({"RegularizedDense = partial(Dense, activation=\"elu\",",
               "      kernel_initializer=\"he_normal\", kernel_regularizer=l2(0.01))"});
  const auto RegularizedDense = partial<Dense>(
      {.activation = "elu", .kernel_initializer = "he_normal", .kernel_regularizer = l2(0.01)});
  Sequential model({
      Flatten({.input_shape = {28, 28}}),
      RegularizedDense({.units = 300}),
      RegularizedDense({.units = 100}),
      RegularizedDense({.units = 10, .activation = "softmax"}),
  });
  compile(model);
  train(model, train_);
}

void Notebook::dropout() {
  paper_.cell("Dropout");
  paper_.code({"Dropout(rate=0.2)  # before each Dense"});
  const auto EluDense = partial<Dense>({.activation = "elu", .kernel_initializer = "he_normal"});
  Sequential model({
      Flatten({.input_shape = {28, 28}}),
      Dropout({.rate = 0.2}),
      EluDense({.units = 300}),
      Dropout({.rate = 0.2}),
      EluDense({.units = 100}),
      Dropout({.rate = 0.2}),
      Dense({.units = 10, .activation = "softmax"}),
  });
  compile(model);
  train(model, train_);
}

Sequential Notebook::alpha_dropout() {
  paper_.cell("Alpha dropout");
  paper_.code({"AlphaDropout(rate=0.2)  # before each Dense, which is selu, lecun_normal"});
  seed();
  Sequential model = alpha_dropout_model(0.2);
  compile(model);
  figures_.history = train(model, train_);
  figures_.weights_sha256 = model.weights_sha256();
  const auto evaluate = [&](const char* rows, const Dataset& data) {
    paper_.code({rows});
    const Logs logs = model.evaluate(data);
    paper_.show('[' + fixed(logs["loss"], 4) + ", " + fixed(logs["accuracy"], 4) + ']');
  };
  evaluate("model.evaluate(X_test_scaled, y_test)", test_);
  evaluate("model.evaluate(X_train_scaled, y_train)", train_);
  return model;
}

void Notebook::monte_carlo(const Sequential& model) {
  const std::int64_t shown = std::min(options_.mc.samples, kSamplesShown);
  paper_.cell("Monte-Carlo dropout");
  paper_.code({"y_probas = np.stack([model(X_test_scaled, training=True)",
               "                     for sample in range(" + std::to_string(options_.mc.samples) + ")])"});
  paper_.code({"y_proba, y_std = y_probas.mean(axis=0), y_probas.std(axis=0)"});
  figures_.plain = predict(model, test_, profiling_.report());
  profiling_.keep("predict");
  figures_.mc = predict_mc(model, test_, options_.mc, profiling_.report());
  profiling_.keep(mc_name(options_.mc));
  profiling_.show(text_output(common_));
  // A row's samples do not depend on the others, so the few that are printed are drawn again.
  const McPrediction first = model.predict_mc(
      first_test_row_,
      {.samples = static_cast<int>(shown), .seed = {}, .masks = options_.mc.masks, .keep_samples = true});
  paper_.code({"np.round(model.predict(X_test_scaled[:1]), 2)"});
  paper_.show(round(figures_.plain.mean.slice(0, 1), 2));
  paper_.code({"np.round(y_probas[:" + std::to_string(shown) + ", :1], 2)"});
  paper_.show(round(first.samples, 2));
  paper_.code({"np.round(y_proba[:1], 2)"});
  paper_.show(round(figures_.mc.mean.slice(0, 1), 2));
  paper_.code({"np.round(y_std[:1], 2)"});
  paper_.show(round(figures_.mc.std.slice(0, 1), 2));
  paper_.code({"y_pred = np.argmax(y_proba, axis=1)"});
  paper_.code({"np.sum(y_pred == y_test) / len(y_test)"});
  paper_.show(fixed(figures_.mc.scores.accuracy, 4));
}

void Notebook::monte_carlo_twin(const Sequential& model) {
  paper_.cell("Dropout layers replaced by their Monte-Carlo twins, weights shared");
  paper_.code({"mc_model = Sequential([MCAlphaDropout(layer.rate)",
               "                       if isinstance(layer, AlphaDropout) else layer",
               "                       for layer in model.layers])"});
  paper_.code({"mc_model.summary()"});
  Sequential mc_model;
  for (const LayerPtr& layer : model.layers())
    mc_model.add(is<AlphaDropout>(layer) ? MCAlphaDropout({.rate = as<AlphaDropout>(layer).rate()}) : layer);
  paper_.show(mc_model.summary(!paper_.style().utf8));

  paper_.code({"mc_model.compile(SGD(learning_rate=0.01, momentum=0.9, nesterov=True))"});
  mc_model.compile({.optimizer = SGD({.learning_rate = 0.01, .momentum = 0.9, .nesterov = true}),
                    .loss = kLoss,
                    .metrics = {"accuracy"}});
  const std::string samples = std::to_string(options_.mc.samples);
  paper_.code({"np.round(np.mean([mc_model.predict(X_test_scaled[:1])",
               "                  for sample in range(" + samples + ")], axis=0), 2)"});
  std::vector<float> draws;
  for (std::int64_t sample = 0; sample < options_.mc.samples; ++sample) {
    const Tensor y = mc_model.predict(first_test_row_);
    draws.insert(draws.end(), y.values().begin(), y.values().end());
  }
  const std::int64_t classes = mc_model.output_shape().back();
  paper_.show(round(mean(Tensor(Shape{options_.mc.samples, 1, classes}, std::move(draws))), 2));
}

void Notebook::max_norm() {
  const std::int64_t rows = std::min(kMaxNormRows, train_.num_rows());
  const std::string count = std::to_string(rows);
  paper_.cell("Max-norm regularization");
  paper_.code({"MaxNormDense = partial(Dense, activation=\"selu\",",
               "      kernel_initializer=\"lecun_normal\", kernel_constraint=max_norm(1.))"});
  const auto MaxNormDense = partial<Dense>({.activation = "selu",
                                            .kernel_initializer = "lecun_normal",
                                            .kernel_constraint = regulus::max_norm(1.0)});
  Sequential model({
      Flatten({.input_shape = {28, 28}}),
      MaxNormDense({.units = 300}),
      MaxNormDense({.units = 100}),
      Dense({.units = 10, .activation = "softmax"}),
  });
  compile(model);
  const auto show_norms = [&] {
    paper_.code({"[np.linalg.norm(layer.kernel, axis=0).max() for layer in model.layers[1:3]]"});
    const auto norm = [&](std::size_t i) {
      return fixed(largest_column_norm(model.layers()[i]->get_weights().front()), 4);
    };
    paper_.show('[' + norm(1) + ", " + norm(2) + ']');
  };
  show_norms();
  paper_.code({"model.fit(X_train_scaled[:" + count + "], y_train[:" + count + "], " + epochs() + ')'});
  train(model, train_.slice(0, rows), false);
  show_norms();
}

void Notebook::comparison() {
  paper_.cell("One prediction against many");
  paper_.show(scores_table({{"predict", named(figures_.plain.scores)},
                            {mc_name(options_.mc), named(figures_.mc.scores),
                             passes_note(options_.mc.samples * test_.num_rows(), figures_.mc.seconds)}}));
}

}  // namespace regulus::cli
