// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/convolution/learning.h"

#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

struct Case {
  std::int64_t rows;
  std::int64_t pixels;
  std::int64_t channels;
  std::int64_t units;
  bool depthwise;
};

// Whether a square image's 3 x 3 kernel learns image by image.
bool learns_by_image(const Case& c) {
  const PlanOptions options = keeping_gradients(c.rows);
  WeightSet<float> weights;
  Compiler<float> compiler(options, weights);
  const Updater<float> updater(options, weights, nullptr);
  compiler.set_updater(&updater);
  ConvolutionLearning<float>::prepare(compiler);
  const WindowSpec at{.height = c.pixels,
                      .width = c.pixels,
                      .channels = c.channels,
                      .kernel_h = 3,
                      .kernel_w = 3,
                      .out_h = c.pixels - 2,
                      .out_w = c.pixels - 2};
  const ConvolutionImages images(at, c.channels, c.units, c.depthwise, 1);
  const Shape shape = c.depthwise ? Shape{3, 3, c.channels, 1} : Shape{3, 3, c.channels, c.units};
  auto kernel = std::make_shared<Parameter>("kernel", shape, Penalty{}, Constraint{}, true,
                                            UnitLayout{.axes = c.depthwise ? 2u : 1u});
  kernel->assign(Tensor(shape, normals(1, shape.size())));
  ConvolutionLearning<float> learning;
  learning.lay_out(compiler, {compiler.bind(kernel), nullptr, &images, 1, c.depthwise},
                   {{0, 0}, at.height * at.width * c.channels}, {{0, 0}, at.out_h * at.out_w * c.units});
  return learning.by_image();
}

TEST(ConvolutionLearning, IsByImageUnlessItsSumsAreMoreThanTheBatch) {
  EXPECT_FALSE(learns_by_image({16, 7, 128, 256, false}));
  EXPECT_FALSE(learns_by_image({1, 7, 32, 32, false}));
  EXPECT_TRUE(learns_by_image({128, 28, 16, 32, false}));
  EXPECT_TRUE(learns_by_image({256, 14, 128, 128, false}));  // more than a cache holds
  EXPECT_TRUE(learns_by_image({16, 7, 256, 256, true}));
}

}  // namespace
}  // namespace regulus::plan::testing
