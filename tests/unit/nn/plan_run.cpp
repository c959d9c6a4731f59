// SPDX-License-Identifier: Apache-2.0
#include "unit/nn/plan_run.h"

#include <algorithm>
#include <numeric>

#include "regulus/nn/layers/reshaping/flatten.h"
#include "regulus/plan/steps/dense.h"

namespace regulus::testing {

void add_rows_as_weight(plan::Graph& graph, const Tensor& x) {
  const std::int64_t rows = x.shape()[0];
  auto table = std::make_shared<plan::Parameter>("x", Shape{rows, x.size() / rows});
  table->assign(x.reshape(table->shape()));
  graph.add<plan::DenseStep>(plan::DenseSpec{"x", table, nullptr});
}

std::vector<float> identity_matrix(std::int64_t rows) {
  std::vector<float> ones(static_cast<std::size_t>(rows * rows), 0.0f);
  for (std::int64_t r = 0; r < rows; ++r) ones[static_cast<std::size_t>(r * rows + r)] = 1.0f;
  return ones;
}

template <class T>
RunResult run(const Tensor& x, const std::vector<LayerPtr>& layers, plan::Mode mode,
              const RunOptions& options) {
  const std::int64_t rows = x.shape()[0];
  const Shape row_shape = x.shape().without_front();
  const bool training = mode == plan::Mode::kTrain;
  std::vector<float> input(x.values().begin(), x.values().end());
  plan::Graph graph(training ? Shape{rows} : row_shape);
  if (training) {
    input = identity_matrix(rows);
    add_rows_as_weight(graph, x);
  }
  Shape shape = row_shape;
  std::uint32_t position = 0;
  for (const LayerPtr& layer : layers) {
    const Shape next = layer->output_shape(shape);
    layer->build({shape, options.key, position});
    layer->lower(graph, shape, position++);
    shape = next;
  }
  const plan::Plan<T> plan(graph, {.mode = mode, .max_rows = rows, .loss = options.loss, .update = {}});
  plan::Workspace workspace = plan.make_workspace(1);
  plan::Pass<T> pass = plan.make_pass(workspace);
  kernels::Table<T> table = *pass.kernels;
  if (options.draw_mask) table.draw_mask = options.draw_mask;
  pass.kernels = &table;
  std::vector<std::uint32_t> index(static_cast<std::size_t>(rows));
  std::iota(index.begin(), index.end(), 0u);
  std::vector<std::uint32_t> row_ids = index;
  for (std::uint32_t& id : row_ids) id += options.first_row;
  pass.key = options.key;
  pass.draw = options.draw;
  pass.batch.rows = rows;
  pass.batch.index = index.data();
  pass.batch.row_ids = row_ids.data();
  pass.batch.features.floats = input.data();
  pass.batch.features.width = training ? rows : row_shape.size();
  pass.batch.labels = options.labels.empty() ? nullptr : options.labels.data();
  pass.batch.targets = options.targets.empty() ? nullptr : options.targets.data();
  pass.batch.sample_weight = options.sample_weight.empty() ? nullptr : options.sample_weight.data();
  plan.run_alone(pass, workspace.scratch[0].data());

  RunResult result;
  result.output = Tensor(shape.with_front(rows));
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t i = 0; i < plan.output_width(); ++i)
      result.output.data()[r * plan.output_width() + i] =
          static_cast<float>(plan.output(pass)[r * plan.output_stride() + i]);
  if (options.loss) result.loss = plan.data_loss(pass);
  result.penalty = plan.activity_penalty(pass);
  if (!training) return result;
  result.penalty += plan.weight_penalty();
  for (const auto& w : plan.weights().all()) {
    Tensor gradient = w->parameter->unpacked(w->gradient.data());
    if (w == plan.weights().all().front())
      result.dx = std::move(gradient);
    else
      result.dweights.push_back(std::move(gradient));
  }
  return result;
}

namespace {

/// A weight that stands for itself: y = x W, no bias, no name in any model.
class Probe final : public Layer {
 public:
  explicit Probe(const Tensor& kernel)
      : Layer("probe", {}), kernel_(std::make_shared<plan::Parameter>("kernel", kernel.shape())) {
    kernel_->assign(kernel);
  }
  const char* class_name() const override { return "Probe"; }
  Value config() const override { return nullptr; }
  Shape output_shape(const Shape&) const override { return Shape{kernel_->units()}; }
  void lower(plan::Graph& graph, const Shape&, std::uint32_t) const override {
    graph.add<plan::DenseStep>(plan::DenseSpec{name(), kernel_, nullptr});
  }

 private:
  plan::ParameterPtr kernel_;
};

}  // namespace

template <class T>
Gradients gradients(const Tensor& x, const LayerPtr& layer, const Tensor& dy, RunOptions options) {
  const std::int64_t rows = x.shape()[0];
  const std::int64_t features = x.shape().without_front().size();
  const std::int64_t outputs = dy.size() / rows;
  const Tensor flat_dy = dy.reshape({rows, outputs});
  options.loss = plan::LossSpec{kernels::Loss::kMeanAbsoluteError, false, 0};
  options.targets = {-1e30f};
  Gradients sum{Tensor(x.shape()), {}};
  for (std::int64_t r = 0; r < rows; ++r) {
    options.first_row = static_cast<std::uint32_t>(r);
    const Probe probe(flat_dy.slice(r, r + 1).reshape({outputs, 1}));
    std::vector<LayerPtr> layers;
    layers.push_back(layer);
    if (dy.shape().rank() > 2) layers.push_back(Flatten());
    layers.push_back(probe);
    RunResult one = run<T>(x.slice(r, r + 1), layers, plan::Mode::kTrain, options);
    std::copy_n(one.dx.data(), features, sum.dx.data() + r * features);
    one.dweights.pop_back();  // the probe's
    if (r == 0)
      sum.dweights = std::move(one.dweights);
    else
      for (std::size_t w = 0; w < sum.dweights.size(); ++w)
        for (std::int64_t i = 0; i < sum.dweights[w].size(); ++i)
          sum.dweights[w].data()[i] += one.dweights[w].data()[i];
  }
  return sum;
}

template <class T>
Tensor backward(const Tensor& x, const LayerPtr& layer, const Tensor& dy, RunOptions options) {
  return gradients<T>(x, layer, dy, std::move(options)).dx;
}

template RunResult run<float>(const Tensor&, const std::vector<LayerPtr>&, plan::Mode, const RunOptions&);
template Gradients gradients<float>(const Tensor&, const LayerPtr&, const Tensor&, RunOptions);
template Tensor backward<float>(const Tensor&, const LayerPtr&, const Tensor&, RunOptions);
template RunResult run<double>(const Tensor&, const std::vector<LayerPtr>&, plan::Mode, const RunOptions&);
template Gradients gradients<double>(const Tensor&, const LayerPtr&, const Tensor&, RunOptions);
template Tensor backward<double>(const Tensor&, const LayerPtr&, const Tensor&, RunOptions);

}  // namespace regulus::testing
