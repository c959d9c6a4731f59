// SPDX-License-Identifier: Apache-2.0
// The Keras notebook on regularization and Monte-Carlo dropout, cell by cell. `regulus notebook`
// prints the same numbers. Smaller, for a try: notebook EPOCHS SAMPLES ROWS
#include <regulus/regulus.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

using namespace regulus;

// np.linalg.norm(kernel, axis=0).max()
static double largest_column_norm(const LayerPtr& layer) {
  const Tensor kernel = layer->get_weights()[0];
  double largest = 0;
  for (std::int64_t unit = 0; unit < kernel.shape()[1]; ++unit) {
    double sum = 0;
    for (std::int64_t i = 0; i < kernel.shape()[0]; ++i) sum += std::pow(kernel.at({i, unit}), 2);
    largest = std::max(largest, std::sqrt(sum));
  }
  return largest;
}

static void notebook(int epochs, int samples, std::int64_t rows) {
  set_random_seed(42);

  // ---- Data -------------------------------------------------------------------------------------
  auto [train_full, test] = datasets::fashion_mnist::load_data();
  auto [valid, train] = train_full.split_at(5000);
  if (rows > 0) train = train.slice(0, rows);
  const auto scaled = Normalization::fit(train, {.scale = 1.0 / 255});
  std::printf("%s from %s\n", train.info().name.c_str(), train.info().source.c_str());

  // ---- l1 and l2 regularization -----------------------------------------------------------------
  Dense({.units = 100,
         .activation = "elu",
         .kernel_initializer = "he_normal",
         .kernel_regularizer = l2(0.01)});  // or l1(0.1), or l1_l2({.l1 = 0.1, .l2 = 0.01})

  const auto RegularizedDense = partial<Dense>(
      {.activation = "elu", .kernel_initializer = "he_normal", .kernel_regularizer = l2(0.01)});

  Sequential regularized({
      Flatten({.input_shape = {28, 28}}),
      RegularizedDense({.units = 300}),
      RegularizedDense({.units = 100}),
      RegularizedDense({.units = 10, .activation = "softmax"}),
  });
  regularized.compile(
      {.optimizer = "nadam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  regularized.fit(scaled(train), {.epochs = epochs, .validation_data = scaled(valid)});

  // ---- Dropout ----------------------------------------------------------------------------------
  Sequential dropout({
      Flatten({.input_shape = {28, 28}}),
      Dropout({.rate = 0.2}),
      Dense({.units = 300, .activation = "elu", .kernel_initializer = "he_normal"}),
      Dropout({.rate = 0.2}),
      Dense({.units = 100, .activation = "elu", .kernel_initializer = "he_normal"}),
      Dropout({.rate = 0.2}),
      Dense({.units = 10, .activation = "softmax"}),
  });
  dropout.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  dropout.fit(scaled(train), {.epochs = epochs, .validation_data = scaled(valid)});

  // ---- Alpha dropout ----------------------------------------------------------------------------
  set_random_seed(42);

  Sequential model({
      Flatten({.input_shape = {28, 28}}),
      AlphaDropout({.rate = 0.2}),
      Dense({.units = 300, .activation = "selu", .kernel_initializer = "lecun_normal"}),
      AlphaDropout({.rate = 0.2}),
      Dense({.units = 100, .activation = "selu", .kernel_initializer = "lecun_normal"}),
      AlphaDropout({.rate = 0.2}),
      Dense({.units = 10, .activation = "softmax"}),
  });
  model.compile({.optimizer = "nadam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  model.fit(scaled(train), {.epochs = epochs, .validation_data = scaled(valid)});

  model.evaluate(scaled(test), {.verbose = 2});
  model.evaluate(scaled(train), {.verbose = 2});

  // ---- Monte-Carlo dropout ----------------------------------------------------------------------
  const auto mc = model.predict_mc(scaled(test), {.samples = samples, .keep_samples = true});
  const Tensor &y_probas = mc.samples, &y_proba = mc.mean, &y_std = mc.std;

  print(round(model.predict(scaled(test.slice(0, 1))), 2));
  print(round(y_probas.slice(0, std::min(10, samples)).rows(0, 1), 2));
  print(round(y_proba.rows(0, 1), 2));
  print(round(y_std.rows(0, 1), 2));

  const auto y_pred = argmax(y_proba);
  const auto y_test = test.labels();
  int num_right = 0;
  for (std::size_t i = 0; i < y_test.size(); ++i) num_right += y_pred[i] == y_test[i];
  std::printf("%.4f\n", num_right / static_cast<double>(y_test.size()));

  // ---- Dropout layers replaced by their Monte-Carlo twins, weights shared -----------------------
  Sequential mc_model;
  for (const auto& layer : model.layers())
    mc_model.add(is<AlphaDropout>(layer) ? MCAlphaDropout({.rate = as<AlphaDropout>(layer).rate()}) : layer);
  std::printf("%s", mc_model.summary().c_str());

  mc_model.compile({.optimizer = SGD({.learning_rate = 0.01, .momentum = 0.9, .nesterov = true}),
                    .loss = "sparse_categorical_crossentropy",
                    .metrics = {"accuracy"}});
  std::vector<float> draws;
  for (int sample = 0; sample < samples; ++sample) {
    const Tensor y = mc_model.predict(scaled(test.slice(0, 1)));
    draws.insert(draws.end(), y.values().begin(), y.values().end());
  }
  print(round(mean(Tensor({samples, 1, 10}, draws)), 2));

  // ---- Max-norm regularization ------------------------------------------------------------------
  const auto MaxNormDense = partial<Dense>(
      {.activation = "selu", .kernel_initializer = "lecun_normal", .kernel_constraint = max_norm(1.)});
  Sequential max_norm_model({
      Flatten({.input_shape = {28, 28}}),
      MaxNormDense({.units = 300}),
      MaxNormDense({.units = 100}),
      Dense({.units = 10, .activation = "softmax"}),
  });
  max_norm_model.compile(
      {.optimizer = "nadam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  const auto& layers = max_norm_model.layers();
  std::printf("[%.4f, %.4f]\n", largest_column_norm(layers[1]), largest_column_norm(layers[2]));
  max_norm_model.fit(scaled(train.slice(0, std::min<std::int64_t>(5000, train.num_rows()))),
                     {.epochs = epochs});
  std::printf("[%.4f, %.4f]\n", largest_column_norm(layers[1]), largest_column_norm(layers[2]));
}

int main(int argc, char** argv) {
  try {
    notebook(argc > 1 ? std::atoi(argv[1]) : 2, argc > 2 ? std::atoi(argv[2]) : 100,
             argc > 3 ? std::atoi(argv[3]) : 0);
  } catch (const Error& error) {
    std::fprintf(stderr, "notebook: %s\n", error.what());
    return 1;
  }
}
