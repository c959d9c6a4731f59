// SPDX-License-Identifier: Apache-2.0
// What tests/oracle/keras_test.py asks of regulus, one deed a call:
//   judged predict MODEL x.npy y.npy          what the model predicts
//   judged step MODEL x.npy labels.npy OUT    one update on all rows, then saved
//   judged resume MODEL x.npy labels.npy EPOCHS [WEIGHTS]
//                                             trains on, batch 16 in order; prints iterations and losses.
//                                             With WEIGHTS the optimizer starts afresh, and its state comes
//                                             from there
//   judged hdf5                               reads files from stdin, each after its length (u32), and
//                                             answers each with a line of JSON: {"ok": tree} or {"error"}
// and of io/hdf5 by hdf5_test.py.
#include <cstdio>
#include <iostream>

#include "regulus/base/file.h"
#include "regulus/base/json.h"
#include "regulus/io/hdf5.h"
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

Value described(const io::Array& array) {
  std::string hex;
  for (const std::uint8_t byte : array.bytes) {
    char digits[3];
    std::snprintf(digits, sizeof(digits), "%02x", byte);
    hex += digits;
  }
  return Value::Dict{{"dtype", io::name(array.dtype)},
                     {"big_endian", array.big_endian},
                     {"shape", Value::List(array.shape.begin(), array.shape.end())},
                     {"bytes", hex}};
}

Value described(const std::vector<io::Hdf5Attribute>& attributes) {
  Value::Dict out;
  for (const io::Hdf5Attribute& attribute : attributes) {
    if (const auto* text = std::get_if<std::string>(&attribute.value))
      out.emplace_back(attribute.name, *text);
    else if (const auto* texts = std::get_if<std::vector<std::string>>(&attribute.value))
      out.emplace_back(attribute.name, Value::List(texts->begin(), texts->end()));
    else
      out.emplace_back(attribute.name, described(std::get<io::Array>(attribute.value)));
  }
  return out;
}

Value described(const io::Hdf5Group& group) {
  Value::Dict groups;
  Value::Dict datasets;
  for (const io::Hdf5Group& child : group.groups) groups.emplace_back(child.name, described(child));
  for (const io::Hdf5Dataset& child : group.datasets)
    datasets.emplace_back(child.name, Value::Dict{{"array", described(child.array)},
                                                  {"attributes", described(child.attributes)}});
  return Value::Dict{{"groups", groups}, {"datasets", datasets}, {"attributes", described(group.attributes)}};
}

int serve_hdf5() {
  std::uint32_t size = 0;
  while (std::fread(&size, sizeof(size), 1, stdin) == 1) {
    std::vector<std::uint8_t> bytes(size);
    if (std::fread(bytes.data(), 1, size, stdin) != size) return 1;
    Value answer;
    try {
      answer = Value::Dict{{"ok", described(io::parse_hdf5(bytes, "file"))}};
    } catch (const DataError& error) {
      answer = Value::Dict{{"error", error.what()}};
    }
    std::cout << to_json(answer) << std::endl;
  }
  return 0;
}

void resume(Sequential& model, const Dataset& data, int epochs, const std::string& weights) {
  if (!weights.empty()) {
    model.compile_from_config(model.compile_config());
    for (const std::string& notice : load_weights(model, weights)) std::cerr << notice << '\n';
  }
  const std::uint64_t iterations = model.iterations();
  const History history =
      model.fit(data, {.epochs = epochs, .batch_size = 16, .verbose = 0, .shuffle = false});
  Value::List losses;
  for (const double loss : history["loss"]) losses.emplace_back(loss);
  std::cout << to_json(Value::Dict{{"iterations", static_cast<std::int64_t>(iterations)}, {"losses", losses}})
            << std::endl;
}

int run(const std::vector<std::string>& a) {
  if (a.at(0) == "hdf5") return serve_hdf5();
  LoadedModel loaded = load_model(a.at(1));
  for (const std::string& notice : loaded.notices) std::cerr << notice << '\n';
  Sequential& model = loaded.model;
  const Tensor x = read(a.at(2));
  if (a[0] == "predict") {
    write(a.at(3), model.predict(x));
  } else if (a[0] == "step") {
    model.train_on_batch(Dataset(x, read_labels(a.at(3))));
    save_model(a.at(4), model, loaded.notes);
  } else if (a[0] == "resume") {
    resume(model, Dataset(x, read_labels(a.at(3))), std::stoi(a.at(4)), a.size() > 5 ? a[5] : "");
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
