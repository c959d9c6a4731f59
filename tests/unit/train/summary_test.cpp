// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "regulus/nn/layers/convolutional/convolution.h"
#include "regulus/nn/layers/reshaping/flatten.h"
#include "support/toy.h"

namespace regulus {
namespace {

// The numbers are those that Keras prints for the notebook's network.
TEST(Summary, IsKerasTable) {
  Sequential model({Flatten({.input_shape = {28, 28}}), AlphaDropout({.rate = 0.2}),
                    Dense({.units = 300, .activation = "selu"}), Dense({.units = 100}), Dense({.units = 10})},
                   {.name = "sequential"});
  EXPECT_EQ(model.summary(),
            "Model: \"sequential\"\n"
            "┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓\n"
            "┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃\n"
            "┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩\n"
            "│ flatten (Flatten)               │ (None, 784)            │             0 │\n"
            "├─────────────────────────────────┼────────────────────────┼───────────────┤\n"
            "│ alpha_dropout (AlphaDropout)    │ (None, 784)            │             0 │\n"
            "├─────────────────────────────────┼────────────────────────┼───────────────┤\n"
            "│ dense (Dense)                   │ (None, 300)            │       235,500 │\n"
            "├─────────────────────────────────┼────────────────────────┼───────────────┤\n"
            "│ dense_1 (Dense)                 │ (None, 100)            │        30,100 │\n"
            "├─────────────────────────────────┼────────────────────────┼───────────────┤\n"
            "│ dense_2 (Dense)                 │ (None, 10)             │         1,010 │\n"
            "└─────────────────────────────────┴────────────────────────┴───────────────┘\n"
            " Total params: 266,610 (1.02 MB)\n"
            " Trainable params: 266,610 (1.02 MB)\n"
            " Non-trainable params: 0 (0.00 B)\n");
}

TEST(Summary, AsciiWhereBoxesCannotBeShown) {
  Sequential model({Dense({.units = 3, .name = "head", .input_shape = {2}})}, {.name = "m"});
  const std::string text = model.summary(/*ascii=*/true);
  for (const char c : text) EXPECT_LT(static_cast<unsigned char>(c), 128);
  EXPECT_NE(text.find("| head (Dense)                    | (None, 3)              |             9 |\n"),
            std::string::npos)
      << text;
}

TEST(Summary, SaysWhatIsNotBuilt) {
  Sequential model({Dense({.units = 3})});
  EXPECT_NE(model.summary().find("│ ?                      │   0 (unbuilt) │"), std::string::npos)
      << model.summary();
}

TEST(Summary, EndsWithWhatIsHardlyMeant) {
  const ConvOptions options{.filters = 4, .kernel_size = 3, .kernel_constraint = max_norm(1)};
  Sequential model({Conv2D(options), Conv2D(options)});
  EXPECT_TRUE(model.notes().empty());  // before the build
  model.build({8, 8, 1});
  const std::vector<std::string> notes = {
      "Conv2D \"conv2d\": kernel_constraint: axis 0, the default, means 3 norms a filter, each of 3 numbers. "
      "For "
      "one norm a filter say .axis = {0, 1, 2}.",
      "Conv2D \"conv2d_1\": kernel_constraint: axis 0, the default, means 12 norms a filter, each of 3 "
      "numbers. "
      "For one norm a filter say .axis = {0, 1, 2}."};
  EXPECT_EQ(model.notes(), notes);
  const std::string text = model.summary();
  const std::string end = "(0.00 B)\n Note: " + notes[0] + "\n Note: " + notes[1] + "\n";
  EXPECT_EQ(text.substr(text.size() - std::min(end.size(), text.size())), end);
}

TEST(Summary, ALongNameWidensItsColumn) {
  const std::string name(40, 'x');
  Sequential model({Dense({.units = 3, .name = name, .input_shape = {2}})});
  EXPECT_NE(model.summary().find("│ " + name + " (Dense) │"), std::string::npos) << model.summary();
}

// A file may have named the model and its layers.
TEST(Summary, NamesCannotDriveATerminal) {
  const Sequential model({Dense({.units = 3, .name = "\x1b[2J\xe2\x80\xae", .input_shape = {2}})},
                         {.name = "a\nb"});
  const std::string text = model.summary(true);
  EXPECT_NE(text.find("Model: \"a\\x0ab\""), std::string::npos) << text;
  EXPECT_NE(text.find("| \\x1b[2J\\xe2\\x80\\xae (Dense)"), std::string::npos) << text;
}

}  // namespace
}  // namespace regulus
