// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "regulus/base/float_environment.h"
#include "regulus/train/logs.h"

namespace regulus {

class Sequential;

/// What fit() is about to do: Keras's `params`.
struct FitParams {
  int epochs = 0;
  int initial_epoch = 0;
  std::int64_t steps = 0;    ///< an epoch
  std::int64_t samples = 0;  ///< rows of the training data
  bool has_penalty = false;  ///< some weight or activity has a regularizer
};

/// Keras's hooks. Called on the thread that called fit, evaluate or predict; the logs of a train
/// batch are the running means of its epoch. A hook may change the optimizer's learning rate, ask
/// for the weights, or end the training with model().stop_training().
class Callback {
 public:
  virtual ~Callback() = default;
  virtual void on_train_begin() {}
  virtual void on_train_end(const Logs&) {}
  virtual void on_epoch_begin(int epoch) { (void)epoch; }
  virtual void on_epoch_end(int epoch, const Logs& logs) { (void)epoch, (void)logs; }
  virtual void on_train_batch_begin(std::int64_t batch) { (void)batch; }
  virtual void on_train_batch_end(std::int64_t batch, const Logs& logs) { (void)batch, (void)logs; }
  virtual void on_test_begin() {}
  virtual void on_test_end(const Logs&) {}
  virtual void on_test_batch_begin(std::int64_t batch) { (void)batch; }
  virtual void on_test_batch_end(std::int64_t batch, const Logs& logs) { (void)batch, (void)logs; }

  void set_model(Sequential* model) { model_ = model; }
  void set_params(const FitParams& params) { params_ = params; }

 protected:
  Sequential& model() const { return *model_; }
  const FitParams& params() const { return params_; }

 private:
  Sequential* model_ = nullptr;
  FitParams params_;
};

/// A shared handle, so that the caller can ask a callback for its state after fit; made implicitly
/// from any concrete callback.
class CallbackPtr {
 public:
  template <class C>
  requires std::is_base_of_v<Callback, C> CallbackPtr(C callback)
      : callback_(std::make_shared<C>(std::move(callback))) {}
  template <class C>
  requires std::is_base_of_v<Callback, C> CallbackPtr(std::shared_ptr<C> callback)
      : callback_(std::move(callback)) {}
  Callback* operator->() const { return callback_.get(); }
  Callback& operator*() const { return *callback_; }
  /// False for one that was moved away or made from an empty pointer; fit and evaluate refuse it.
  explicit operator bool() const { return callback_ != nullptr; }

 private:
  std::shared_ptr<Callback> callback_;
};

/// Calls a hook of all of them. What they set of the floating-point mode ends here.
template <class... Hook, class... Args>
void notify(const std::vector<CallbackPtr>& callbacks, void (Callback::*hook)(Hook...), const Args&... args) {
  for (const CallbackPtr& callback : callbacks) {
    ((*callback).*hook)(args...);
    StandardFloats::renew();
  }
}

/// Throws ConfigError if one of them is empty. `where` begins the error.
void require_callbacks(const char* where, const std::vector<CallbackPtr>& callbacks);

}  // namespace regulus
