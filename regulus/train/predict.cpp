// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/base/memory.h"
#include "regulus/base/sizes.h"
#include "regulus/train/call_profile.h"
#include "regulus/train/rows.h"
#include "regulus/train/state.h"
#include "regulus/train/temperature.h"
#include "regulus/train/thinned_prediction.h"

namespace regulus {
namespace {

using plan::Mode;
using Plan = plan::Plan<float>;

Tensor outputs_of(const char* what, Shape shape) {
  constexpr std::int64_t kBytes = sizeof(float);
  require_memory(product_of(shape.size(), kBytes), what,
                 "the outputs " + to_string(shape) + " need too much memory", "Take fewer rows at a time.");
  return Tensor(std::move(shape));
}

Tensor one_pass(const Plan& plan, const Dataset& data, const Shape& output_shape, Draw draw,
                plan::Profile* profile) {
  Tensor out = outputs_of("predict", output_shape.with_front(data.num_rows()));
  const std::int64_t width = plan.output_width();
  for_each_chunk(
      plan, data, plan.rows_of_a_pass(),
      [&](plan::Pass<float>& pass, std::byte* scratch, std::int64_t first) {
        pass.key = draw.key;
        pass.draw = draw.number;
        plan.run_alone(pass, scratch);
        copy_rows(plan, pass, out.data() + first * width);
        if (pass.stopwatches) pass.stopwatches->end_other(0);
      },
      0, -1, profile);
  return out;
}

// Mean and squared deviations of a chunk's outputs, sample after sample.
struct Moments {
  explicit Moments(std::size_t size) : mean(size), m2(size) {}
  Buffer<double> mean;
  Buffer<double> m2;
};

/// The general path: each row with masks of its own, or shared ones, for any network.
void sample_rows(const Plan& plan, const Dataset& data, random::Key key, bool shared,
                 const McOptions& options, McPrediction& result, std::int64_t begin, std::int64_t end,
                 plan::Profile* profile) {
  const std::int64_t width = plan.output_width();
  const std::int64_t stride = plan.output_stride();
  const int samples = options.samples;
  const auto temper = [&](const plan::Pass<float>& pass) {
    auto* const output = const_cast<float*>(plan.output(pass));
    for (std::int64_t r = 0; r < pass.rows(); ++r)
      at_temperature({output + r * stride, static_cast<std::size_t>(width)}, width, *options.temperature);
  };
  const auto run = [&](plan::Pass<float>& pass, std::byte* scratch, std::int64_t first) {
    Moments moments(static_cast<std::size_t>(pass.rows() * stride));
    pass.key = key;
    pass.shared_masks = shared;
    plan.run_alone(pass, scratch, Plan::Part::kDeterministic);
    for (int t = 0; t < samples; ++t) {
      pass.draw = static_cast<std::uint32_t>(t);
      plan.run_alone(pass, scratch, Plan::Part::kStochastic);
      // Without draws every sample is the first one.
      if (options.temperature && (t == 0 || plan.stochastic())) temper(pass);
      pass.kernels->moments(plan.output(pass), moments.mean.data(), moments.m2.data(), pass.rows() * stride,
                            t + 1.0);
      if (result.samples.size() > 0)
        copy_rows(plan, pass, result.samples.data() + (t * data.num_rows() + first) * width);
    }
    for (std::int64_t r = 0; r < pass.rows(); ++r)
      for (std::int64_t c = 0; c < width; ++c) {
        const auto at = static_cast<std::size_t>(r * stride + c);
        result.mean.data()[(first + r) * width + c] = static_cast<float>(moments.mean[at]);
        result.std.data()[(first + r) * width + c] = static_cast<float>(std::sqrt(moments.m2[at] / samples));
      }
  };
  for_each_chunk(plan, data, plan.rows_of_a_pass(), run, begin, end, profile);
}

bool shared_masks(const std::string& masks) {
  if (masks != "independent" && masks != "shared")
    throw ConfigError({.where = "predict_mc",
                       .what = "masks is not known",
                       .expected = "\"independent\" or \"shared\"",
                       .found = "\"" + masks + "\""});
  return masks == "shared";
}

}  // namespace

Tensor Sequential::predict(const Dataset& data) const {
  return (*this)(data);
}

Tensor Sequential::operator()(const Dataset& data, CallOptions options) const {
  const StandardFloats floats;
  const ModelState& s = state();
  s.require_built("predict");
  s.require_fits("predict", data);
  const auto plan = s.plan(options.training ? Mode::kMonteCarlo : Mode::kPredict, data.row_shape());
  const Shape output = s.shapes_for("predict", data.row_shape()).back();
  CallProfile profile(options.profile, *plan, 0, {"copy outputs"});
  profile.resume();
  Tensor out = one_pass(*plan, data, output, plan->stochastic() ? s.next_draw() : Draw{}, profile.get());
  profile.pause();
  return out;
}

McPrediction Sequential::predict_mc(const Dataset& data, McOptions options) const {
  const StandardFloats floats;
  const ModelState& s = state();
  s.require_built("predict_mc");
  s.require_fits("predict_mc", data);
  if (options.samples < 1)
    throw ConfigError({.where = "predict_mc",
                       .what = "samples must be at least 1",
                       .found = std::to_string(options.samples)});
  const bool shared = shared_masks(options.masks);
  if (options.temperature) require_temperature("predict_mc", *this, *options.temperature);
  const auto plan = s.plan(Mode::kMonteCarlo, data.row_shape());
  const Shape output = s.shapes_for("predict_mc", data.row_shape()).back();
  const random::Key key = options.seed ? random::Key(*options.seed) : random::derive(s.key, kMonteCarloKey);
  const std::int64_t rows = data.num_rows();

  McPrediction result;
  result.stochastic = plan->stochastic();
  result.mean = outputs_of("predict_mc", output.with_front(rows));
  result.std = outputs_of("predict_mc", output.with_front(rows));
  if (options.keep_samples)
    result.samples = outputs_of("predict_mc", output.with_front(rows).with_front(options.samples));

  // Thinned networks have their rows as columns, where no temperature is applied.
  const auto thinned = shared && !options.temperature ? plan::thin(*plan) : std::nullopt;
  CallProfile profile(options.profile, *plan, 0, thinned ? thinned_parts() : std::vector<std::string>{});
  profile.resume();
  if (thinned) {
    for (const std::int64_t row :
         predict_thinned(*plan, *thinned, data, key, options.samples, result, profile.get()))
      sample_rows(*plan, data, key, shared, options, result, row, row + 1, profile.get());
  } else {
    sample_rows(*plan, data, key, shared, options, result, 0, rows, profile.get());
  }
  profile.pause();
  return result;
}

}  // namespace regulus
