// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <functional>
#include <limits>
#include <mutex>
#include <span>
#include <utility>

namespace regulus::plan {

/// The loss of one row. Unless `gradient` is empty, its derivatives by the values of y_pred go there. y_true
/// is the row's targets, or its label as the only value.
using RowLossFunction = std::function<double(std::span<const float> y_true, std::span<const float> y_pred,
                                             std::span<float> gradient)>;

/// A loss that the user has written. A pass must not throw, so what the function throws is kept, the row's
/// loss is NaN, and who has run the pass throws it on.
class OwnLoss {
 public:
  explicit OwnLoss(RowLossFunction function) : function_(std::move(function)) {}

  double operator()(std::span<const float> y_true, std::span<const float> y_pred,
                    std::span<float> gradient) const noexcept {
    try {
      return function_(y_true, y_pred, gradient);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      return std::numeric_limits<double>::quiet_NaN();
    }
  }

  /// Throws what a row's call has thrown, once.
  void rethrow() const {
    std::unique_lock lock(mutex_);
    if (const std::exception_ptr error = std::exchange(error_, nullptr)) {
      lock.unlock();
      std::rethrow_exception(error);
    }
  }

 private:
  RowLossFunction function_;
  mutable std::mutex mutex_;
  mutable std::exception_ptr error_;
};

}  // namespace regulus::plan
