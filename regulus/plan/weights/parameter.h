// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "regulus/base/buffer.h"
#include "regulus/base/tensor.h"
#include "regulus/kernels/table.h"

namespace regulus::plan {

/// What a regularizer adds to the loss: l1 * sum|w| + l2 * sum w^2 + orthogonal * (mean |cosine|
/// between different rows, or columns). See nn/regularizers.h for the formulas.
struct Penalty {
  double l1 = 0;
  double l2 = 0;
  double orthogonal = 0;
  bool orthogonal_columns = false;
  bool any() const { return l1 != 0 || l2 != 0 || orthogonal != 0; }
};

/// What a constraint does to a weight after each update. Norms are taken over `axes`; a negative one
/// counts from the end.
struct Constraint {
  kernels::ConstraintKind kind = kernels::ConstraintKind::kNone;
  double min_value = 0;
  double max_value = 0;
  double rate = 1;
  std::vector<int> axes = {0};
  bool any() const { return kind != kernels::ConstraintKind::kNone; }
};

/// What of a weight's shape are its units, and how they lie when packed.
struct UnitLayout {
  std::size_t axes = 1;     ///< the last so many; those before them are the inputs
  std::int64_t groups = 1;  ///< equal parts of the units, each packed by itself: it begins a panel
};

/// One weight. As soon as a plan wants it, it lives packed (kernels/panel.h) as a matrix [inputs, units], and
/// every plan that uses it reads this one copy: layers shared by two models share it. A vector [units] is a
/// matrix with inputs = 1, a number without axes a vector of one. Until then it takes no more memory than its
/// values, and none before it is given any: they are drawn when somebody first asks for them.
class Parameter {
 public:
  /// Starts at zero. Not trainable: a state that its layer's step keeps, such as a moving average; no
  /// optimizer sees it. Throws ShapeError unless the shape has two axes for an orthogonal penalty, every axis
  /// of the constraint, and fewer than 2^40 values. Requires that layout.groups divides the units.
  Parameter(std::string name, Shape shape, Penalty penalty = {}, Constraint constraint = {},
            bool trainable = true, UnitLayout layout = {});
  /// Starts with what `draw` gives, a tensor of its shape; it is not called if the values are assigned before
  /// anybody asks for them.
  void start_with(std::function<Tensor()> draw);

  const std::string& name() const { return name_; }
  const Shape& shape() const { return shape_; }
  const Penalty& penalty() const { return penalty_; }
  /// Its axes are counted from the front.
  const Constraint& constraint() const { return constraint_; }
  bool trainable() const { return trainable_; }
  std::int64_t inputs() const { return inputs_; }
  std::int64_t units() const { return units_; }
  std::int64_t unit_groups() const { return groups_; }
  std::int64_t num_panels() const { return groups_ * kernels::panels(units_ / groups_); }
  /// Number of packed values, padding included.
  std::int64_t packed_size() const { return num_panels() * inputs_ * kernels::kPanel; }
  /// Where element (input k, unit n) lies among them.
  std::int64_t packed_place(std::int64_t k, std::int64_t n) const {
    const std::int64_t group_units = units_ / groups_;
    return n / group_units * (packed_size() / groups_) + kernels::packed_index(inputs_, k, n % group_units);
  }
  /// Packs it if it is not. Throws MemoryError. Any number of threads may call it.
  float* packed() {
    if (!is_packed_.load(std::memory_order_acquire)) pack_own();
    return packed_.data();
  }
  const float* packed() const {
    if (!is_packed_.load(std::memory_order_acquire)) pack_own();
    return packed_.data();
  }

  /// The value in row-major order.
  Tensor value() const;
  /// Numbers that are packed like this weight, in row-major order.
  template <class T>
  Tensor unpacked(const T* packed) const;
  /// Numbers of this weight's shape, packed like it. Throws ShapeError if the shape differs.
  Buffer<float> pack(const Tensor& value) const;
  /// Throws ShapeError if the shape differs.
  void assign(Tensor value);
  /// Counts the changes that no step of training made.
  std::uint64_t version() const { return version_; }
  void touch() { ++version_; }

 private:
  void require_shape(const Tensor& value) const;
  void pack_into(float* packed, const Tensor& value) const;
  void pack_own() const;
  /// Requires the mutex. Calls draw_ if there is one.
  void draw_own() const;

  std::string name_;
  Shape shape_;
  Penalty penalty_;
  Constraint constraint_;
  bool trainable_;
  std::int64_t inputs_;
  std::int64_t units_;
  std::int64_t groups_;
  std::uint64_t version_ = 0;
  // One of these holds the values: until somebody asks draw_, until they are packed own_ (empty: zeros).
  mutable std::mutex mutex_;
  mutable std::atomic<bool> is_packed_ = false;
  mutable std::function<Tensor()> draw_;
  mutable Tensor own_;
  mutable Buffer<float> packed_;
};

using ParameterPtr = std::shared_ptr<Parameter>;

}  // namespace regulus::plan
