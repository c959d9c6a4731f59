// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/plain_text.h"

#include <charconv>
#include <cstring>
#include <vector>

namespace regulus {
namespace {

std::string text_of(double value, std::chars_format format, int decimals) {
  // The longest double has 309 digits before the point.
  std::vector<char> text(static_cast<std::size_t>(320 + decimals));
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format, decimals);
  return std::string(text.data(), end.ptr);
}

}  // namespace

std::string fixed_text(double value, int decimals) {
  return text_of(value, std::chars_format::fixed, decimals);
}

std::string exponent_text(double value, int decimals) {
  return text_of(value, std::chars_format::scientific, decimals);
}

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string system_message(int error) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 32)
  if (const char* text = strerrordesc_np(error)) return text;
#endif
  return "error " + std::to_string(error);
}

}  // namespace regulus
