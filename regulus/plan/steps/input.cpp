// SPDX-License-Identifier: Apache-2.0
#include "regulus/plan/steps/input.h"

namespace regulus::plan {

template <class T>
Value InputStep<T>::lay_out(Compiler<T>& compiler, const Value&, const Step<T>*) {
  return out_ = compiler.new_value(width_, false);
}

template <class T>
void InputStep<T>::add_forward(PhaseList<T>& phases) const {
  phases.rows("gather", [this](const Pass<T>& pass, runtime::Range rows, std::byte*) {
    const FeatureView& f = pass.batch.features;
    T* x = pass.at(out_.data) + rows.begin * out_.stride;
    const std::uint32_t* index = pass.batch.index + rows.begin;
    if (f.bytes)
      pass.kernels->gather_u8(f.bytes, width_, index, rows.size(), f.scale, f.offset, x, out_.stride);
    else
      pass.kernels->gather_f32(f.floats, width_, index, rows.size(), f.scale, f.offset, x, out_.stride);
  });
}

template class InputStep<float>;
template class InputStep<double>;

}  // namespace regulus::plan
