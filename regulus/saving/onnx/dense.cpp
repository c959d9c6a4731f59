// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/translations.h"

namespace regulus::onnx {
namespace {

// Keras's kernel [in, units] is Gemm's B as it lies.
void product(Chain& chain, const std::string& kernel) {
  Names others{kernel};
  if (const Tensor* bias = chain.layer().weight("bias")) others.push_back(chain.constant("bias", *bias));
  chain.apply("Gemm", others);
  activate(chain, chain.layer().config.at("activation"));
}

}  // namespace

void dense(Chain& chain) {
  product(chain, chain.constant("kernel", *chain.layer().weight("kernel")));
}

// One thinned kernel for all rows of a run.
void drop_connect(Chain& chain) {
  const SourceLayer& layer = chain.layer();
  if (!chain.draws()) return dense(chain);
  const double rate = layer.config.at("rate").as_double();
  const std::string kernel = chain.constant("kernel", *layer.weight("kernel"));
  const std::string kept = draw_kept(chain, kernel, rate);
  const std::string scaled = chain.node("Mul", {kernel, chain.number("scale", 1 / (1 - rate))});
  const std::string thinned = chain.node("Where", {kept, scaled, chain.number("zero", 0)});
  product(chain, chain.node("Where", {chain.training(), thinned, kernel}));
}

}  // namespace regulus::onnx
