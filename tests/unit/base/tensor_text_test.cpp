// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "regulus/base/tensor.h"
#include "support/golden.h"

namespace regulus {
namespace {

TEST(TensorText, IsWhatNumPyPrints) {
  const auto& cases = testing::golden("tensor_text.json").at("cases");
  EXPECT_GE(cases.size(), 40u);
  for (const auto& c : cases)
    EXPECT_EQ(to_string(testing::tensor(c.at("x"))), c.at("text").get<std::string>()) << c.at("name");
}

TEST(TensorText, StreamsTheSameText) {
  const Tensor x({2}, {0.5f, -1});
  std::ostringstream out;
  out << x;
  EXPECT_EQ(out.str(), to_string(x));
}

TEST(TensorText, PrintsToStandardOutput) {
  ::testing::internal::CaptureStdout();
  print(Tensor({2, 2}, {0, 1, 0.5f, 2}));
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "[[0.  1. ]\n [0.5 2. ]]\n");
}

}  // namespace
}  // namespace regulus
