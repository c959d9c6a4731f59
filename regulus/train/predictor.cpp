// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/predictor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/base/float_environment.h"
#include "regulus/train/rows.h"
#include "regulus/train/state.h"
#include "regulus/train/temperature.h"

namespace regulus {
namespace {

using Plan = plan::Plan<float>;

// Rows of one pass: enough for the kernels to use a weight often while it is in a register, few enough that
// a Predictor is small; fewer where a row is large.
constexpr std::int64_t kMostRows = 48;

constexpr auto kRowNumbers = [] {
  std::array<std::uint32_t, kMostRows> numbers{};
  std::iota(numbers.begin(), numbers.end(), 0u);
  return numbers;
}();

[[noreturn]] void throw_size(const std::string& what, std::int64_t expected, std::size_t found) {
  throw ShapeError({.where = "Predictor",
                    .what = what,
                    .expected = std::to_string(expected),
                    .found = std::to_string(found)});
}

[[noreturn]] void throw_option(const std::string& what, const std::string& found) {
  throw ConfigError({.where = "Predictor", .what = what, .found = found});
}

// The rows that it is made for.
Shape row_shape_of(const Sequential& model, const Shape& asked) {
  if (!model.built())
    throw ConfigError({.where = "Predictor",
                       .what = "the model has no weights yet",
                       .fix = "Give the first layer an input_shape, or call build or fit first."});
  if (!asked.empty()) return asked;
  if (model.input_shape().is_open())
    throw ShapeError(
        {.where = "Predictor",
         .what = "the model's rows have open lengths",
         .expected = "one shape",
         .found = to_batch_string(model.input_shape()),
         .fix = "Say which in PredictorOptions: .row_shape = {…}; one Predictor serves one shape."});
  return model.input_shape();
}

void attach(plan::Batch& batch, const float* x) {
  batch.features.floats = x;
  batch.features.bytes = nullptr;
}
void attach(plan::Batch& batch, const std::uint8_t* x) {
  batch.features.floats = nullptr;
  batch.features.bytes = x;
}

}  // namespace

// One plan with working memory: of predict or of predict_mc.
class Predictor::Engine {
 public:
  Engine(std::shared_ptr<const Plan> plan, const Scaling* scaling, std::int64_t inputs)
      : plan_(std::move(plan)),
        workspace_(plan_->make_workspace(1, plan_->rows_of_a_pass())),
        pass_(plan_->make_pass(workspace_)) {
    pass_.batch.index = kRowNumbers.data();
    pass_.batch.row_ids = kRowNumbers.data();
    pass_.batch.features.width = inputs;
    if (!scaling) return;
    pass_.batch.features.scale = scaling->scale.data();
    pass_.batch.features.offset = scaling->offset.data();
  }
  const Plan& plan() const { return *plan_; }
  plan::Pass<float>& pass() { return pass_; }
  std::int64_t rows() const { return workspace_.rows; }
  void run(Plan::Part part = Plan::Part::kAll) {
    plan_->run_alone(pass_, workspace_.scratch[0].data(), part);
  }

 private:
  std::shared_ptr<const Plan> plan_;
  plan::Workspace workspace_;
  plan::Pass<float> pass_;
};

struct Predictor::State {
  State(const Sequential& model, const PredictorOptions& given)
      : options(given), input_shape(row_shape_of(model, given.row_shape)) {
    if (options.samples < 0) throw_option("samples must not be negative", std::to_string(options.samples));
    plan::Graph graph = model.lower(input_shape);
    output_shape = model.output_shape(input_shape);
    const auto compiled = [&](plan::Mode mode) {
      return std::make_shared<const Plan>(
          graph, plan::PlanOptions{.mode = mode, .max_rows = kMostRows, .loss = {}, .update = {}});
    };
    predict_plan = compiled(plan::Mode::kPredict);
    if (predict_plan->stochastic() && options.samples == 0)
      throw ConfigError({.where = "Predictor",
                         .what = "the model draws in every prediction",
                         .fix = "Ask for samples and use predict_mc, or Dropout in place of MCDropout."});
    if (options.normalization) scaling = scaling_of(*options.normalization);
    if (options.temperature) require_temperature("Predictor", model, *options.temperature);
    if (options.samples > 0) mc_plan = compiled(plan::Mode::kMonteCarlo);
    key = options.seed ? random::Key(*options.seed) : random::derive(model.key(), kMonteCarloKey);
    make_engines();
  }
  State(const State& other)
      : options(other.options),
        input_shape(other.input_shape),
        predict_plan(other.predict_plan),
        mc_plan(other.mc_plan),
        output_shape(other.output_shape),
        scaling(other.scaling),
        key(other.key) {
    make_engines();
  }

  std::shared_ptr<const Scaling> scaling_of(const Normalization& normalization) const {
    const auto& found = normalization.scaling();
    if (!found || static_cast<std::int64_t>(found->scale.size()) != inputs())
      throw_size("the normalization must have one entry for each input", inputs(),
                 found ? found->scale.size() : 0);
    return found;
  }

  void make_engines() {
    if (!predict_plan->stochastic()) predicting.emplace(predict_plan, scaling.get(), inputs());
    if (!mc_plan) return;
    sampling.emplace(mc_plan, scaling.get(), inputs());
    sampling->pass().key = key;
    sampling->pass().batch.row_ids = ids.data();
    const auto size = static_cast<std::size_t>(sampling->rows() * mc_plan->output_stride());
    mean = Buffer<double>(size);
    m2 = Buffer<double>(size);
  }

  std::int64_t inputs() const { return input_shape.size(); }
  std::int64_t outputs() const { return predict_plan->output_width(); }

  /// Throws unless x is whole rows and y has room for as many; returns how many.
  std::int64_t rows_of(std::size_t x, std::size_t y, const char* name) const {
    const auto size = static_cast<std::int64_t>(x);
    if (size % inputs() != 0)
      throw_size("x must be whole rows: a multiple of the model's inputs", inputs(), x);
    const std::int64_t rows = size / inputs();
    if (static_cast<std::int64_t>(y) != rows * outputs())
      throw_size(std::string(name) + " must have one value for each output and row of x", rows * outputs(),
                 y);
    return rows;
  }

  template <class X>
  void predict(std::span<const X> x, std::span<float> y) {
    const StandardFloats floats;
    const std::int64_t rows = rows_of(x.size(), y.size(), "y");
    if (!predicting) throw_option("the model draws in every prediction", "predict");
    plan::Pass<float>& pass = predicting->pass();
    for (std::int64_t first = 0; first < rows; first += predicting->rows()) {
      pass.batch.rows = std::min(predicting->rows(), rows - first);
      attach(pass.batch, x.data() + first * inputs());
      predicting->run();
      copy_rows(predicting->plan(), pass, y.data() + first * outputs());
    }
    if (options.temperature) at_temperature(y, outputs(), *options.temperature);
  }

  template <class X>
  void predict_mc(std::span<const X> x, std::span<float> to_mean, std::span<float> to_std,
                  std::uint32_t first_row) {
    const StandardFloats floats;
    const std::int64_t rows = rows_of(x.size(), to_mean.size(), "mean");
    rows_of(x.size(), to_std.size(), "std");
    if (!sampling) throw_option("predict_mc needs samples", "0");
    plan::Pass<float>& pass = sampling->pass();
    for (std::int64_t first = 0; first < rows; first += sampling->rows()) {
      pass.batch.rows = std::min(sampling->rows(), rows - first);
      attach(pass.batch, x.data() + first * inputs());
      std::iota(ids.begin(), ids.end(), first_row + static_cast<std::uint32_t>(first));
      sample(pass);
      write(pass.batch.rows, to_mean.data() + first * outputs(), to_std.data() + first * outputs());
    }
  }

  // The moments of the rows at hand, streamed as in Sequential::predict_mc.
  void sample(plan::Pass<float>& pass) {
    const std::int64_t size = pass.rows() * mc_plan->output_stride();
    std::fill_n(mean.data(), size, 0.0);
    std::fill_n(m2.data(), size, 0.0);
    sampling->run(Plan::Part::kDeterministic);
    for (int t = 0; t < options.samples; ++t) {
      pass.draw = static_cast<std::uint32_t>(t);
      sampling->run(Plan::Part::kStochastic);
      // Without draws every sample is the first one.
      if (options.temperature && (t == 0 || mc_plan->stochastic())) temper(pass);
      pass.kernels->moments(mc_plan->output(pass), mean.data(), m2.data(), size, t + 1.0);
    }
  }

  void temper(plan::Pass<float>& pass) {
    auto* const output = const_cast<float*>(mc_plan->output(pass));
    for (std::int64_t r = 0; r < pass.rows(); ++r)
      at_temperature({output + r * mc_plan->output_stride(), static_cast<std::size_t>(outputs())}, outputs(),
                     *options.temperature);
  }

  void write(std::int64_t rows, float* to_mean, float* to_std) const {
    const std::int64_t stride = mc_plan->output_stride();
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < outputs(); ++c) {
        const auto at = static_cast<std::size_t>(r * stride + c);
        to_mean[r * outputs() + c] = static_cast<float>(mean[at]);
        to_std[r * outputs() + c] = static_cast<float>(std::sqrt(m2[at] / options.samples));
      }
  }

  PredictorOptions options;
  Shape input_shape;
  std::shared_ptr<const Plan> predict_plan;
  std::shared_ptr<const Plan> mc_plan;  // null without samples
  Shape output_shape;
  std::shared_ptr<const Scaling> scaling;
  random::Key key;
  std::optional<Engine> predicting;
  std::optional<Engine> sampling;
  std::array<std::uint32_t, kMostRows> ids{};
  Buffer<double> mean;
  Buffer<double> m2;
};

Predictor::Predictor(const Sequential& model, PredictorOptions options)
    : state_(std::make_unique<State>(model, options)) {}
Predictor::Predictor(const Predictor& other) : state_(std::make_unique<State>(other.state())) {}
Predictor::Predictor(Predictor&&) noexcept = default;
Predictor& Predictor::operator=(Predictor other) noexcept {
  state_ = std::move(other.state_);
  return *this;
}
Predictor::~Predictor() = default;

Predictor::State& Predictor::state() const {
  if (!state_) throw_option("the predictor was moved away", "");
  return *state_;
}

const Shape& Predictor::input_shape() const {
  return state().input_shape;
}
const Shape& Predictor::output_shape() const {
  return state().output_shape;
}

void Predictor::predict(std::span<const float> x, std::span<float> y) {
  state().predict(x, y);
}
void Predictor::predict(std::span<const std::uint8_t> x, std::span<float> y) {
  state().predict(x, y);
}
void Predictor::predict_mc(std::span<const float> x, std::span<float> mean, std::span<float> std,
                           std::uint32_t first_row) {
  state().predict_mc(x, mean, std, first_row);
}
void Predictor::predict_mc(std::span<const std::uint8_t> x, std::span<float> mean, std::span<float> std,
                           std::uint32_t first_row) {
  state().predict_mc(x, mean, std, first_row);
}

}  // namespace regulus
