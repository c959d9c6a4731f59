// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/loss_row.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

using Column = std::int64_t;

template <bool sparse>
float softmax_from_logits(const LossRow& row) {
  const Lanes max = row.max();
  // Where a gradient is wanted, its place keeps the exponentials until it is written.
  row.write_gradient([&](Column at) { return exp(row.x(at) - max); });
  const auto e = [&](Column at) { return row.has_gradient() ? row.gradient(at) : exp(row.x(at) - max); };
  const Lanes sum = row.sum(e);
  const Lanes log_sum = log(sum);
  const Lanes loss =
      row.sum([&](Column at) { return weighed_cost(row.target<sparse>(at), log_sum - (row.x(at) - max)); });
  row.write_output([&](Column at) { return e(at) / sum; });
  row.write_gradient(
      [&](Column at) { return logit_gradient(e(at) / sum, row.target<sparse>(at), row.scale()); });
  return loss.first();
}

float sparse_from_probabilities(const LossRow& row) {
  const Lanes sum = row.sum([&](Column at) { return clipped(row.x(at)); });
  const Lanes loss =
      row.sum([&](Column at) { return weighed_cost(row.target<true>(at), log(sum / clipped(row.x(at)))); });
  row.write_gradient([&](Column at) {
    const Lanes gradient = renormalised_gradient(clipped(row.x(at)), sum, row.target<true>(at));
    return through_clip(row.x(at), gradient) * row.scale();
  });
  return loss.first();
}

float categorical_from_probabilities(const LossRow& row) {
  const Lanes sum = row.sum([&](Column at) { return row.x(at); });
  const auto q = [&](Column at) { return row.x(at) / sum; };
  const Lanes loss =
      row.sum([&](Column at) { return weighed_cost(row.target<false>(at), -log(clipped(q(at)))); });
  const auto dq = [&](Column at) { return through_clip(q(at), -row.target<false>(at) / clipped(q(at))); };
  const Lanes dot = row.sum([&](Column at) { return dq(at) * q(at); });
  row.write_gradient([&](Column at) { return (dq(at) - dot) / sum * row.scale(); });
  return loss.first();
}

float binary_from_logits(const LossRow& row, Lanes units) {
  const auto t = [&](Column at) { return row.target<false>(at); };
  const Lanes scale = row.scale() / units;
  const Lanes sum = row.sum([&](Column at) { return binary_logit_loss(row.x(at), t(at)); });
  row.write_gradient([&](Column at) { return logit_gradient(sigmoid(row.x(at)), t(at), scale); });
  row.write_output([&](Column at) { return sigmoid(row.x(at)); });
  return (sum / units).first();
}

float binary_from_probabilities(const LossRow& row, Lanes units) {
  const auto t = [&](Column at) { return row.target<false>(at); };
  const Lanes scale = row.scale() / units;
  const Lanes sum = row.sum([&](Column at) { return binary_loss(clipped(row.x(at)), t(at)); });
  row.write_gradient(
      [&](Column at) { return through_clip(row.x(at), binary_gradient(clipped(row.x(at)), t(at))) * scale; });
  return (sum / units).first();
}

void sparse_categorical(const LossArgs<float>& args) {
  const Lanes share = Lanes::all(args.label_smoothing) / Lanes(static_cast<double>(args.units));
  for (std::int64_t r = 0; r < args.rows; ++r) {
    const LossRow row(args, r, share);
    args.row_loss[r] = args.from_logits ? softmax_from_logits<true>(row) : sparse_from_probabilities(row);
  }
}

void categorical(const LossArgs<float>& args) {
  const Lanes share = Lanes::all(args.label_smoothing) / Lanes(static_cast<double>(args.units));
  for (std::int64_t r = 0; r < args.rows; ++r) {
    const LossRow row(args, r, share);
    args.row_loss[r] =
        args.from_logits ? softmax_from_logits<false>(row) : categorical_from_probabilities(row);
  }
}

void binary(const LossArgs<float>& args) {
  const Lanes share = Lanes(0.5) * Lanes::all(args.label_smoothing);
  const Lanes units(static_cast<double>(args.units));
  for (std::int64_t r = 0; r < args.rows; ++r) {
    const LossRow row(args, r, share);
    args.row_loss[r] =
        args.from_logits ? binary_from_logits(row, units) : binary_from_probabilities(row, units);
  }
}

}  // namespace

void add_cross_entropies(Table<float>& table) {
  table.loss[static_cast<int>(Loss::kSparseCategoricalCrossentropy)] = sparse_categorical;
  table.loss[static_cast<int>(Loss::kCategoricalCrossentropy)] = categorical;
  table.loss[static_cast<int>(Loss::kBinaryCrossentropy)] = binary;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
