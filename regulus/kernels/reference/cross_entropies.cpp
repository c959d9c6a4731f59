// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/formulas/losses.h"
#include "regulus/kernels/reference/families.h"
#include "regulus/kernels/reference/row_sums.h"
#include "regulus/kernels/reference/scalar.h"

namespace regulus::kernels::reference {
namespace {

/// One row of a batch, with its target after smoothing.
template <class T>
class Row {
 public:
  using V = Scalar<T>;

  Row(const LossArgs<T>& args, std::int64_t row, V share)
      : x_(args.prediction + row * args.stride),
        output_(args.output != nullptr ? args.output + row * args.stride : nullptr),
        gradient_(args.gradient != nullptr ? args.gradient + row * args.stride : nullptr),
        targets_(args.targets != nullptr ? args.targets + std::int64_t{args.index[row]} * args.units
                                         : nullptr),
        label_(args.labels != nullptr ? args.labels[args.index[row]] : 0),
        units_(args.units),
        scale_(args.row_scale[row]),
        keep_(V(1) - V(args.label_smoothing)),
        share_(share) {}

  V x(std::int64_t i) const { return V(x_[i]); }
  V max() const { return V(row_max(x_, units_)); }
  template <bool sparse>
  V target(std::int64_t i) const {
    const V y(sparse ? (i == label_ ? 1.0 : 0.0) : static_cast<double>(targets_[i]));
    return smoothed(y, keep_, share_);
  }
  V scale() const { return scale_; }

  /// sum of term(i) over the units, in the order of all row sums.
  template <class Term>
  V sum(Term term) const {
    return V(row_sum<T>(units_, [&term](T s, std::int64_t i) { return (V(s) + term(i)).v; }));
  }
  /// Of unit i: get(i). Output comes last, since it may be x.
  template <class Get>
  void write_gradient(Get get) const {
    if (gradient_ != nullptr) write(gradient_, get);
  }
  template <class Get>
  void write_output(Get get) const {
    if (output_ != nullptr) write(output_, get);
  }

 private:
  template <class Get>
  void write(T* to, Get get) const {
    for (std::int64_t i = 0; i < units_; ++i) to[i] = get(i).v;
    for (std::int64_t i = units_; i < padded(units_); ++i) to[i] = 0;
  }

  const T* x_;
  T* output_;
  T* gradient_;
  const float* targets_;
  std::int64_t label_;
  std::int64_t units_;
  V scale_, keep_, share_;
};

template <bool sparse, class T>
T softmax_from_logits(const Row<T>& row) {
  using V = Scalar<T>;
  const V max = row.max();
  const auto e = [&](std::int64_t i) { return exp(row.x(i) - max); };
  const V sum = row.sum(e);
  const V log_sum = log(sum);
  const V loss = row.sum([&](std::int64_t i) {
    return weighed_cost(row.template target<sparse>(i), log_sum - (row.x(i) - max));
  });
  row.write_gradient([&](std::int64_t i) {
    return logit_gradient(e(i) / sum, row.template target<sparse>(i), row.scale());
  });
  row.write_output([&](std::int64_t i) { return e(i) / sum; });
  return loss.v;
}

template <class T>
T sparse_from_probabilities(const Row<T>& row) {
  using V = Scalar<T>;
  const V sum = row.sum([&](std::int64_t i) { return clipped(row.x(i)); });
  const V loss = row.sum([&](std::int64_t i) {
    return weighed_cost(row.template target<true>(i), log(sum / clipped(row.x(i))));
  });
  row.write_gradient([&](std::int64_t i) {
    const V gradient = renormalised_gradient(clipped(row.x(i)), sum, row.template target<true>(i));
    return through_clip(row.x(i), gradient) * row.scale();
  });
  return loss.v;
}

template <class T>
T categorical_from_probabilities(const Row<T>& row) {
  using V = Scalar<T>;
  const V sum = row.sum([&](std::int64_t i) { return row.x(i); });
  const auto q = [&](std::int64_t i) { return row.x(i) / sum; };
  const V loss = row.sum(
      [&](std::int64_t i) { return weighed_cost(row.template target<false>(i), -log(clipped(q(i)))); });
  const auto dq = [&](std::int64_t i) {
    return through_clip(q(i), -row.template target<false>(i) / clipped(q(i)));
  };
  const V dot = row.sum([&](std::int64_t i) { return dq(i) * q(i); });
  row.write_gradient([&](std::int64_t i) { return (dq(i) - dot) / sum * row.scale(); });
  return loss.v;
}

template <class T>
void sparse_categorical(const LossArgs<T>& args) {
  const Scalar<T> share = Scalar<T>(args.label_smoothing) / Scalar<T>(static_cast<double>(args.units));
  for (std::int64_t r = 0; r < args.rows; ++r) {
    const Row<T> row(args, r, share);
    args.row_loss[r] = args.from_logits ? softmax_from_logits<true>(row) : sparse_from_probabilities(row);
  }
}

template <class T>
void categorical(const LossArgs<T>& args) {
  const Scalar<T> share = Scalar<T>(args.label_smoothing) / Scalar<T>(static_cast<double>(args.units));
  for (std::int64_t r = 0; r < args.rows; ++r) {
    const Row<T> row(args, r, share);
    args.row_loss[r] =
        args.from_logits ? softmax_from_logits<false>(row) : categorical_from_probabilities(row);
  }
}

template <class T>
void binary(const LossArgs<T>& args) {
  using V = Scalar<T>;
  const V units(static_cast<double>(args.units));
  for (std::int64_t r = 0; r < args.rows; ++r) {
    const Row<T> row(args, r, V(0.5) * V(args.label_smoothing));
    const auto t = [&](std::int64_t i) { return row.template target<false>(i); };
    const V scale = row.scale() / units;
    V sum;
    if (args.from_logits) {
      sum = row.sum([&](std::int64_t i) { return binary_logit_loss(row.x(i), t(i)); });
      row.write_gradient([&](std::int64_t i) { return logit_gradient(sigmoid(row.x(i)), t(i), scale); });
      row.write_output([&](std::int64_t i) { return sigmoid(row.x(i)); });
    } else {
      sum = row.sum([&](std::int64_t i) { return binary_loss(clipped(row.x(i)), t(i)); });
      row.write_gradient([&](std::int64_t i) {
        return through_clip(row.x(i), binary_gradient(clipped(row.x(i)), t(i))) * scale;
      });
    }
    args.row_loss[r] = (sum / units).v;
  }
}

}  // namespace

template <class T>
void add_cross_entropies(Table<T>& table) {
  table.loss[static_cast<int>(Loss::kSparseCategoricalCrossentropy)] = sparse_categorical<T>;
  table.loss[static_cast<int>(Loss::kCategoricalCrossentropy)] = categorical<T>;
  table.loss[static_cast<int>(Loss::kBinaryCrossentropy)] = binary<T>;
}
template void add_cross_entropies<float>(Table<float>& table);
template void add_cross_entropies<double>(Table<double>& table);

}  // namespace regulus::kernels::reference
