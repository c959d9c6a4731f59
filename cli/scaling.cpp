// SPDX-License-Identifier: Apache-2.0
#include "cli/scaling.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "cli/errors.h"
#include "cli/options.h"
#include "regulus/base/check.h"
#include "regulus/base/data_error.h"

namespace regulus::cli {
namespace {

constexpr const char* kScaleFix = "Give --scale 1/255 (or --scale 1: as they are), or --normalization FILE.";

// "0.5", "1/255"; none for anything else, for 0 and for what is not finite.
std::optional<double> parse_scale(const std::string& text) {
  const auto number = [](std::string_view part) -> std::optional<double> {
    double value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    const bool whole = error == std::errc() && end == part.data() + part.size();
    return whole && std::isfinite(value) && value != 0 ? std::optional(value) : std::nullopt;
  };
  const std::string_view all = text;
  const std::size_t slash = all.find('/');
  const auto above = number(all.substr(0, slash));
  const auto below = slash == all.npos ? std::optional(1.0) : number(all.substr(slash + 1));
  if (!above || !below || !std::isfinite(*above / *below) || *above / *below == 0) return std::nullopt;
  return *above / *below;
}

Normalization scale_alone(double scale, const Shape& row_shape) {
  const auto features = static_cast<std::size_t>(row_shape.size());
  return Normalization::from_statistics(scale, std::vector<double>(features, 0.0),
                                        std::vector<double>(features, 1.0));
}

bool is_identity(const Layer& rescaling) {
  const Value config = rescaling.config();
  const Value* scale = config.find("scale");
  const Value* offset = config.find("offset");
  const auto is = [](const Value* value, double wanted) {
    return value != nullptr && value->is_number() && value->as_double() == wanted;
  };
  return is(scale, 1) && is(offset, 0);
}

// Pixels that somebody has turned into floats: whole numbers from 0 to 255, and more of them than a table has
// columns.
bool look_like_pixels(const Dataset& rows) {
  constexpr std::int64_t kFewestFeatures = 64;
  constexpr std::int64_t kRows = 32;
  if (rows.row_shape().size() < kFewestFeatures || rows.view().bytes != nullptr) return false;
  const Tensor values = rows.slice(0, std::min(kRows, rows.num_rows())).to_tensor();
  const auto is_pixel = [](float x) { return x >= 0 && x <= 255 && x == std::floor(x); };
  return std::all_of(values.values().begin(), values.values().end(), is_pixel) &&
         std::any_of(values.values().begin(), values.values().end(), [](float x) { return x > 16; });
}

}  // namespace

void add_scaling(CLI::App& command, ScalingOptions& options) {
  const auto take = [&command, &options](const std::string& given) {
    if (!parse_scale(given))
      throw usage_error(name_of(command), {.where = "",
                                           .what = "--scale must be a number or a fraction, and not 0",
                                           .expected = "0.5 or 1/255",
                                           .found = '"' + given + '"'});
    options.scale = given;
  };
  in_group(kDataGroup, add_last(command, "--scale", take,
                                {"X", "the rows' values times X; 1: as they are", "the model's"}));
  in_group(kDataGroup, add_text(command, "--normalization", options.normalization,
                                {"FILE", "mean and std of the rows: .json or .npz", "the model's"}));
}

const Layer* scaling_layer(const Sequential& model) {
  for (const LayerPtr& layer : model.layers()) {
    const std::string_view name = layer->class_name();
    if (name == "Normalization" || (name == "Rescaling" && !is_identity(*layer))) return &*layer;
    if (!layer->weights().empty()) return nullptr;
  }
  return nullptr;
}

InputScaling::InputScaling(const ScalingOptions& options, const LoadedModel& loaded, const Shape& row_shape,
                           const std::string& command)
    : command_(command) {
  const bool scaled = !options.scale.empty();
  const double scale = scaled ? parse_scale(options.scale).value_or(1) : 1;
  const Layer* layer = scaling_layer(loaded.model);
  layer_ = layer != nullptr;
  said_ = scaled || !options.normalization.empty();
  if (!options.normalization.empty()) {
    normalization_ = read_normalization(options.normalization, row_shape);
    if (scaled && normalization_->scale() != 1 && scale != normalization_->scale())
      refuse_usage(command, "--scale contradicts the scale in " + options.normalization, "Leave --scale out.",
                   number_text(normalization_->scale()));
    if (scaled && normalization_->scale() == 1)
      normalization_ = Normalization::from_statistics(scale, normalization_->mean(), normalization_->std());
  } else if (scaled) {
    if (loaded.notes.normalization && scale != 1)
      refuse_usage(command, "--scale, but the model's file holds a normalization of its inputs already",
                   "Leave it out, or replace the file's by --normalization FILE.");
    if (loaded.notes.normalization)
      notes_.emplace_back("the normalization in the model's file is left out, as --scale 1 says.");
    if (scale != 1) normalization_ = scale_alone(scale, row_shape);
  } else {
    normalization_ = loaded.notes.normalization;
  }
  if (said_ && layer_ && normalization_)
    notes_.push_back("the model scales its inputs itself as well (" + std::string(layer->class_name()) +
                     " \"" + layer->name() + "\").");
}

Dataset InputScaling::operator()(const Dataset& rows, bool bytes) const {
  if (normalization_) return (*normalization_)(rows);
  if (!said_ && !layer_ && bytes)
    refuse_usage(
        command_,
        "the rows are bytes from 0 to 255, and neither the model's file nor a layer of it says how to scale "
        "them",
        kScaleFix);
  return rows;
}

std::vector<std::string> InputScaling::notes(const Dataset& first) const {
  std::vector<std::string> all = notes_;
  if (!said_ && !layer_ && !normalization_ && look_like_pixels(first))
    all.push_back(
        std::string(
            "the rows look like pixels from 0 to 255, and the model holds no scaling of its inputs: they "
            "go in as they are. ") +
        kScaleFix);
  return all;
}

}  // namespace regulus::cli
