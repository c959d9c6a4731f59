// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/convolution.h"

#include "regulus/plan/steps/elementwise.h"
#include "regulus/plan/steps/pool.h"
#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

constexpr LossSpec kSquared{
    .loss = kernels::Loss::kMeanSquaredError, .from_logits = false, .label_smoothing = 0};

// Two convolutions over 6 x 7 pixels of 2 channels and a dense step: borders, strides, a dilation,
// several panels, penalties, what they absorb, and an input gradient.
Graph network() {
  Graph graph(Shape{6, 7, 2});
  graph.add<ConvolutionStep>(
      ConvolutionSpec{"first", parameter("first/kernel", {3, 2, 2, 18}, 1, 0.4, {.l1 = 0.01, .l2 = 0.02}),
                      parameter("first/bias", {18}, 2, 0.3, {.l2 = 0.1}),
                      WindowSpec{.height = 6,
                                 .width = 7,
                                 .channels = 2,
                                 .kernel_h = 3,
                                 .kernel_w = 2,
                                 .stride_h = 1,
                                 .stride_w = 2,
                                 .pad_top = 1,
                                 .pad_left = 0,
                                 .out_h = 6,
                                 .out_w = 4}});
  graph.add<ActivationStep>(ActivationSpec{"elu", Activation::kElu, 1});
  MaskSpec mask = dropout(0.2);
  mask.stream = 7;
  graph.add<MaskStep>(mask);
  graph.add<ConvolutionStep>(ConvolutionSpec{"second", parameter("second/kernel", {2, 2, 18, 5}, 3, 0.2),
                                             nullptr,
                                             WindowSpec{.height = 6,
                                                        .width = 4,
                                                        .channels = 18,
                                                        .kernel_h = 2,
                                                        .kernel_w = 2,
                                                        .dilation_h = 2,
                                                        .dilation_w = 2,
                                                        .pad_top = 1,
                                                        .pad_left = 1,
                                                        .out_h = 6,
                                                        .out_w = 4}});
  graph.add<ActivationStep>(ActivationSpec{"gelu", Activation::kGelu, 0});
  graph.add<DenseStep>(DenseSpec{"dense", parameter("dense/kernel", {120, 3}, 5, 0.1), nullptr});
  return graph;
}

ParameterPtr in_groups(const std::string& name, const Shape& shape, std::uint64_t seed,
                       Penalty penalty = {}) {
  auto made = std::make_shared<Parameter>(name, shape, penalty, Constraint{}, true, UnitLayout{.groups = 2});
  made->assign(Tensor(shape, normals(seed, shape.size(), 0.3)));
  return made;
}

// Two groups of 18 units over 3 channels each, behind a layer that wants their input gradient.
Graph network_in_groups() {
  Graph graph(Shape{6, 7, 2});
  WindowSpec pixel{.height = 6, .width = 7, .channels = 2, .kernel_h = 1, .kernel_w = 1};
  pixel.out_h = 6;
  pixel.out_w = 7;
  graph.add<ConvolutionStep>(
      ConvolutionSpec{"pixel", parameter("pixel/kernel", {1, 1, 2, 6}, 1, 0.4), nullptr, pixel});
  graph.add<ActivationStep>(ActivationSpec{"elu", Activation::kElu, 1});
  graph.add<ConvolutionStep>(
      ConvolutionSpec{"groups", in_groups("groups/kernel", {3, 2, 3, 36}, 2, {.l1 = 0.01, .l2 = 0.02}),
                      in_groups("groups/bias", {36}, 3, {.l2 = 0.1}),
                      WindowSpec{.height = 6,
                                 .width = 7,
                                 .channels = 6,
                                 .kernel_h = 3,
                                 .kernel_w = 2,
                                 .stride_h = 3,
                                 .stride_w = 4,
                                 .pad_top = 0,
                                 .pad_left = 1,
                                 .out_h = 2,
                                 .out_w = 2}});
  graph.add<ActivationStep>(ActivationSpec{"tanh", Activation::kTanh, 0});
  graph.add<DenseStep>(DenseSpec{"dense", parameter("dense/kernel", {144, 3}, 5, 0.1), nullptr});
  return graph;
}

TEST(ConvolutionStep, HasRightGradients) {
  const Data data(4, 6 * 7 * 2, 3, 11);
  expect_gradients(network(), kSquared, data.batch(0, 4, false), "convolutions");
  expect_gradients(network_in_groups(), kSquared, data.batch(0, 2, false), "convolutions in groups");
}

// A convolution in groups is one of each part, bit for bit.
TEST(ConvolutionStep, InGroupsIsOneOfEachPart) {
  const WindowSpec whole{.height = 5,
                         .width = 6,
                         .channels = 6,
                         .kernel_h = 3,
                         .kernel_w = 3,
                         .pad_top = 1,
                         .pad_left = 1,
                         .out_h = 5,
                         .out_w = 6};
  const auto kernel = in_groups("kernel", {3, 3, 3, 36}, 1);
  const auto bias = in_groups("bias", {36}, 2);
  const std::vector<float> x = normals(3, 5 * 6 * 6);
  const auto output = [](const ConvolutionSpec& spec, const std::vector<float>& image) {
    Graph graph(Shape{spec.window.height, spec.window.width, spec.window.channels});
    graph.add<ConvolutionStep>(spec);
    Network<float> net(graph, predicting(1));
    const std::uint32_t row = 0;
    net.pass.batch.features.floats = image.data();
    net.pass.batch.features.width = static_cast<std::int64_t>(image.size());
    net.pass.batch.index = net.pass.batch.row_ids = &row;
    net.pass.batch.rows = 1;
    net.run_alone();
    return net.output();
  };
  // Numbers of part `part` of two, where `last` lie side by side.
  const auto half = [](const float* all, std::int64_t count, std::int64_t last, std::int64_t part) {
    std::vector<float> some;
    for (std::int64_t i = 0; i < count; ++i)
      if (i % last / (last / 2) == part) some.push_back(all[i]);
    return some;
  };
  const std::vector<float> y = output({"whole", kernel, bias, whole}, x);
  for (const std::int64_t part : {0, 1}) {
    auto w = std::make_shared<Parameter>("w", Shape{3, 3, 3, 18});
    w->assign(Tensor(w->shape(), half(kernel->value().data(), 3 * 3 * 3 * 36, 36, part)));
    auto b = std::make_shared<Parameter>("b", Shape{18});
    b->assign(Tensor(b->shape(), half(bias->value().data(), 36, 36, part)));
    WindowSpec window = whole;
    window.channels = 3;
    EXPECT_EQ(output({"part", w, b, window}, half(x.data(), 5 * 6 * 6, 6, part)),
              half(y.data(), 5 * 6 * 36, 36, part));
  }
}

// The optimizer's update of three steps, by any number of workers.
std::vector<float> trained(const Graph& graph, int threads) {
  const Data data(9, 6 * 7 * 2, 3, 11);
  PlanOptions options;
  options.mode = Mode::kTrain;
  options.max_rows = 9;
  options.loss = kSquared;
  options.update = UpdateSpec{kernels::UpdateRule::kMomentum, 1, false};
  Slots<float> slots;
  const Plan<float> plan(graph, options, &slots);
  runtime::Team team(threads);
  Workspace workspace = plan.make_workspace(team.size());
  Pass<float> pass = plan.make_pass(workspace);
  pass.key = random::Key(3);
  pass.update.coefficients = {0.05f, 0.9f};
  pass.batch = data.batch(0, 9, false);
  for (std::uint32_t step = 0; step < 3; ++step) {
    pass.draw = step;
    plan.run(team, workspace, pass);
  }
  std::vector<float> values;
  for (const auto& weight : plan.weights().all())
    values.insert(values.end(), weight->values, weight->values + weight->parameter->packed_size());
  return values;
}

TEST(ConvolutionStep, LearnsTheSameBitsWithAnyNumberOfThreads) {
  for (Graph (*make)() : {network, network_in_groups}) {
    const std::vector<float> one = trained(make(), 1);
    EXPECT_NE(one, std::vector<float>(one.size()));
    for (const int threads : {2, 3, 7}) EXPECT_EQ(trained(make(), threads), one) << threads;
  }
}

// A convolution and the pooling behind it, which it takes over.
struct Pooled {
  const char* text;
  std::int64_t height;  // of the image, 3 channels
  std::int64_t width;
  std::int64_t units;
  std::int64_t stride;
  std::int64_t border;
  bool depthwise;
  Activation activation;
  Pool pool;
  std::int64_t size;
  std::int64_t pool_stride;
  std::int64_t before;
};

std::ostream& operator<<(std::ostream& out, const Pooled& c) {
  return out << c.text;
}

class ConvolutionBeforePool : public ::testing::TestWithParam<Pooled> {
 protected:
  static constexpr std::int64_t kKernel = 3;
  static constexpr std::int64_t kRows = 3;

  /// `apart`: a step between the two, which changes no number, keeps them apart.
  Graph network(bool apart) const {
    const Pooled& c = GetParam();
    Graph graph(Shape{c.height, c.width, 3});
    graph.add<ConvolutionStep>(ConvolutionSpec{"before", parameter("before/kernel", {1, 1, 3, 3}, 1, 0.5),
                                               nullptr, window(1, 1, 0)});
    const WindowSpec at = window(kKernel, c.stride, c.border);
    const Shape shape =
        c.depthwise ? Shape{kKernel, kKernel, 3, c.units / 3} : Shape{kKernel, kKernel, 3, c.units};
    auto kernel = std::make_shared<Parameter>("kernel", shape, Penalty{}, Constraint{}, true,
                                              UnitLayout{.axes = c.depthwise ? 2u : 1u});
    kernel->assign(Tensor(shape, normals(3, shape.size(), 0.3)));
    graph.add<ConvolutionStep>(
        ConvolutionSpec{"convolution", kernel, parameter("bias", {c.units}, 4, 0.3), at, c.depthwise});
    graph.add<ActivationStep>(ActivationSpec{"activation", c.activation, 1});
    if (apart) graph.add<RescaleStep>(RescaleSpec{"apart", 1, 0});
    PoolSpec pool{"pool", c.pool, {}};
    pool.windows.height = axis(at.out_h);
    pool.windows.width = axis(at.out_w);
    pool.windows.channels = c.units;
    graph.add<PoolStep>(pool);
    graph.add<DenseStep>(
        DenseSpec{"dense", parameter("dense/kernel", {pool.windows.out_size(), 2}, 5, 0.2), nullptr});
    return graph;
  }

  template <class T>
  void expect_equal() const {
    const Pooled& c = GetParam();
    const Data data(kRows, c.height * c.width * 3, 2, 11);
    Network<T> together(network(false), keeping_gradients(kRows, kSquared));
    Network<T> apart(network(true), keeping_gradients(kRows, kSquared));
    Network<T> predicted(network(false), predicting(kRows));
    for (Network<T>* net : {&together, &apart, &predicted}) {
      net->pass.batch = data.batch(0, kRows, false);
      net->run_alone();
    }
    EXPECT_EQ(together.output(), apart.output());
    EXPECT_EQ(predicted.output(), apart.output());
    const auto& weights = together.plan.weights().all();
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto of = [](const Weight<T>& w) {
        return std::vector<T>(w.gradient.span().begin(), w.gradient.span().end());
      };
      EXPECT_EQ(of(*weights[i]), of(*apart.plan.weights().all()[i])) << weights[i]->parameter->name();
    }
  }

 private:
  WindowSpec window(std::int64_t kernel, std::int64_t stride, std::int64_t border) const {
    const auto out = [&](std::int64_t size) { return (size + 2 * border - kernel) / stride + 1; };
    const Pooled& c = GetParam();
    return {.height = c.height,
            .width = c.width,
            .channels = 3,
            .kernel_h = kernel,
            .kernel_w = kernel,
            .stride_h = stride,
            .stride_w = stride,
            .pad_top = border,
            .pad_left = border,
            .out_h = out(c.height),
            .out_w = out(c.width)};
  }
  kernels::PoolAxis axis(std::int64_t pixels) const {
    const Pooled& c = GetParam();
    const std::int64_t outputs = (pixels + 2 * c.before - c.size) / c.pool_stride + 1;
    return {pixels, outputs, c.size, c.pool_stride, c.before};
  }
};

TEST_P(ConvolutionBeforePool, HasTheNumbersOfTheTwoApart) {
  expect_equal<double>();
  expect_equal<float>();
}

INSTANTIATE_TEST_SUITE_P(
    Geometries, ConvolutionBeforePool,
    ::testing::Values(
        Pooled{"pairs, one line and column left over", 9, 7, 16, 1, 0, false, Activation::kRelu, Pool::kMax,
               2, 2, 0},
        Pooled{"lines that end within a panel", 9, 9, 5, 1, 0, false, Activation::kElu, Pool::kMax, 2, 2, 0},
        Pooled{"a border", 7, 9, 17, 1, 1, false, Activation::kGelu, Pool::kAverage, 2, 2, 0},
        Pooled{"strides", 14, 11, 8, 2, 1, false, Activation::kRelu, Pool::kMax, 2, 2, 0},
        Pooled{"windows that overlap", 10, 9, 8, 1, 0, false, Activation::kSelu, Pool::kMax, 3, 2, 0},
        Pooled{"windows that leave gaps", 12, 12, 8, 1, 0, false, Activation::kRelu, Pool::kMax, 2, 3, 0},
        Pooled{"windows that hang over", 8, 8, 8, 1, 0, false, Activation::kTanh, Pool::kAverage, 3, 2, 1},
        Pooled{"several bands", 30, 30, 33, 1, 1, false, Activation::kRelu, Pool::kMax, 2, 2, 0},
        Pooled{"channel by channel", 9, 9, 6, 1, 1, true, Activation::kRelu, Pool::kMax, 2, 2, 0}));

}  // namespace
}  // namespace regulus::plan::testing
