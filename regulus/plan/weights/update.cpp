// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/weights/update.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "regulus/base/memory.h"
#include "regulus/base/sizes.h"
#include "regulus/plan/pass/finite.h"
#include "regulus/plan/weights/constrain.h"
#include "regulus/plan/weights/orthogonal.h"

namespace regulus::plan {
namespace {

// The value and gradient of a kernel's orthogonal penalty; the gradient goes to its buffer, packed.
template <class T>
void orthogonal_gradient(Weight<T>& w) {
  const Penalty& penalty = w.parameter->penalty();
  const bool columns = penalty.orthogonal_columns;
  const std::int64_t count = columns ? w.units : w.inputs;
  const std::int64_t length = columns ? w.inputs : w.units;
  T* vectors = w.orthogonal_gradient.data() + w.parameter->packed_size();
  T* gradient = vectors + count * length;
  const auto place = [&](std::int64_t i, std::int64_t c) {
    return columns ? kernels::packed_index(w.inputs, c, i) : kernels::packed_index(w.inputs, i, c);
  };
  for (std::int64_t i = 0; i < count; ++i)
    for (std::int64_t c = 0; c < length; ++c) vectors[i * length + c] = w.values[place(i, c)];
  w.orthogonal_penalty = orthogonal_penalty(vectors, count, length, gradient);
  for (std::int64_t i = 0; i < count; ++i)
    for (std::int64_t c = 0; c < length; ++c)
      w.orthogonal_gradient[static_cast<std::size_t>(place(i, c))] =
          static_cast<T>(penalty.orthogonal) * gradient[i * length + c];
}

// What training needs for each weight beside its values.
template <class T>
void require_memory_for(const WeightSet<T>& weights, const std::optional<UpdateSpec>& spec, bool store) {
  std::int64_t values = 0;
  for (const auto& w : weights.all()) {
    const std::int64_t size = w->parameter->packed_size();
    values = sum_of(values, product_of(size, (store ? 1 : 0) + (spec ? spec->num_slots : 0)));
    if (w->parameter->penalty().orthogonal != 0)
      values = sum_of(values, sum_of(size, product_of(2, w->inputs, w->units)));
  }
  constexpr std::int64_t kBytes = sizeof(T);
  require_memory(product_of(values, kBytes), "training",
                 "the optimizer's state and the gradients of all weights need too much memory");
}

template <class T>
double squared_norm(const Buffer<T>& gradient) {
  double sum = 0;
  for (const T g : gradient.span()) sum += static_cast<double>(g) * static_cast<double>(g);
  return sum;
}

}  // namespace

template <class T>
Updater<T>::Updater(const PlanOptions& options, const WeightSet<T>& weights, Slots<T>* slots)
    : spec_(options.update), weights_(weights), store_(!spec_ || spec_->needs_whole_gradient) {
  require_memory_for(weights, spec_, store_);
  for (const auto& w : weights.all()) {
    const auto size = static_cast<std::size_t>(w->parameter->packed_size());
    if (store_) w->gradient = Buffer<T>(size);
    if (w->parameter->penalty().orthogonal != 0)
      w->orthogonal_gradient = Buffer<T>(size + static_cast<std::size_t>(2 * w->inputs * w->units));
    if (!spec_) continue;
    auto& buffers = (*slots)[w->parameter.get()];
    for (std::size_t s = 0; s < static_cast<std::size_t>(spec_->num_slots); ++s) {
      if (buffers[s].size() != size) buffers[s] = Buffer<T>(size);
      w->slots[s] = buffers[s].data();
    }
  }
}

template <class T>
void Updater<T>::begin_panel(const Pass<T>& pass, Weight<T>& w, std::int64_t panel) const {
  if (w.penalty_sums.size() == 0) return;
  T sums[2];
  pass.kernels->penalty_sums(w.values + panel * w.panel_size(), w.panel_size(), sums);
  w.penalty_sums[static_cast<std::size_t>(2 * panel)] = static_cast<double>(sums[0]);
  w.penalty_sums[static_cast<std::size_t>(2 * panel + 1)] = static_cast<double>(sums[1]);
}

template <class T>
void Updater<T>::tile(const Pass<T>& pass, Weight<T>& w, std::int64_t at, std::int64_t count,
                      T* gradient) const {
  const Penalty& penalty = w.parameter->penalty();
  if (penalty.l1 != 0 || penalty.l2 != 0)
    pass.kernels->penalty_gradient(w.values + at, gradient, count, static_cast<T>(penalty.l1),
                                   static_cast<T>(2 * penalty.l2));
  if (penalty.orthogonal != 0)
    for (std::int64_t i = 0; i < count; ++i)
      gradient[i] += w.orthogonal_gradient[static_cast<std::size_t>(at + i)];
  if (store_)
    std::memcpy(w.gradient.data() + at, gradient, static_cast<std::size_t>(count) * sizeof(T));
  else
    update(pass, w, at, count, gradient, 1.0);
}

template <class T>
void Updater<T>::update(const Pass<T>& pass, Weight<T>& w, std::int64_t at, std::int64_t count, T* gradient,
                        double clip_scale) const {
  const UpdateArgs<T>& args = pass.update;
  if (args.clipvalue > 0 || clip_scale != 1.0) {
    const T limit = args.clipvalue > 0 ? static_cast<T>(args.clipvalue) : std::numeric_limits<T>::infinity();
    pass.kernels->clip(gradient, count, static_cast<T>(clip_scale), limit);
  }
  if (args.decay != T{0}) pass.kernels->decay(w.values + at, count, args.decay);
  T* slots[kernels::kMaxSlots] = {};
  for (int s = 0; s < spec_->num_slots; ++s) slots[s] = w.slots[static_cast<std::size_t>(s)] + at;
  pass.kernels->update[static_cast<int>(spec_->rule)](w.values + at, slots, gradient, count,
                                                      args.coefficients.data());
  if (pass.overflowed && !all_finite(w.values + at, count))
    pass.overflowed->store(true, std::memory_order_relaxed);
}

template <class T>
void Updater<T>::finish_panel(const Pass<T>& pass, Weight<T>& w, std::int64_t panel) const {
  if (store_ || !w.parameter->constraint().any() || !constrains_panels(*w.parameter)) return;
  pass.kernels->constrain_panel(w.values + panel * w.panel_size(), w.inputs,
                                constraint_args<T>(w.parameter->constraint()));
}

template <class T>
bool Updater<T>::needs_whole_panels(const Weight<T>& w) const {
  return w.penalty_sums.size() > 0 || (!store_ && w.parameter->constraint().any());
}

template <class T>
void Updater<T>::add_before(PhaseList<T>& phases) const {
  for (const auto& weight : weights_.all()) {
    if (weight->parameter->penalty().orthogonal == 0) continue;
    phases.items(weight->parameter->name() + " orthogonal penalty", 1,
                 [w = weight.get()](const Pass<T>&, runtime::Range range, std::byte*) {
                   if (range.size() > 0) orthogonal_gradient(*w);
                 });
  }
}

template <class T>
double Updater<T>::clip_scale(const Pass<T>& pass, const Weight<T>& w) const {
  if (pass.update.clipnorm > 0) {
    const double norm = std::sqrt(w.squared_norm);
    return pass.update.clipnorm / std::max(norm, pass.update.clipnorm);
  }
  if (pass.update.global_clipnorm > 0) {
    double total = 0;
    for (const auto& each : weights_.all()) total += each->squared_norm;
    const double limit = pass.update.global_clipnorm;
    return limit * std::min(1 / std::sqrt(total), 1 / limit);
  }
  return 1.0;
}

template <class T>
void Updater<T>::add_after(PhaseList<T>& phases) const {
  if (store_ && spec_) {
    phases.items("gradient norms", static_cast<std::int64_t>(weights_.all().size()),
                 [this](const Pass<T>&, runtime::Range range, std::byte*) {
                   for (std::int64_t i = range.begin; i < range.end; ++i) {
                     Weight<T>& w = *weights_.all()[static_cast<std::size_t>(i)];
                     w.squared_norm = squared_norm(w.gradient);
                   }
                 });
    for (const auto& weight : weights_.all())
      phases.items(weight->parameter->name() + " update", weight->num_panels(),
                   [this, w = weight.get()](const Pass<T>& pass, runtime::Range range, std::byte*) {
                     const double scale = clip_scale(pass, *w);
                     const std::int64_t size = w->panel_size();
                     for (std::int64_t p = range.begin; p < range.end; ++p) {
                       update(pass, *w, p * size, size, w->gradient.data() + p * size, scale);
                       if (w->parameter->constraint().any() && constrains_panels(*w->parameter))
                         pass.kernels->constrain_panel(w->values + p * size, w->inputs,
                                                       constraint_args<T>(w->parameter->constraint()));
                     }
                   });
  }
  if (!spec_) return;
  for (const auto& weight : weights_.all()) {
    const Parameter& parameter = *weight->parameter;
    if (!parameter.constraint().any() || constrains_panels(parameter)) continue;
    phases.items(parameter.name() + " constraint", 1,
                 [w = weight.get()](const Pass<T>&, runtime::Range range, std::byte*) {
                   if (range.size() > 0) constrain(w->values, *w->parameter);
                 });
  }
}

template class Updater<float>;
template class Updater<double>;

}  // namespace regulus::plan
