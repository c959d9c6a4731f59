// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/predictor.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/train/rows.h"

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
                    .found = std::to_string(found),
                    .fix = ""});
}

plan::Graph graph_of(const Sequential& model) {
  if (!model.built())
    throw ConfigError({.where = "Predictor",
                       .what = "the model has no weights yet",
                       .expected = "",
                       .found = "",
                       .fix = "Give the first layer an input_shape, or call build or fit first."});
  return model.lower();
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

struct Predictor::State {
  State(const Sequential& model, const PredictorOptions& options)
      : input_shape(model.built() ? model.input_shape() : Shape{}),
        plan(std::make_shared<const Plan>(
            graph_of(model),
            plan::PlanOptions{
                .mode = plan::Mode::kPredict, .max_rows = kMostRows, .loss = {}, .update = {}})),
        output_shape(model.output_shape()) {
    if (plan->stochastic())
      throw ConfigError({.where = "Predictor",
                         .what = "the model draws in every prediction",
                         .expected = "",
                         .found = "",
                         .fix = "Use predict_mc, or Dropout in place of MCDropout."});
    if (options.normalization) scaling = options.normalization->scaling();
    if (scaling && static_cast<std::int64_t>(scaling->scale.size()) != inputs())
      throw_size("the normalization must have one entry for each input", inputs(), scaling->scale.size());
    make_pass();
  }
  State(const State& other)
      : input_shape(other.input_shape),
        plan(other.plan),
        output_shape(other.output_shape),
        scaling(other.scaling) {
    make_pass();
  }

  void make_pass() {
    workspace = plan->make_workspace(1, plan->rows_of_a_pass());
    pass = plan->make_pass(workspace);
    pass.batch.index = kRowNumbers.data();
    pass.batch.row_ids = kRowNumbers.data();
    pass.batch.features.width = inputs();
    if (!scaling) return;
    pass.batch.features.scale = scaling->scale.data();
    pass.batch.features.offset = scaling->offset.data();
  }

  std::int64_t inputs() const { return input_shape.size(); }

  template <class X>
  void predict(std::span<const X> x, std::span<float> y) {
    const std::int64_t width = inputs();
    const auto size = static_cast<std::int64_t>(x.size());
    if (size % width != 0)
      throw_size("x must be whole rows: a multiple of the model's inputs", width, x.size());
    const std::int64_t rows = size / width;
    const std::int64_t outputs = plan->output_width();
    if (static_cast<std::int64_t>(y.size()) != rows * outputs)
      throw_size("y must have one value for each output and row of x", rows * outputs, y.size());
    for (std::int64_t first = 0; first < rows; first += workspace.rows) {
      pass.batch.rows = std::min(workspace.rows, rows - first);
      attach(pass.batch, x.data() + first * width);
      plan->run_alone(pass, workspace.scratch[0].data());
      copy_rows(*plan, pass, y.data() + first * outputs);
    }
  }

  Shape input_shape;
  std::shared_ptr<const Plan> plan;
  Shape output_shape;
  std::shared_ptr<const Scaling> scaling;
  plan::Workspace workspace;
  plan::Pass<float> pass;
};

Predictor::Predictor(const Sequential& model, PredictorOptions options)
    : state_(std::make_unique<State>(model, options)) {}
Predictor::Predictor(const Predictor& other) : state_(std::make_unique<State>(*other.state_)) {}
Predictor::Predictor(Predictor&&) noexcept = default;
Predictor& Predictor::operator=(Predictor other) noexcept {
  state_ = std::move(other.state_);
  return *this;
}
Predictor::~Predictor() = default;

const Shape& Predictor::input_shape() const {
  return state_->input_shape;
}
const Shape& Predictor::output_shape() const {
  return state_->output_shape;
}

void Predictor::predict(std::span<const float> x, std::span<float> y) {
  state_->predict(x, y);
}
void Predictor::predict(std::span<const std::uint8_t> x, std::span<float> y) {
  state_->predict(x, y);
}

}  // namespace regulus
