// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/thinned/thinned_sample.h"

#include "unit/plan/network.h"

namespace regulus::plan::testing {
namespace {

// The bits of a shared mask as the kernel draws them for its fixed row id.
std::vector<std::int32_t> drawn(const MaskSpec& spec, std::int64_t units, std::uint32_t draw, bool kept) {
  std::uint16_t bits[16];
  const std::uint32_t row = 0xFFFFFFFFu;
  const random::Key key = spec.seed ? random::Key(*spec.seed) : random::Key(42);
  kernels::reference_table<float>().draw_mask(bits, kernels::panels(units), &row, 1, units,
                                              {key, random::stream(random::Purpose::kMask, spec.stream), draw,
                                               static_cast<std::uint32_t>(spec.rate * 65536 + 0.5)});
  std::vector<std::int32_t> list;
  for (std::int32_t u = 0; u < units; ++u)
    if (((bits[u / 16] >> (u % 16)) & 1) == (kept ? 1 : 0)) list.push_back(u);
  return list;
}

TEST(ThinnedSample, HasTheUnitsThatSharedMasksKeep) {
  MaskSpec first = dropout(0.2);
  first.stream = 3;
  MaskSpec second = alpha_dropout(0.6);
  second.stream = 7;
  second.seed = 99;
  Chain chain(150);
  chain.mask(first).dense(33).mask(second).dense(10);
  Network<float> net(chain.graph, predicting(4, Mode::kMonteCarlo));
  const auto network = thin(net.plan);
  ThinnedSample<float> sample;
  for (const std::uint32_t draw : {0, 1, 17}) {
    net.pass.draw = draw;
    sample.draw(*network, net.pass);
    const auto& layers = sample.layers();
    EXPECT_EQ(layers[0].inputs, drawn(first, 150, draw, /*kept=*/false));  // the complement
    EXPECT_EQ(layers[1].inputs, drawn(second, 33, draw, /*kept=*/true));
    EXPECT_EQ(layers[0].num_units, static_cast<std::int64_t>(layers[1].inputs.size()));
    EXPECT_EQ(layers[0].units.size(), static_cast<std::size_t>(kernels::grouped(layers[0].num_units)));
    EXPECT_EQ(layers[1].num_units, 10);
  }
}

TEST(ThinnedSample, GathersTheirWeights) {
  Chain chain(40);
  chain.mask(dropout(0.5)).dense(21).mask(alpha_dropout(0.2)).dense(10);
  Network<float> net(chain.graph, predicting(4, Mode::kMonteCarlo));
  const auto network = thin(net.plan);
  ThinnedSample<float> sample;
  sample.draw(*network, net.pass);
  sample.gather(*network);
  const Tensor kernel = network->layers[0].kernel->parameter->value();
  const auto& layer = sample.layers()[0];
  const auto inputs = static_cast<std::int64_t>(layer.inputs.size());
  for (std::size_t i = 0; i < layer.inputs.size(); ++i)
    for (std::size_t n = 0; n < layer.units.size(); ++n) {
      const auto at = static_cast<std::size_t>(
          kernels::grouped_index(inputs, static_cast<std::int64_t>(i), static_cast<std::int64_t>(n)));
      const float w = kernel.at({layer.inputs[i], layer.units[n]});
      const bool filling = static_cast<std::int64_t>(n) >= layer.num_units;
      EXPECT_EQ(layer.weights[at], filling ? 0 : 2 * w);  // 1 / (1 - 0.5)
    }
}

}  // namespace
}  // namespace regulus::plan::testing
