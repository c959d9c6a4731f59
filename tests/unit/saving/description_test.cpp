// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/description.h"

#include "regulus/nn/layers/normalization/batch_normalization.h"
#include "regulus/nn/registry.h"
#include "support/expect.h"
#include "support/toy.h"

namespace regulus {
namespace {

using testing::expect_error;

Dense::Options named(const char* name) {
  return {.units = 2, .name = name};
}

ModelDescription chain(std::vector<LayerPtr> layers) {
  return {"m", std::move(layers), Shape{3}};
}

TEST(Description, IsWholeOrSaysWhatIsMissing) {
  require_whole(chain({Dense(named("a"))}));
  expect_error<ConfigError>([] { require_whole(chain({})); }, "model: it has no layers.");
  expect_error<ConfigError>(
      [] {
        require_whole(chain({Dense(named("a")), Dense({.units = 2})}));
      },
      "model: the name of layer 1 is missing.");
  Limits limits;
  limits.layers = 1;
  expect_error<ConfigError>(
      [&] {
        require_whole(chain({Dense(named("a")), Dense(named("b"))}), limits);
      },
      "model: it has too many layers (found 2).");
  expect_error<ConfigError>(
      [] { require_whole(chain({Dense({.units = 2, .name = "a", .input_shape = {4}})})); },
      "model: the first layer's input shape is not the model's (found (None, 4)).");
}

TEST(Description, VisitsWeightsInKerassOrder) {
  const ModelDescription description = chain({Dense(named("a")), BatchNormalization({.name = "b"}),
                                              Dense({.units = 4, .use_bias = false, .name = "c"})});
  std::vector<std::string> seen;
  for_each_weight(description,
                  [&](std::size_t layer, std::size_t weight, const std::string& name, const Shape& shape) {
                    seen.push_back(std::to_string(layer) + " " + std::to_string(weight) + " " + name + " " +
                                   to_string(shape));
                  });
  EXPECT_EQ(seen, (std::vector<std::string>{"0 0 kernel (3, 2)", "0 1 bias (2,)", "1 0 gamma (2,)",
                                            "1 1 beta (2,)", "1 2 moving_mean (2,)",
                                            "1 3 moving_variance (2,)", "2 0 kernel (2, 4)"}));
}

TEST(Description, AWeightIsNotMadeToBeVisited) {
  const ModelDescription description = chain({Dense({.units = (std::int64_t{1} << 31) - 1, .name = "huge"})});
  int visits = 0;
  for_each_weight(description, [&](auto, auto, const auto&, const auto&) { ++visits; });
  EXPECT_EQ(visits, 2);
}

TEST(Description, BuildsTheModel) {
  const Tensor kernel(Shape{3, 2}, {1, 2, 3, 4, 5, 6});
  const Tensor bias(Shape{2}, {7, 8});
  const Sequential model = build_model(chain({Dense(named("a"))}), 9, {kernel, bias});
  EXPECT_EQ(model.name(), "m");
  EXPECT_EQ(model.key().seed(), 9u);
  EXPECT_EQ(model.get_weights(), (std::vector<Tensor>{kernel, bias}));
  EXPECT_EQ(model.predict(Tensor(Shape{1, 3}, {1, 1, 1})), Tensor(Shape{1, 2}, {16, 20}));
}

TEST(Description, AFilesErrorsAreDataErrors) {
  expect_error<DataError>([] { as_data_error("f", [] { (void)layer_from_config("Dens", Value::Dict{}); }); },
                          "f: Layer: \"Dens\" is not known. Did you mean \"Dense\"?");
  expect_error<DataError>([] { as_data_error("f", [] { throw_data("g", "bad", "1", "2", "Mend it."); }); },
                          "g: bad (expected 1, found 2). Mend it.");
  expect_error<IoError>([] { as_data_error("f", [] { throw IoError({.where = "disk", .what = "full"}); }); },
                        "disk: full.");
}

}  // namespace
}  // namespace regulus
