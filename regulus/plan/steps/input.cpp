// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/input.h"

#include "regulus/plan/steps/mask.h"

namespace regulus::plan {

template <class T>
bool InputStep<T>::absorb(Step<T>& next, bool fresh_draw) {
  const auto* mask = dynamic_cast<MaskStep<T>*>(&next);
  if (!mask || mask_ || fresh_draw) return false;
  mask_ = mask->mask();
  return true;
}

template <class T>
Value InputStep<T>::lay_out(Compiler<T>& compiler, const Value&, const Step<T>*) {
  training_ = compiler.training();
  if (mask_) mask_->lay_out(compiler, width_);
  return out_ = compiler.new_value(width_, false);
}

template <class T>
void InputStep<T>::add_prologue(PhaseList<T>& phases) const {
  if (training_)
    phases.rows("fetch", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) { fetch(pass, rows); });
  if (mask_) mask_->add_draw(phases);
}

template <class T>
void InputStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows("gather", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    if (!mask_) return gather(pass, rows);
    for (std::int64_t r = rows.begin; r < rows.end; ++r) {
      gather(pass, {r, r + 1});
      T* x = pass.at(out_.data) + r * out_.stride;
      mask_->forward(pass, x, x, {1, kernels::padded(width_), out_.stride}, r, 0);
    }
  });
}

// A shuffled batch's rows lie anywhere in memory: asked for before the masks are drawn, they are in
// the cache when they are gathered.
template <class T>
void InputStep<T>::fetch(const Pass<T>& pass, runtime::Range rows) const {
  constexpr std::int64_t kLine = 64;
  constexpr std::int64_t kMostBytes = 65536;
  constexpr int kIntoSecondLevel = 2;
  const FeatureView& f = pass.batch.features;
  const std::int64_t row_bytes = width_ * static_cast<std::int64_t>(f.bytes ? 1 : sizeof(float));
  if (rows.size() * row_bytes > kMostBytes) return;
  const auto* source = f.bytes ? f.bytes : reinterpret_cast<const std::uint8_t*>(f.floats);
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    const std::uint8_t* row = source + pass.batch.index[r] * row_bytes;
    for (std::int64_t at = 0; at < row_bytes; at += kLine) __builtin_prefetch(row + at, 0, kIntoSecondLevel);
  }
  asm volatile("");  // GCC drops calls of a function that only prefetches: it sees no effect
}

template <class T>
void InputStep<T>::gather(const Pass<T>& pass, runtime::Range rows) const {
  const FeatureView& f = pass.batch.features;
  T* x = pass.at(out_.data) + rows.begin * out_.stride;
  const std::uint32_t* index = pass.batch.index + rows.begin;
  if (f.bytes)
    pass.kernels->gather_u8(f.bytes, width_, index, rows.size(), f.scale, f.offset, x, out_.stride);
  else
    pass.kernels->gather_f32(f.floats, width_, index, rows.size(), f.scale, f.offset, x, out_.stride);
}

template class InputStep<float>;
template class InputStep<double>;

}  // namespace regulus::plan
