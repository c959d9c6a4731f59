// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string_view>

#include "cli/errors.h"
#include "cli/meaning.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/process.h"
#include "cli/saved_model.h"
#include "cli/written_file.h"
#include "regulus/base/file.h"
#include "regulus/base/names.h"
#include "regulus/saving/bake.h"
#include "regulus/saving/model_file.h"
#include "regulus/saving/onnx.h"
#include "regulus/saving/safetensors_model.h"

namespace regulus::cli {
namespace {

constexpr const char* kConvertExamples =
    "regulus convert model.h5 new.keras\n"
    "regulus convert model.keras model.onnx --mc\n"
    "regulus convert model.keras weights.safetensors --layout torch";

struct ConvertArguments {
  std::string from;
  std::string to;
  std::string layout = "keras";
  bool monte_carlo = false;
  bool force = false;
  bool bake = false;  // the normalization becomes a layer
};

// An unknown ending is said before anything is read.
void require_ending(const std::string& path) {
  constexpr std::string_view kEndings[] = {".keras", ".h5", ".safetensors", ".onnx"};
  if (std::any_of(std::begin(kEndings), std::end(kEndings),
                  [&](auto ending) { return path.ends_with(ending); }))
    return;
  throw ConfigError({.where = path,
                     .what = "the name does not say which kind of model file it is",
                     .expected = "an ending in .keras, .h5, .weights.h5, .safetensors or .onnx"});
}

void require_sense(const ConvertArguments& arguments) {
  const bool to_onnx = arguments.to.ends_with(".onnx");
  const bool torch = arguments.layout == "torch";
  require_no_folder(arguments.to);
  require_ending(arguments.to);
  if (arguments.monte_carlo && !to_onnx)
    refuse_usage("convert", "--mc is for ONNX files: all others keep the dropout layers anyway");
  if (torch && !arguments.to.ends_with(".safetensors"))
    refuse_usage("convert", "--layout torch is for safetensors files");
  if (arguments.bake && (torch || arguments.to.ends_with(".weights.h5")))
    refuse_usage("convert", "--bake-normalization is for files that hold a model, not weights alone");
  std::error_code ignored;
  if (std::filesystem::equivalent(arguments.from, arguments.to, ignored))
    refuse_usage("convert", "the two files are the same", "Name another file to write.");
  require_new(arguments.to, arguments.force);
}

std::vector<std::uint8_t> converted(const ConvertArguments& arguments, const LoadedModel& loaded) {
  if (arguments.to.ends_with(".onnx"))
    return to_onnx(loaded.model, loaded.notes,
                   {.monte_carlo = arguments.monte_carlo, .temperature = loaded.notes.temperature});
  if (arguments.layout == "torch")
    return to_safetensors_model(loaded.model, loaded.notes, TensorLayout::kTorch);
  return model_to_bytes(loaded.model, loaded.notes, model_format(arguments.to));
}

// What the new file does not keep, or keeps where its readers may not look.
void note_losses(const ConvertArguments& arguments, const LoadedModel& loaded, Notes& notes) {
  const bool trained = loaded.model.compiled() && loaded.model.iterations() > 0;
  const bool normalized = loaded.notes.normalization.has_value();
  const bool weights_only = arguments.to.ends_with(".weights.h5") || arguments.layout == "torch";
  if (weights_only && normalized)
    notes.add("the normalization of the inputs is not kept: the file holds weights alone.");
  if (arguments.to.ends_with(".safetensors") && trained)
    notes.add("the optimizer's state is not kept: a safetensors file has no place for it.");
  if (arguments.monte_carlo && !draws(loaded.model))
    notes.add(
        "--mc: the model has no layer that draws (dropout, noise), so its input \"training\" changes "
        "nothing.");
  note_hidden_scaling(arguments.to, loaded.notes, notes);
}

void bake(LoadedModel& loaded) {
  if (!loaded.notes.normalization)
    refuse_usage("convert",
                 "--bake-normalization, but the model's file holds no normalization of its inputs");
  loaded.model = with_normalization_layer(loaded.model, *loaded.notes.normalization);
  loaded.notes.normalization.reset();
}

void convert(const ConvertArguments& arguments, const Common& common) {
  require_sense(arguments);
  Notes notes(common);
  note_seed(common, "nothing is drawn.", notes);
  LoadedModel loaded = load_model(arguments.from);
  for (const std::string& notice : loaded.notices) notes.add(notice);
  if (arguments.bake) bake(loaded);
  note_losses(arguments, loaded, notes);
  const std::vector<std::uint8_t> bytes = converted(arguments, loaded);
  const FinishFirst finish_first;
  written([&] { write_file(arguments.to, bytes); });
  notes.say();
  throw_if_interrupted("The file was written.");
  if (common.json) {
    Value::Dict document = {{"from", arguments.from},
                            {"format", loaded.format},
                            {"to", arguments.to},
                            {"bytes", static_cast<std::int64_t>(bytes.size())},
                            {"notices", Value::List(loaded.notices.begin(), loaded.notices.end())}};
    notes.add_to(document);
    return print_json(document);
  }
  std::cout << short_path(arguments.to) << ": " << with_commas(static_cast<long long>(bytes.size()))
            << " bytes, from a " << escaped(loaded.format) << '\n';
}

}  // namespace

void add_convert(CLI::App& app, Context& context) {
  static constexpr std::string_view kLayouts[] = {"keras", "torch"};
  const auto arguments = std::make_shared<ConvertArguments>();
  CLI::App& command =
      add_command(app, "convert", "Write .keras, .h5, .weights.h5, .safetensors or .onnx.", kConvertExamples);
  add_model(command, arguments->from);
  require(add_text(command, "TO", arguments->to, {"TO", "file to write; its ending says which kind"}));
  add_flag(command, "--mc", arguments->monte_carlo,
           "ONNX: keep the dropout, switched by an input \"training\"");
  add_choice(command, "--layout", arguments->layout, kLayouts,
             {"KIND", "safetensors: keras, or torch for torch.nn.Linear", "keras"});
  add_flag(command, "--bake-normalization", arguments->bake,
           "write the scaling of the inputs as a layer, for Keras");
  add_flag(command, "--force", arguments->force, "replace a file that exists");
  add_common(command, context.common, false);
  when_parsed(command, [&context, arguments] {
    context.action = [=, &context] { convert(*arguments, context.common); };
  });
}

}  // namespace regulus::cli
