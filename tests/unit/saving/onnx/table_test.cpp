// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/table.h"

#include <gtest/gtest.h>

#include <set>

#include "regulus/nn/registry.h"
#include "regulus/regulus.h"
#include "support/expect.h"
#include "unit/saving/onnx/cases.h"
#include "unit/saving/onnx/decoded.h"

namespace regulus {
namespace {

using testing::expect_error;
using testing::exported;

// A class of somebody's own.
class Doubling final : public Layer {
 public:
  Doubling() : Layer("twice", {}) {}
  const char* class_name() const override { return "Doubling"; }
  Value config() const override { return base_config(); }
  Shape output_shape(const Shape& input_shape) const override { return input_shape; }
  void lower(plan::Graph&, const Shape&, std::uint32_t) const override {}
};

TEST(OnnxTable, HasEveryLayer) {
  std::set<std::string> translated;
  const auto all = [&](const std::vector<testing::OnnxCase>& cases) {
    for (const testing::OnnxCase& each : cases) {
      EXPECT_NO_THROW(testing::file_of(each, testing::built(each))) << each.name;
      for (const LayerPtr& layer : each.layers) translated.insert(layer->class_name());
    }
  };
  all(testing::onnx_cases());
  all(testing::random_onnx_cases());
  const std::vector<std::string> known = known_layers();
  EXPECT_EQ(translated, std::set<std::string>(known.begin(), known.end()));
}

TEST(OnnxTable, RefusesWhatItCannotTranslate) {
  expect_error<ConfigError>([] { exported({Doubling()}, {3}); },
                            "Doubling \"twice\": this class has no translation to ONNX.");
}

TEST(OnnxTable, RefusesALayerThatAlwaysDrawsInAPlainFile) {
  expect_error<ConfigError>(
      [] { exported({MCDropout({.rate = 0.5, .name = "m"})}, {3}); },
      "MCDropout \"m\": it draws in every prediction, which only a Monte-Carlo file can. "
      "Export with monte_carlo = true (--mc).");
}

}  // namespace
}  // namespace regulus
