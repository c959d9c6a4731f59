// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <ostream>
#include <string>

#include "cli/style.h"
#include "regulus/base/tensor.h"

namespace regulus::cli {

/// A notebook on paper: titles, the lines of Python that a cell mirrors, and what comes out.
class Transcript {
 public:
  Transcript(std::ostream& out, Style style) : out_(out), style_(style) {}
  void cell(const std::string& title);
  /// One statement, its further lines after Python's "... ".
  void code(std::initializer_list<std::string> lines);
  void show(const Tensor& array);
  void show(const std::string& text);
  const Style& style() const { return style_; }

 private:
  std::ostream& out_;
  Style style_;
  int cells_ = 0;
};

}  // namespace regulus::cli
