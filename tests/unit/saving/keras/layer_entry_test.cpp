// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/keras/layer_entry.h"

#include <gtest/gtest.h>

#include "regulus/base/json.h"

namespace regulus::keras {
namespace {

TEST(LayerEntry, NamesShapesAndPolicies) {
  EntryContext context;
  LayerEntry entry(
      parse_json(R"({"class_name": "my>MCDropout", "config": {"name": "m", "rate": 0.5, "dtype": "float16",
                                  "batch_input_shape": [null, 3], "mine": 1}})",
                 "j"),
      2, context);
  EXPECT_EQ(entry.stored_class(), "MCDropout");
  entry.rename("n");
  entry.forget_input_shape();
  const LayerPtr layer = entry.layer();
  EXPECT_EQ(layer->name(), "n");
  EXPECT_TRUE(layer->declared_input_shape().empty());
  EXPECT_EQ(context.notices.size(), 1u);
  EXPECT_NE(context.policies.notice(), "");
}

}  // namespace
}  // namespace regulus::keras
