// SPDX-License-Identifier: Apache-2.0
// What tests/oracle/keras_test.py asks of regulus, one deed a call:
//   judged predict MODEL x.npy y.npy          what the model predicts
//   judged step MODEL x.npy labels.npy OUT    one update on all rows, then saved
//   judged mc MODEL x.npy SAMPLES mean.npy std.npy
#include <cstdlib>
#include <iostream>

#include "regulus/base/file.h"
#include "regulus/io/npy.h"
#include "regulus/regulus.h"

namespace {

using namespace regulus;

Tensor read(const std::string& path) {
  const std::vector<std::uint8_t> bytes = read_file(path);
  return io::to_tensor(io::parse_npy(bytes, path));
}

std::vector<std::int32_t> read_labels(const std::string& path) {
  const std::vector<std::uint8_t> bytes = read_file(path);
  const std::vector<std::int64_t> values = io::to_integers(io::parse_npy(bytes, path), path);
  return {values.begin(), values.end()};
}

void write(const std::string& path, const Tensor& tensor) {
  write_file(path, io::to_npy(io::to_array(tensor)));
}

int run(const std::vector<std::string>& a) {
  LoadedModel loaded = load_model(a.at(1));
  for (const std::string& notice : loaded.notices) std::cerr << notice << '\n';
  Sequential& model = loaded.model;
  const Tensor x = read(a.at(2));
  if (a[0] == "predict") {
    write(a.at(3), model.predict(x));
  } else if (a[0] == "step") {
    model.train_on_batch(Dataset(x, read_labels(a.at(3))));
    save_model(a.at(4), model, loaded.notes);
  } else if (a[0] == "mc") {
    const McPrediction mc = model.predict_mc(x, {.samples = std::atoi(a.at(3).c_str())});
    write(a.at(4), mc.mean);
    write(a.at(5), mc.std);
  } else {
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
