// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/convolution.h"

#include <functional>

#include "regulus/plan/steps/elementwise.h"
#include "regulus/plan/steps/pool.h"
#include "unit/plan/gradient_check.h"

namespace regulus::plan::testing {
namespace {

using kernels::Activation;

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

WindowSpec square(std::int64_t size, std::int64_t channels, std::int64_t kernel, std::int64_t stride,
                  std::int64_t pad) {
  const std::int64_t out = (size + 2 * pad - kernel) / stride + 1;
  return {.height = size,
          .width = size,
          .channels = channels,
          .kernel_h = kernel,
          .kernel_w = kernel,
          .stride_h = stride,
          .stride_w = stride,
          .pad_top = pad,
          .pad_left = pad,
          .out_h = out,
          .out_w = out};
}

// A convolution of enough channels to have its windows in parts, behind one that wants their gradient.
Graph network_in_parts(std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t units,
                       Constraint constraint = {}) {
  Graph graph(Shape{size, size, 2});
  const WindowSpec at = square(size, 16, kernel, stride, kernel / 2);
  graph.add<ConvolutionStep>(ConvolutionSpec{"pixel", parameter("pixel/kernel", {1, 1, 2, 16}, 1, 0.4),
                                             nullptr, square(size, 2, 1, 1, 0)});
  graph.add<ActivationStep>(ActivationSpec{"tanh", Activation::kTanh, 0});
  graph.add<ConvolutionStep>(ConvolutionSpec{
      "parts", parameter("parts/kernel", {kernel, kernel, 16, units}, 2, 0.1, {.l2 = 0.01}, constraint),
      parameter("parts/bias", {units}, 3, 0.3, {.l1 = 0.02}), at});
  graph.add<ActivationStep>(ActivationSpec{"elu", Activation::kElu, 1});
  std::int64_t pixels = at.out_h * at.out_w;
  if (pixels > 64) {  // differences want two passes for each weight, and those in question are the kernels'
    const std::int64_t window = at.out_h / 4;
    graph.add<PoolStep>(PoolSpec{
        "pool", Pool::kAverage, {{at.out_h, 4, window, window, 0}, {at.out_w, 4, window, window, 0}, units}});
    pixels = 16;
  }
  graph.add<DenseStep>(DenseSpec{"dense", parameter("dense/kernel", {pixels * units, 3}, 5, 0.1), nullptr});
  return graph;
}

// Of few small images the weights' gradients are summed over the whole batch, of large ones image by image.
TEST(ConvolutionStep, HasRightGradientsInParts) {
  for (const std::int64_t rows : {1, 3}) {
    const Data data(rows, 4 * 4 * 2, 3, 11);
    expect_gradients(network_in_parts(4, 3, 1, 17), kSquared, data.batch(0, rows, false), "small images");
    expect_gradients(network_in_parts(4, 5, 1, 3), kSquared, data.batch(0, rows, false), "a large kernel");
    expect_gradients(network_in_parts(4, 3, 2, 3), kSquared, data.batch(0, rows, false), "strides");
  }
  const Data data(2, 24 * 24 * 2, 3, 11);
  expect_gradients(network_in_parts(24, 3, 1, 2), kSquared, data.batch(0, 2, false), "large images");
}

// y[o] = b + the sum over the kernel's places whose input lies inside the image.
void expect_definition(const WindowSpec& at, std::int64_t units, std::int64_t rows) {
  const std::int64_t size = at.height * at.width * at.channels;
  const auto kernel = parameter("kernel", {at.kernel_h, at.kernel_w, at.channels, units}, 1, 0.1);
  const auto bias = parameter("bias", {units}, 2, 0.5);
  Graph graph(Shape{at.height, at.width, at.channels});
  graph.add<ConvolutionStep>(ConvolutionSpec{"convolution", kernel, bias, at});
  const Data data(rows, size, 3, 11);
  Network<float> net(graph, predicting(rows));
  net.pass.batch = data.batch(0, rows, false);
  net.run_alone();
  const std::vector<float> y = net.output();
  const auto w = kernel->value();
  std::size_t at_y = 0;
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t oy = 0; oy < at.out_h; ++oy)
      for (std::int64_t ox = 0; ox < at.out_w; ++ox)
        for (std::int64_t n = 0; n < units; ++n, ++at_y) {
          double sum = bias->value().data()[n];
          for (std::int64_t i = 0; i < at.kernel_h; ++i)
            for (std::int64_t j = 0; j < at.kernel_w; ++j) {
              const std::int64_t iy = oy * at.stride_h + i * at.dilation_h - at.pad_top;
              const std::int64_t ix = ox * at.stride_w + j * at.dilation_w - at.pad_left;
              if (iy < 0 || iy >= at.height || ix < 0 || ix >= at.width) continue;
              const float* x = data.features.data() + row * size + (iy * at.width + ix) * at.channels;
              const float* k = w.data() + (i * at.kernel_w + j) * at.channels * units + n;
              for (std::int64_t c = 0; c < at.channels; ++c)
                sum += static_cast<double>(x[c]) * static_cast<double>(k[c * units]);
            }
          ASSERT_NEAR(y[at_y], sum, 1e-4) << row << ' ' << oy << ' ' << ox << ' ' << n;
        }
}

TEST(ConvolutionStep, IsTheSumOverTheWindowsInsideTheImage) {
  expect_definition(square(7, 3, 3, 1, 1), 5, 3);     // a border of zeros
  expect_definition(square(7, 16, 3, 1, 1), 20, 5);   // parts
  expect_definition(square(7, 20, 5, 2, 2), 17, 30);  // with strides
  expect_definition(square(3, 160, 5, 1, 2), 16, 3);  // place by place
  WindowSpec apart = square(6, 16, 3, 1, 2);
  apart.dilation_h = apart.dilation_w = 2;
  apart.out_h = apart.out_w = 6;
  expect_definition(apart, 4, 2);
  // Windows that lie outside the image altogether are the bias.
  WindowSpec outside = square(2, 16, 2, 1, 3);
  outside.dilation_h = outside.dilation_w = 4;
  outside.out_h = outside.out_w = 4;
  expect_definition(outside, 3, 2);
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
  const Data data(9, graph.input_shape().size(), 3, 11);
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
  const std::function<Graph()> made[] = {
      network, network_in_groups, [] { return network_in_parts(4, 3, 1, 40); },
      [] {
        return network_in_parts(
            4, 3, 1, 40, {.kind = kernels::ConstraintKind::kMaxNorm, .max_value = 0.5, .axes = {0, 1, 2}});
      },
      [] { return network_in_parts(24, 3, 1, 5); }};
  for (const auto& make : made) {
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
