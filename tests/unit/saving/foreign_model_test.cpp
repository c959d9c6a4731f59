// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/foreign_model.h"

#include "regulus/base/file.h"
#include "regulus/io/zip.h"
#include "regulus/saving/model_file.h"
#include "support/golden.h"
#include "support/temporary_folder.h"

namespace regulus {
namespace {

using namespace regulus::testing;

void expect_refused(const std::string& bytes, const std::string& problem) {
  SCOPED_TRACE(problem);
  const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
  expect_error<DataError>([&] { model_from_bytes({begin, bytes.size()}, "m"); }, "m: this is " + problem);
}

// What the formats' specifications say that their files begin with.
TEST(ForeignModel, OtherProgramsModelsAreNamed) {
  const std::string fix = " Use the Keras model that it was made from, a .keras or .h5 file.";
  expect_refused(std::string("\x1c\0\0\0TFL3", 8) + std::string(40, 'x'),
                 "a TFLite model, not a model that regulus reads." + fix);
  expect_refused(std::string("\x08\x07\x12\x07pytorch", 11) + std::string(40, 'x'),
                 "an ONNX model, not a model that regulus reads." + fix);
  expect_refused("{\"class_name\": \"Sequential\"}",
                 "JSON, not a model that regulus reads. It may be a model's config, which has no "
                 "weights: save the model itself, model.save(\"model.keras\").");
}

TEST(ForeignModel, APyTorchArchiveIsNamed) {
  const io::ZipMember members[] = {{"archive/data.pkl", {1, 2}}, {"archive/version", {3}}};
  expect_error<DataError>([&] { model_from_bytes(io::to_zip(members), "m"); },
                          "m: this is a PyTorch file, not a model that regulus reads. Rebuild the network in "
                          "Keras, give it these "
                          "weights and save it under a name that ends in .keras.");
}

TEST(ForeignModel, AFolderIsNamed) {
  const TemporaryFolder folder;
  expect_error<DataError>(
      [&] { load_model(folder / ""); },
      folder / "" + std::string(": this is a folder, not a model that regulus reads. Give a file."));
  write_file(folder / "saved_model.pb", std::string("\x08\x01"));
  const std::string fix =
      " Load it with Keras 2 (tf_keras.models.load_model) and save it under a name that ends in .keras or "
      ".h5.";
  for (const std::string name : {"", "saved_model.pb"})
    expect_error<DataError>([&] { load_model(folder / name); },
                            (folder / name) +
                                std::string(name.empty() ? ": this is a SavedModel folder of "
                                                           "TensorFlow's"
                                                         : ": this is a graph of TensorFlow's") +
                                ", not a model that regulus reads." + fix);
}

}  // namespace
}  // namespace regulus
