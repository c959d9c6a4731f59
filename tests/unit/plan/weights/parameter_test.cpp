// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/parameter.h"

#include "regulus/base/memory.h"
#include "support/expect.h"
#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

using kernels::ConstraintKind;
using regulus::testing::expect_error;

TEST(Parameter, StartsAtZeroAndKeepsWhatItIsGiven) {
  for (const Shape& shape : {Shape{5}, Shape{16}, Shape{33}, Shape{1, 1}, Shape{7, 5}, Shape{3, 16},
                             Shape{4, 33}, Shape{3, 2, 5, 18}}) {
    Parameter p("w", shape);
    EXPECT_EQ(p.value(), Tensor(shape)) << to_string(shape);
    const Tensor value(shape, normals(1, shape.size()));
    p.assign(value);
    EXPECT_EQ(p.value(), value) << to_string(shape);
    EXPECT_EQ(p.inputs() * p.units(), shape.size());
    // Padding stays zero: only the values themselves are anything else.
    std::int64_t zeros = 0;
    for (std::int64_t i = 0; i < p.packed_size(); ++i) zeros += p.packed()[i] == 0 ? 1 : 0;
    EXPECT_EQ(zeros, p.packed_size() - shape.size()) << to_string(shape);
  }
}

TEST(Parameter, GroupsOfUnitsBeginPanels) {
  for (const std::int64_t units : {1, 3, 16, 18, 33}) {
    const Shape shape{2, 3, 4 * units};
    Parameter p("w", shape, {}, {}, true, {.groups = 4});
    EXPECT_EQ(p.num_panels(), 4 * kernels::panels(units));
    const Tensor value(shape, normals(1, shape.size()));
    p.assign(value);
    EXPECT_EQ(p.value(), value) << units;
    for (std::int64_t k = 0; k < 6; ++k)
      for (std::int64_t n = 0; n < 4 * units; ++n) {
        const std::int64_t panel = n / units * kernels::panels(units) + n % units / 16;
        EXPECT_EQ(p.packed_place(k, n), (panel * 6 + k) * 16 + n % units % 16);
        EXPECT_EQ(p.packed()[p.packed_place(k, n)], value.data()[k * 4 * units + n]);
      }
    std::int64_t zeros = 0;
    for (std::int64_t i = 0; i < p.packed_size(); ++i) zeros += p.packed()[i] == 0 ? 1 : 0;
    EXPECT_EQ(zeros, p.packed_size() - shape.size()) << units;
  }
}

TEST(Parameter, PacksNumbersOfItsShapeAsItIsPacked) {
  Parameter kernel("dense/kernel", Shape{3, 21});
  std::vector<float> values;
  for (int i = 0; i < 63; ++i) values.push_back(static_cast<float>(i + 1));
  const Tensor value(Shape{3, 21}, values);
  const Buffer<float> packed = kernel.pack(value);
  EXPECT_EQ(kernel.value(), Tensor(Shape{3, 21})) << "the weight itself stays";
  EXPECT_EQ(kernel.unpacked(packed.data()), value);
  kernel.assign(value);
  ASSERT_EQ(static_cast<std::int64_t>(packed.size()), kernel.packed_size());
  for (std::int64_t i = 0; i < kernel.packed_size(); ++i)
    EXPECT_EQ(packed.data()[i], kernel.packed()[i]) << i;
  EXPECT_THROW((void)kernel.pack(Tensor(Shape{21, 3})), ShapeError);
}

TEST(Parameter, WithoutAxesIsOneNumber) {
  Parameter p("count", Shape{});
  EXPECT_EQ(p.inputs() * p.units(), 1);
  p.assign(Tensor(Shape{}, {3}));
  EXPECT_EQ(p.value(), Tensor(Shape{}, {3}));
  EXPECT_EQ(p.packed()[0], 3);
}

TEST(Parameter, IsDrawnWhenItIsFirstWantedAndOnlyOnce) {
  const Tensor drawn(Shape{3, 2}, {1, 2, 3, 4, 5, 6});
  int draws = 0;
  const auto draw = [&] {
    ++draws;
    return drawn;
  };
  Parameter read("w", Shape{3, 2});
  read.start_with(draw);
  EXPECT_EQ(draws, 0);
  EXPECT_EQ(read.value(), drawn);
  EXPECT_EQ(read.packed()[2], 0);  // behind the two units
  EXPECT_EQ(read.packed()[17], 4);
  EXPECT_EQ(read.value(), drawn);
  EXPECT_EQ(draws, 1);
  Parameter packed("w", Shape{3, 2});
  packed.start_with(draw);
  EXPECT_EQ(packed.packed()[16], 3);
  EXPECT_EQ(packed.value(), drawn);
  EXPECT_EQ(draws, 2);
}

TEST(Parameter, IsNotDrawnIfItIsGivenItsValues) {
  const Tensor given(Shape{3, 2}, {1, 2, 3, 4, 5, 6});
  Parameter p("w", Shape{3, 2});
  p.start_with([&]() -> Tensor {
    ADD_FAILURE() << "drawn";
    return given;
  });
  EXPECT_THROW(p.assign(Tensor(Shape{2, 3})), ShapeError);
  p.assign(given);
  EXPECT_EQ(p.value(), given);
  EXPECT_EQ(p.packed()[1], 2);
  const float* const before = p.packed();
  p.assign(Tensor(Shape{3, 2}, {6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(p.packed(), before) << "plans have noted where it lies";
  EXPECT_EQ(p.packed()[0], 6);
}

TEST(Parameter, AsksForItsMemoryBeforeItIsTaken) {
  Parameter p("dense/kernel", Shape{(1 << 20), 1 << 19});
  EXPECT_THROW((void)p.packed(), MemoryError);
  p.start_with([&]() -> Tensor { return Tensor(p.shape()); });
  try {
    (void)p.value();
    FAIL() << "a terabyte and more";
  } catch (const MemoryError& error) {
    EXPECT_EQ(
        std::string(error.what())
            .find("dense/kernel: the weight (1048576, 524288) needs too much memory (expected at most "),
        0u)
        << error.what();
    EXPECT_NE(std::string(error.what()).find("found 2.1 TB)."), std::string::npos) << error.what();
  }
}

TEST(Parameter, RefusesMoreThanAMemoryHolds) {
  const std::int64_t huge = std::int64_t{1} << 31;
  const std::string text =
      "dense/kernel: a weight has too many values (expected fewer than 2^40, and fewer than 2^31 along an "
      "axis, found ";
  expect_error<ShapeError>([&] { Parameter("dense/kernel", Shape{huge}); }, text + "(2147483648,)).");
  expect_error<ShapeError>(
      [&] {
        Parameter("dense/kernel", Shape{784, huge});
      },
      text + "(784, 2147483648)).");
  expect_error<ShapeError>(
      [&] {
        Parameter("dense/kernel", Shape{huge / 2, 1025});
      },
      text + "(1073741824, 1025)).");
  expect_error<ShapeError>(
      [&] {
        Parameter("dense/kernel", Shape{huge * huge, 1});
      },
      text + "(4611686018427387904, 1)).");
  expect_error<ShapeError>(  // with the padding of so many groups
      [&] {
        Parameter("dense/kernel", Shape{512, huge / 2}, {}, {}, true, {.groups = huge / 2});
      },
      text + "(512, 1073741824)).");
}

TEST(Parameter, RefusesAValueOfAnotherShape) {
  Parameter p("dense/kernel", Shape{2, 3});
  expect_error<ShapeError>(
      [&] {
        p.assign(Tensor(Shape{3, 2}));
      },
      "dense/kernel: the new value has another shape (expected (2, 3), found (3, 2)).");
}

TEST(Parameter, RefusesAnOrthogonalPenaltyOfAVector) {
  expect_error<ShapeError>([] { Parameter("dense/bias", Shape{3}, {.orthogonal = 0.1}); },
                           "dense/bias: an orthogonal penalty needs a weight of rank 2 (found (3,)).");
}

TEST(Parameter, CountsAxesFromTheEndToo) {
  const auto axes = [](const Shape& shape, std::vector<int> given) {
    return Parameter("w", shape, {}, {.kind = ConstraintKind::kMaxNorm, .axes = std::move(given)})
        .constraint()
        .axes;
  };
  EXPECT_EQ(axes(Shape{2, 3}, {-1}), std::vector<int>{1});
  EXPECT_EQ(axes(Shape{2, 3}, {-2, 1}), (std::vector<int>{0, 1}));
  EXPECT_EQ(axes(Shape{3}, {-1}), std::vector<int>{0});
}

TEST(Parameter, RefusesAnAxisThatItLacks) {
  const auto bias = [](int axis) {
    Parameter("dense/bias", Shape{3}, {}, {.kind = ConstraintKind::kUnitNorm, .axes = {axis}});
  };
  expect_error<ShapeError>([&] { bias(1); },
                           "dense/bias: the constraint's axis is out of range (expected -1 to 0, found 1).");
  expect_error<ShapeError>([&] { bias(-2); },
                           "dense/bias: the constraint's axis is out of range (expected -1 to 0, found -2).");
}

}  // namespace
}  // namespace regulus::plan::testing
