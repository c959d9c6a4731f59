// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <iostream>

#include "cli/errors.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/process.h"
#include "cli/saved_model.h"
#include "regulus/base/file.h"
#include "regulus/base/names.h"
#include "regulus/saving/model_file.h"
#include "regulus/saving/onnx.h"
#include "regulus/saving/safetensors_model.h"

namespace regulus::cli {
namespace {

constexpr const char* kExamples =
    "regulus convert model.h5 new.keras\n"
    "regulus convert model.keras model.onnx --mc\n"
    "regulus convert model.keras weights.safetensors --layout torch";

struct ConvertArguments {
  std::string from;
  std::string to;
  std::string layout = "keras";
  bool monte_carlo = false;
  bool force = false;
};

[[noreturn]] void refuse(std::string what, std::string fix = "") {
  throw usage_error(
      "convert", {.where = "", .what = std::move(what), .expected = "", .found = "", .fix = std::move(fix)});
}

void require_sense(const ConvertArguments& arguments) {
  const bool to_onnx = arguments.to.ends_with(".onnx");
  const bool torch = arguments.layout == "torch";
  if (!to_onnx) model_format(arguments.to);  // an unknown ending is said before anything is read
  if (arguments.monte_carlo && !to_onnx)
    refuse("--mc is for ONNX files: all others keep the dropout layers anyway");
  if (torch && !arguments.to.ends_with(".safetensors")) refuse("--layout torch is for safetensors files");
  std::error_code ignored;
  if (std::filesystem::equivalent(arguments.from, arguments.to, ignored))
    refuse("the two files are the same", "Name another file to write.");
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

void convert(const ConvertArguments& arguments, const Common& common) {
  require_sense(arguments);
  const LoadedModel loaded = load_model(arguments.from);
  const std::vector<std::uint8_t> bytes = converted(arguments, loaded);
  const FinishFirst finish_first;
  written([&] { write_file(arguments.to, bytes); });
  if (common.json)
    return print_json(Value::Dict{{"from", arguments.from},
                                  {"format", loaded.format},
                                  {"to", arguments.to},
                                  {"bytes", static_cast<std::int64_t>(bytes.size())},
                                  {"notices", Value::List(loaded.notices.begin(), loaded.notices.end())}});
  for (const std::string& notice : loaded.notices) std::cout << "note: " << notice << '\n';
  std::cout << arguments.to << ": " << with_commas(static_cast<long long>(bytes.size())) << " bytes, from a "
            << loaded.format << '\n';
}

}  // namespace

void add_convert(CLI::App& app, Context& context) {
  static constexpr std::string_view kLayouts[] = {"keras", "torch"};
  const auto arguments = std::make_shared<ConvertArguments>();
  CLI::App* command = app.add_subcommand("convert", "Write a model as .keras, .h5, .safetensors or .onnx.");
  command->footer(kExamples);
  add_model(*command, arguments->from);
  add_text(*command, "TO", arguments->to, {"TO", "file to write; its ending says which kind"})->required();
  add_flag(*command, "--mc", arguments->monte_carlo,
           "ONNX: keep the dropout, switched by an input \"training\"");
  add_choice(*command, "--layout", arguments->layout, kLayouts,
             {"KIND", "safetensors: keras, or torch for torch.nn.Linear", "keras"});
  add_flag(*command, "--force", arguments->force, "replace a file that exists");
  add_common(*command, context.common);
  command->callback(
      [&context, arguments] { context.action = [=, &context] { convert(*arguments, context.common); }; });
}

}  // namespace regulus::cli
