// SPDX-License-Identifier: Apache-2.0
// A small convolutional network with batch normalization, and how sure it is: dropout draws in Monte-Carlo
// prediction, normalization does not. Smaller, for a try: images EPOCHS ROWS
#include <regulus/regulus.h>

#include <cstdio>
#include <cstdlib>

using namespace regulus;

int main(int argc, char** argv) try {
  const int epochs = argc > 1 ? std::atoi(argv[1]) : 3;
  const int rows = argc > 2 ? std::atoi(argv[2]) : 55000;

  set_random_seed(42);
  const auto [pixels, test_pixels] = datasets::fashion_mnist::load_data();
  const auto scaled = Normalization::fit(pixels, {.scale = 1.0 / 255});
  const Dataset train = scaled(pixels).slice(0, rows).with_row_shape({28, 28, 1});
  const Dataset test = scaled(test_pixels).with_row_shape({28, 28, 1});

  const auto DefaultConv2D = partial<Conv2D>({.kernel_size = 3, .activation = "relu"});
  Sequential model({
      DefaultConv2D({.filters = 32, .input_shape = {28, 28, 1}}),
      MaxPooling2D(),
      BatchNormalization(),
      DefaultConv2D({.filters = 64, .kernel_constraint = max_norm(2, {.axis = {0, 1, 2}})}),
      MaxPooling2D(),
      Flatten(),
      Dropout({.rate = 0.5}),
      Dense({.units = 10, .activation = "softmax"}),
  });
  std::printf("%s", model.summary().c_str());
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  model.fit(train, {.epochs = epochs, .batch_size = 128});
  std::printf("test accuracy %.4f\n", model.evaluate(test, {.verbose = 0})["accuracy"]);

  const McPrediction mc = model.predict_mc(test.slice(0, 5), {.samples = 100});
  const auto predicted = argmax(mc.mean);
  for (std::int64_t row = 0; row < 5; ++row) {
    const auto label = predicted[static_cast<std::size_t>(row)];
    std::printf("image %d: %-11s %.2f +- %.2f\n", static_cast<int>(row),
                test.info().class_names[static_cast<std::size_t>(label)].c_str(), mc.mean.at({row, label}),
                mc.std.at({row, label}));
  }
} catch (const Error& error) {
  std::fprintf(stderr, "images: %s\n", error.what());
  return 1;
}
