// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regulus {

/// Named numbers of a batch, an epoch or an evaluation, in the order they are shown.
class Logs {
 public:
  using Entry = std::pair<std::string, double>;
  /// The value of that name. Throws ConfigError naming the nearest known one.
  double operator[](std::string_view name) const;
  bool contains(std::string_view name) const;
  /// Sets or appends. Setting a name that is there allocates nothing.
  void set(std::string_view name, double value);
  const std::vector<Entry>& entries() const { return entries_; }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
};

/// What fit() returns: one value an epoch for `loss`, `data_loss`, `penalty`, every metric and the
/// same with `val_` in front. loss = data_loss + penalty, as Keras reports it.
class History {
 public:
  /// The series of that name. Throws ConfigError naming the nearest known one.
  const std::vector<double>& operator[](std::string_view name) const;
  bool contains(std::string_view name) const;
  std::vector<std::string> names() const;
  /// Epoch numbers, from initial_epoch on, 0-based as in Keras.
  const std::vector<int>& epoch() const { return epoch_; }
  /// Wall-clock seconds of each epoch, validation included.
  const std::vector<double>& seconds() const { return seconds_; }
  void append(int epoch, const Logs& logs, double seconds);

 private:
  std::vector<int> epoch_;
  std::vector<double> seconds_;
  std::vector<std::pair<std::string, std::vector<double>>> series_;
};

}  // namespace regulus
