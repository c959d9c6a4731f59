// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "regulus/train/callback.h"

namespace regulus::cli {

/// Call first: starts the clock, makes sure that descriptors 0 to 2 are taken, handles signals.
void prepare_process();

double seconds_since_start();
std::int64_t peak_rss_bytes();

/// While one lives, SIGINT, SIGTERM and SIGHUP are only noted, so that a batch or a file can be
/// finished; a second signal ends the program at once, as the first does at any other time.
class FinishFirst {
 public:
  FinishFirst();
  ~FinishFirst();
  FinishFirst(const FinishFirst&) = delete;
  FinishFirst& operator=(const FinishFirst&) = delete;
};

/// Throws Interrupted if a signal has come. `consequence`: what that means, a full sentence.
void throw_if_interrupted(const char* consequence);

/// Ends a training after the running batch when a signal has come.
class StopOnSignal final : public Callback {
 public:
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;
};

}  // namespace regulus::cli
