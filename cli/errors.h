// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <functional>
#include <string>

#include "regulus/base/error.h"
#include "regulus/base/value.h"

namespace regulus::cli {

/// What the program's exit status says. Interrupted runs end with 128 + the signal's number.
enum ExitCode {
  kFine = 0,
  kFailed = 1,     ///< the run failed: training diverged, a file could not be written or a
                   ///< thread not started
  kUsage = 2,      ///< the command line is wrong
  kBadInput = 3,   ///< an input file is missing, unreadable or malformed
  kMismatch = 4,   ///< regulus verify: the model predicts something else
  kInternal = 70,  ///< a mistake of this program
};

/// The operating system refused a write; other IoErrors concern what is read.
class WriteError : public IoError {
 public:
  using IoError::IoError;
};

/// A model does not predict what it did when it was saved.
class MismatchError : public Error {
 public:
  using Error::Error;
  const char* kind() const noexcept override { return "mismatch"; }
};

/// A signal asked to stop, and the running batch has ended.
class Interrupted : public Error {
 public:
  Interrupted(int signal, ErrorInfo info) : Error(std::move(info)), signal_(signal) {}
  const char* kind() const noexcept override { return "interrupted"; }
  int signal() const { return signal_; }

 private:
  int signal_;
};

/// An error that the document on standard output has told already.
class Answered : public std::exception {
 public:
  explicit Answered(int exit_code) : exit_code_(exit_code) {}
  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

/// What is said of an exception, and the exit code of its kind.
struct Failure {
  std::string kind;
  ErrorInfo info;
  std::string line;
  int exit_code = kInternal;
};
Failure failure_of(const std::exception& error);
/// The object that documents hold under "error".
Value error_json(const Failure& failure);

/// A mistake on the command line. `command` is empty for regulus itself.
ConfigError usage_error(const std::string& command, ErrorInfo info);
/// Throws one.
[[noreturn]] void refuse_usage(const std::string& command, std::string what, std::string fix = "",
                               std::string found = "");

/// Runs `body` and returns its exit code. An error becomes one line on standard error, or with
/// `json` the document {"error": {…}} on standard output, and the exit code of its kind.
int reporting_errors(bool json, const std::function<int()>& body);

}  // namespace regulus::cli
