// SPDX-License-Identifier: Apache-2.0
#include "cli/transcript.h"

namespace regulus::cli {

void Transcript::cell(const std::string& title) {
  out_ << '\n' << style_.heading(std::to_string(++cells_) + ". " + title) << '\n';
}

void Transcript::code(std::initializer_list<std::string> lines) {
  const char* prompt = ">>> ";
  for (const std::string& line : lines) {
    out_ << style_.faint(prompt + line) << '\n';
    prompt = "... ";
  }
  out_ << std::flush;
}

void Transcript::show(const Tensor& array) {
  show(to_string(array));
}

void Transcript::show(const std::string& text) {
  out_ << text << (text.ends_with('\n') ? "" : "\n") << std::flush;
}

}  // namespace regulus::cli
