// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/error.h"

#include <cstddef>

#include "regulus/base/utf8.h"

namespace regulus {
namespace {

constexpr std::size_t kMaxMessage = 300;

unsigned char byte_at(const std::string& text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

// At most `limit` bytes: the front of a longer text and "...", no character cut apart.
std::string shortened(const std::string& text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t end = limit - 3;
  while (end > 0 && (byte_at(text, end) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

std::string message(const ErrorInfo& info, const std::string& found) {
  std::string text = escaped(info.where) + ": " + escaped(info.what);
  if (!info.expected.empty() || !found.empty()) {
    text += " (";
    if (!info.expected.empty()) text += "expected " + escaped(info.expected);
    if (!info.expected.empty() && !found.empty()) text += ", ";
    if (!found.empty()) text += "found " + found;
    text += ")";
  }
  text += ".";
  if (!info.fix.empty()) text += " " + escaped(info.fix);
  return text;
}

// The value found is what a file or user can make arbitrarily long, so it is the first to be cut.
std::string one_line(const ErrorInfo& info) {
  constexpr std::size_t kShortest = 40;
  const std::string found = escaped(info.found);
  const std::string text = message(info, found);
  if (text.size() <= kMaxMessage) return text;
  const std::size_t excess = text.size() - kMaxMessage;
  const std::size_t room = found.size() > excess + kShortest ? found.size() - excess : kShortest;
  return shortened(message(info, shortened(found, room)), kMaxMessage);
}

}  // namespace

Error::Error(ErrorInfo info) : std::runtime_error(one_line(info)), info_(std::move(info)) {}

std::string escaped(const std::string& text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = utf8_length(text, i);
    if (length > 0 && !is_unseen(text, i, length)) {
      out.append(text, i, length);
      i += length;
      continue;
    }
    for (const std::size_t end = i + (length > 0 ? length : 1); i < end; ++i) {
      out += "\\x";
      out += kHex[byte_at(text, i) >> 4];
      out += kHex[byte_at(text, i) & 15];
    }
  }
  return out;
}

}  // namespace regulus
