// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

#include "regulus/train/callback.h"

namespace regulus {

/// A callback from functions, for what is too short for a class: keras.callbacks.LambdaCallback. What is left
/// out does nothing.
///
///     model.fit(data, {.callbacks = {LambdaCallback(
///         {.on_epoch_end = [&](int epoch, const Logs& logs) { losses.push_back(logs["loss"]); }})}});
class LambdaCallback final : public Callback {
 public:
  struct Options {
    std::function<void(int epoch)> on_epoch_begin = {};
    std::function<void(int epoch, const Logs&)> on_epoch_end = {};
    std::function<void()> on_train_begin = {};
    std::function<void(const Logs&)> on_train_end = {};
    std::function<void(std::int64_t batch)> on_train_batch_begin = {};
    std::function<void(std::int64_t batch, const Logs&)> on_train_batch_end = {};
    std::function<void()> on_test_begin = {};
    std::function<void(const Logs&)> on_test_end = {};
    std::function<void(std::int64_t batch)> on_test_batch_begin = {};
    std::function<void(std::int64_t batch, const Logs&)> on_test_batch_end = {};
  };
  explicit LambdaCallback(Options options) : options_(std::move(options)) {}

  void on_epoch_begin(int epoch) override { call(options_.on_epoch_begin, epoch); }
  void on_epoch_end(int epoch, const Logs& logs) override { call(options_.on_epoch_end, epoch, logs); }
  void on_train_begin() override { call(options_.on_train_begin); }
  void on_train_end(const Logs& logs) override { call(options_.on_train_end, logs); }
  void on_train_batch_begin(std::int64_t batch) override { call(options_.on_train_batch_begin, batch); }
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override {
    call(options_.on_train_batch_end, batch, logs);
  }
  void on_test_begin() override { call(options_.on_test_begin); }
  void on_test_end(const Logs& logs) override { call(options_.on_test_end, logs); }
  void on_test_batch_begin(std::int64_t batch) override { call(options_.on_test_batch_begin, batch); }
  void on_test_batch_end(std::int64_t batch, const Logs& logs) override {
    call(options_.on_test_batch_end, batch, logs);
  }

 private:
  template <class Function, class... Args>
  static void call(const Function& function, const Args&... args) {
    if (function) function(args...);
  }

  Options options_;
};

}  // namespace regulus
