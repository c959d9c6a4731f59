// SPDX-License-Identifier: Apache-2.0
#include <regulus/regulus.h>

#include <iostream>

int main() {
  using namespace regulus;
  const Sequential model({Dense({.units = 4, .activation = "selu", .input_shape = {3}}),
                          Dropout({.rate = 0.5}), Dense({.units = 1})});
  const McPrediction mc = model.predict_mc(Tensor({2, 3}, {1, 2, 3, 4, 5, 6}), {.samples = 10});
  std::cout << "mean " << mc.mean << "\nstd " << mc.std << '\n';
  return mc.std.at({0, 0}) > 0 ? 0 : 1;
}
