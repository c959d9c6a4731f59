// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "regulus/kernels/activation.h"
#include "regulus/saving/onnx/translations.h"

// All draws are RandomUniformLike and RandomNormalLike. The operator Dropout would be shorter, but ONNX
// Runtime (1.32, CPU) starts a fresh weak generator in each run of it: over 20,000 runs the first unit of a
// tensor was never dropped at rate 0.3, and the others' frequencies lay far too close to 0.3 to be
// independent.
//
// A layer's own seed is not written: the runtime's masks are not regulus's masks for any seed, and one seed
// in two layers would give both the same.

namespace regulus::onnx {
namespace {

// The axes of the value, the batch first, along which Keras's noise_shape shares a decision.
Integers shared_axes(const Value& noise_shape) {
  Integers axes;
  if (noise_shape.is_null()) return axes;
  const Value::List& lengths = noise_shape.as_list();
  for (std::size_t axis = 0; axis < lengths.size(); ++axis)
    if (lengths[axis] == Value(1)) axes.push_back(static_cast<std::int64_t>(axis));
  return axes;
}

// True where a unit is kept; of length 1 along the shared axes.
std::string kept_units(Chain& chain, double rate, const Integers& shared) {
  std::string like = chain.value();
  if (!shared.empty())
    like = chain.node(
        "Slice", {like, chain.integers("begin", Integers(shared.size(), 0)),
                  chain.integers("end", Integers(shared.size(), 1)), chain.integers("shared_axes", shared)});
  return draw_kept(chain, like, rate);
}

// value = training ? noisy : value.
void set_if_training(Chain& chain, const std::string& noisy) {
  chain.set(chain.node("Where", {chain.training(), noisy, chain.value()}));
}

void drop(Chain& chain, const Integers& shared) {
  const double rate = chain.layer().config.at("rate").as_double();
  const std::string kept = kept_units(chain, rate, shared);
  const std::string scaled =
      chain.node("Mul", {chain.value(), chain.number("scale", rate < 1 ? 1 / (1 - rate) : 0)});
  set_if_training(chain, chain.node("Where", {kept, scaled, chain.number("dropped", 0)}));
}

Integers noise_axes(Chain& chain) {
  Integers shared = shared_axes(chain.layer().config.at("noise_shape"));
  if (!shared.empty()) chain.channels_last();
  return shared;
}

}  // namespace

std::string draw_kept(Chain& chain, const std::string& like, double rate) {
  return chain.node(
      "GreaterOrEqual",
      {chain.node("RandomUniformLike", {like}, {{"high", 1.0f}, {"low", 0.0f}}), chain.number("rate", rate)});
}

void identity(Chain&) {}

void dropout(Chain& chain) {
  if (chain.draws()) drop(chain, noise_axes(chain));
}

// Whole feature maps: the axes between batch and channels are shared.
void spatial_dropout(Chain& chain) {
  if (!chain.draws()) return;
  Integers shared;
  const std::int64_t first = chain.is_channels_first() ? 2 : 1;
  for (std::size_t axis = 0; axis + 1 < chain.layer().input.rank(); ++axis)
    shared.push_back(first + static_cast<std::int64_t>(axis));
  drop(chain, shared);
}

// As regulus/nn/layers/regularization/dropout.h has it: a x + b if kept, else a alpha' + b.
void alpha_dropout(Chain& chain) {
  if (!chain.draws()) return;
  constexpr double kDropped = -kernels::kSeluAlpha * kernels::kSeluScale;
  const double rate = chain.layer().config.at("rate").as_double();
  const double scale = 1 / std::sqrt((1 - rate) * (1 + rate * kDropped * kDropped));
  const double shift = -scale * kDropped * rate;
  const std::string kept = kept_units(chain, rate, noise_axes(chain));
  const std::string scaled = chain.node("Mul", {chain.value(), chain.number("scale", scale)});
  const std::string shifted = chain.node("Add", {scaled, chain.number("shift", shift)});
  const std::string dropped = chain.number("dropped", scale * kDropped + shift);
  set_if_training(chain, chain.node("Where", {kept, shifted, dropped}));
}

void gaussian_dropout(Chain& chain) {
  if (!chain.draws()) return;
  const double rate = chain.layer().config.at("rate").as_double();
  const auto stddev = static_cast<float>(std::sqrt(rate / (1 - rate)));
  const std::string noise =
      chain.node("RandomNormalLike", {chain.value()}, {{"mean", 1.0f}, {"scale", stddev}});
  set_if_training(chain, chain.node("Mul", {chain.value(), noise}));
}

void gaussian_noise(Chain& chain) {
  if (!chain.draws()) return;
  const auto stddev = static_cast<float>(chain.layer().config.at("stddev").as_double());
  const std::string noise =
      chain.node("RandomNormalLike", {chain.value()}, {{"mean", 0.0f}, {"scale", stddev}});
  set_if_training(chain, chain.node("Add", {chain.value(), noise}));
}

}  // namespace regulus::onnx
