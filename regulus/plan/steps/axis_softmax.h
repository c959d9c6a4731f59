// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/plan/step.h"

namespace regulus::plan {

/// Softmax, its logarithm or sparsemax of each vector along one axis of the row. Vectors are copied to rows
/// of their own, a few at a time, where the kernels of SoftmaxStep take them.
template <class T>
class AxisSoftmaxStep final : public Step<T> {
 public:
  AxisSoftmaxStep(const AxisSoftmaxSpec& spec, Compiler<T>&) : spec_(spec) {}

  Value lay_out(Compiler<T>& compiler, const Value& input, const Step<T>* previous) override;
  void add_forward(PhaseList<T>& phases) const override;
  void add_backward(PhaseList<T>& phases) const override;

 private:
  /// Copies `count` vectors from `first` on out of a row to rows of padded(length), or back.
  void take(const T* row, std::int64_t first, std::int64_t count, T* vectors) const;
  void put_back(const T* vectors, std::int64_t first, std::int64_t count, T* row) const;
  /// Of `count` vectors z, in place. order: room for a vector's length.
  void forward(const Pass<T>& pass, T* z, std::int64_t count, std::int32_t* order) const;
  /// The gradients dy of such vectors, in place. saved: y; of sparsemax z.
  void backward(const Pass<T>& pass, const T* saved, T* dy, std::int64_t count, std::int32_t* order) const;
  /// Where vector v begins in the row.
  std::int64_t begin(std::int64_t v) const {
    return v / spec_.inner * spec_.length * spec_.inner + v % spec_.inner;
  }
  /// Calls run(first, count) for all vectors of a row.
  template <class Run>
  void for_each_block(Run run) const;

  AxisSoftmaxSpec spec_;
  Value in_;
  Value out_;
  const Step<T>* previous_ = nullptr;
};

}  // namespace regulus::plan
