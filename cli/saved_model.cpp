// SPDX-License-Identifier: Apache-2.0
#include "cli/saved_model.h"

#include <utility>

#include "cli/errors.h"
#include "cli/options.h"

namespace regulus::cli {

void add_model(CLI::App& command, std::string& path) {
  require(add_text(command, "MODEL", path, {"MODEL", "a .keras, .h5 or .safetensors file"}));
}

LoadedModel load_all_there_is(const std::string& path) {
  std::string problem;
  try {
    return load_model(path);
  } catch (const DataError& error) {
    problem = error.what();
  }
  LoadedModel loaded = load_model(path, {.compile = false});
  loaded.notices.push_back(problem);
  return loaded;
}

OpenedModel open_model(const std::string& path, bool scored, Notes& notes) {
  OpenedModel opened{scored ? load_all_there_is(path) : load_model(path, {.compile = false}), {}, {}};
  if (opened.loaded.model.compiled()) opened.loss = opened.loaded.model.loss();
  opened.meaning = meaning_of(opened.loaded.model, opened.loss);
  for (const std::string& notice : opened.loaded.notices) notes.add(notice);
  return opened;
}

Dataset load_test(const OpenedModel& model, DataOptions options, const Common& common, Notes& notes,
                  const std::string& command) {
  const std::string& of_model = model.loaded.notes.data_set;
  if (options.data_set.empty() && options.directory.empty()) {
    if (!has_data_set(of_model))
      throw usage_error(command, {.where = "",
                                  .what = of_model.empty() ? "the model's file names no data set"
                                                           : "the model was trained on \"" + of_model +
                                                                 "\", which regulus lacks",
                                  .fix = "Give DATA, a file of rows, or --data-set NAME."});
    options.data_set = of_model;
  }
  Dataset test = load(options, common, Replacement::kNever, notes).test;
  const auto classes = static_cast<std::int64_t>(test.info().class_names.size());
  if (model.loaded.model.output_shape() != Shape{classes})
    throw ShapeError({.where = "model",
                      .what = "the outputs do not fit the classes of the data set",
                      .expected = std::to_string(classes),
                      .found = to_string(model.loaded.model.output_shape())});
  const Shape& wanted = model.loaded.model.input_shape();
  if (wanted.is_open() ? !wanted.takes(test.row_shape()) : wanted.size() != test.row_shape().size())
    throw ShapeError({.where = "model",
                      .what = "it does not take the rows of the data set",
                      .expected = to_string(test.row_shape()),
                      .found = to_string(model.loaded.model.input_shape())});
  return test;
}

void note_hidden_scaling(const std::string& path, const ModelNotes& kept, Notes& notes) {
  const bool of_keras = path.ends_with(".keras") || (path.ends_with(".h5") && !path.ends_with(".weights.h5"));
  if (of_keras && kept.normalization)
    notes.add(
        "the scaling of the inputs lies beside the layers, where Keras does not look: scale the rows there, "
        "or write it as a layer with --bake-normalization.");
}

}  // namespace regulus::cli
