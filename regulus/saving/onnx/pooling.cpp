// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/translations.h"

namespace regulus::onnx {
namespace {

void pool(Chain& chain, const char* op, Attributes attributes) {
  const std::string x = chain.channels_first();
  chain.set_channels_first(chain.node(op, {x}, std::move(attributes)));
}

// The operators keep an axis of length 1 for each that they pool over.
void pool_all(Chain& chain, const char* op) {
  const std::string pooled = chain.node(op, {chain.channels_first()});
  if (chain.layer().config.at("keepdims").as_bool())
    chain.set_channels_first(pooled);
  else
    chain.set_channels_last(chain.node("Flatten", {pooled}, {{"axis", 1}}));
}

}  // namespace

void max_pooling(Chain& chain) {
  pool(chain, "MaxPool", window_attributes(chain.layer(), "pool_size"));
}

// Pixels that the padding adds do not count in Keras.
void average_pooling(Chain& chain) {
  Attributes attributes = window_attributes(chain.layer(), "pool_size");
  attributes.push_back({"count_include_pad", 0});
  pool(chain, "AveragePool", std::move(attributes));
}

void global_max_pooling(Chain& chain) {
  pool_all(chain, "GlobalMaxPool");
}

void global_average_pooling(Chain& chain) {
  pool_all(chain, "GlobalAveragePool");
}

}  // namespace regulus::onnx
