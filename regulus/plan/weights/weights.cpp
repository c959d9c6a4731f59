// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/weights.h"

#include <type_traits>

#include "regulus/plan/weights/orthogonal.h"

namespace regulus::plan {

template <class T>
double Weight<T>::penalty() const {
  const Penalty& p = parameter->penalty();
  double total = p.orthogonal * orthogonal_penalty;
  if (p.l1 == 0 && p.l2 == 0) return total;
  for (std::int64_t panel = 0; panel < num_panels(); ++panel)
    total += p.l1 * penalty_sums[static_cast<std::size_t>(2 * panel)] +
             p.l2 * penalty_sums[static_cast<std::size_t>(2 * panel + 1)];
  return total;
}

template <class T>
double penalty_now(const Weight<T>& w) {
  const Penalty& p = w.parameter->penalty();
  double total = 0;
  if (p.l1 != 0 || p.l2 != 0)
    for (std::int64_t panel = 0; panel < w.num_panels(); ++panel) {
      T sums[2];
      kernels::active_table<T>().penalty_sums(w.values + panel * w.panel_size(), w.panel_size(), sums);
      total += p.l1 * static_cast<double>(sums[0]) + p.l2 * static_cast<double>(sums[1]);
    }
  if (p.orthogonal != 0) {
    const std::int64_t count = p.orthogonal_columns ? w.units : w.inputs;
    const std::int64_t length = p.orthogonal_columns ? w.inputs : w.units;
    Buffer<T> vectors(static_cast<std::size_t>(count * length));
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int64_t c = 0; c < length; ++c)
        vectors[static_cast<std::size_t>(i * length + c)] =
            w.values[p.orthogonal_columns ? kernels::packed_index(w.inputs, c, i)
                                          : kernels::packed_index(w.inputs, i, c)];
    total += p.orthogonal * orthogonal_penalty<T>(vectors.data(), count, length, nullptr);
  }
  return total;
}

template <class T>
Weight<T>* WeightSet<T>::find(const ParameterPtr& parameter) const {
  for (const auto& weight : parameter->trainable() ? weights_ : states_)
    if (weight->parameter == parameter) return weight.get();
  return nullptr;
}

template <class T>
Weight<T>* WeightSet<T>::bind(const ParameterPtr& parameter) {
  if (Weight<T>* bound = find(parameter)) return bound;
  auto weight = std::make_unique<Weight<T>>();
  weight->parameter = parameter;
  weight->inputs = parameter->inputs();
  weight->units = parameter->units();
  if constexpr (std::is_same_v<T, float>) {
    weight->values = parameter->packed();
  } else {
    Buffer<T> copy(static_cast<std::size_t>(parameter->packed_size()));
    for (std::size_t i = 0; i < copy.size(); ++i) copy[i] = static_cast<T>(parameter->packed()[i]);
    weight->values = copy.data();
    copies_.push_back(std::move(copy));
  }
  if (parameter->penalty().any())
    weight->penalty_sums = Buffer<double>(static_cast<std::size_t>(2 * weight->num_panels()));
  Weights& weights = parameter->trainable() ? weights_ : states_;
  weights.push_back(std::move(weight));
  return weights.back().get();
}

template struct Weight<float>;
template struct Weight<double>;
template double penalty_now<float>(const Weight<float>&);
template double penalty_now<double>(const Weight<double>&);
template class WeightSet<float>;
template class WeightSet<double>;

}  // namespace regulus::plan
