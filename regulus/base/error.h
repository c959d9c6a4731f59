// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace regulus {

/// The parts of an error message. `where` and `what` are required; the rest may be empty.
struct ErrorInfo {
  std::string where;          ///< the object or file: `Dense "dense_1"`, `train-images-idx3-ubyte.gz`
  std::string what;           ///< what is wrong: `rate must be in [0, 1]`
  std::string expected = {};  ///< what the rule asks for
  std::string found = {};     ///< the value that came
  std::string fix = {};       ///< how to mend it, a full sentence
};

/// Base of everything regulus throws on purpose. `what()` is one line of at most 300 bytes,
/// control bytes escaped: `WHERE: WHAT (expected X, found Y). FIX`.
class Error : public std::runtime_error {
 public:
  explicit Error(ErrorInfo info);
  const ErrorInfo& info() const noexcept { return info_; }
  /// A stable word for machines: "config", "shape", "data", "io" or "numeric".
  virtual const char* kind() const noexcept = 0;

 private:
  ErrorInfo info_;
};

/// An argument, option or identifier is wrong.
class ConfigError : public Error {
 public:
  using Error::Error;
  const char* kind() const noexcept override { return "config"; }
};

/// Arrays do not fit each other or the model.
class ShapeError : public Error {
 public:
  using Error::Error;
  const char* kind() const noexcept override { return "shape"; }
};

/// A file was read, but its content is malformed.
class DataError : public Error {
 public:
  using Error::Error;
  const char* kind() const noexcept override { return "data"; }
};

/// The operating system or the network refused.
class IoError : public Error {
 public:
  using Error::Error;
  const char* kind() const noexcept override { return "io"; }
};

/// A loss, gradient or weight stopped being finite.
class NumericError : public Error {
 public:
  using Error::Error;
  const char* kind() const noexcept override { return "numeric"; }
};

/// Replaces control bytes and invalid UTF-8 by \xHH so that a file's bytes cannot drive a terminal.
std::string escaped(const std::string& text);

}  // namespace regulus
