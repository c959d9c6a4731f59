// SPDX-License-Identifier: Apache-2.0
// Train a classifier, measure it, and ask it how sure it is. Smaller, for a try: first_fit EPOCHS
#include <regulus/regulus.h>

#include <cstdio>
#include <cstdlib>

using namespace regulus;

int main(int argc, char** argv) try {
  const int epochs = argc > 1 ? std::atoi(argv[1]) : 2;

  set_random_seed(42);
  auto [train, test] = datasets::fashion_mnist::load_data();
  const auto scaled = Normalization::fit(train, {.scale = 1.0 / 255});

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
  model.fit(scaled(train), {.epochs = epochs, .validation_split = 0.1});

  const Logs logs = model.evaluate(scaled(test));
  std::printf("test accuracy %.4f, loss %.4f\n", logs["accuracy"], logs["loss"]);

  const auto mc = model.predict_mc(scaled(test.slice(0, 5)), {.samples = 100});
  const auto predicted = argmax(mc.mean);
  for (std::int64_t row = 0; row < 5; ++row) {
    const auto label = predicted[static_cast<std::size_t>(row)];
    std::printf("image %d: %-11s %.2f +- %.2f\n", static_cast<int>(row),
                test.info().class_names[static_cast<std::size_t>(label)].c_str(), mc.mean.at({row, label}),
                mc.std.at({row, label}));
  }
} catch (const Error& error) {
  std::fprintf(stderr, "first_fit: %s\n", error.what());
  return 1;
}
