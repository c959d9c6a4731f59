// SPDX-License-Identifier: Apache-2.0
#include "cli/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>

#include "cli/errors.h"
#include "regulus/train/sequential.h"

namespace regulus::cli {
namespace {

using Clock = std::chrono::steady_clock;
Clock::time_point started = Clock::now();

std::atomic<int> received = 0;
std::atomic<bool> finish_first = false;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

extern "C" void on_signal(int signal) {
  if (received.exchange(signal) != 0 || !finish_first) _exit(128 + signal);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void prepare_process() {
  // Were descriptor 1 closed, the next file opened would take its place and receive the output.
  for (int descriptor = 0; descriptor <= 2; ++descriptor)
    if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) open("/dev/null", O_RDONLY);
  // `regulus … | head -1` ends quietly, even if the parent ignores the signal.
  handle(SIGPIPE, SIG_DFL);
  // A file that may not grow is a write that fails, said in a line, not the end of the process.
  handle(SIGXFSZ, SIG_IGN);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before = {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) handle(signal, on_signal);  // nohup stays nohup
  }
}

double seconds_since_start() {
  return std::chrono::duration<double>(Clock::now() - started).count();
}

std::int64_t peak_rss_bytes() {
  struct rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

FinishFirst::FinishFirst() {
  finish_first = true;
}
FinishFirst::~FinishFirst() {
  finish_first = false;
}

void throw_if_interrupted(const char* consequence) {
  const int signal = received;
  if (signal == 0) return;
  const char* name = signal == SIGINT ? "SIGINT" : signal == SIGTERM ? "SIGTERM" : "SIGHUP";
  throw Interrupted(signal,
                    {.where = "regulus", .what = "interrupted by " + std::string(name), .fix = consequence});
}

void StopOnSignal::on_train_batch_end(std::int64_t, const Logs&) {
  if (received != 0) model().stop_training();
}

}  // namespace regulus::cli
