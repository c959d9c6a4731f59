// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "fuzz/target.h"
#include "regulus/base/error.h"

namespace regulus::fuzz {
namespace {

constexpr std::size_t kMaxMessage = 300;

// The next character and its length, written from RFC 3629; {0, 0} for what is none.
struct Character {
  std::uint32_t code;
  std::size_t length;
};
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  if (length == 1) return {byte(0), 1};
  if (length > text.size() || byte(0) < 0xC0 || byte(0) > 0xF7) return {0, 0};
  std::uint32_t code = byte(0) & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0, 0};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kLeast[length] || code > 0x10FFFF || surrogate) return {0, 0};
  return {code, length};
}

bool is_one_printable_line(std::string_view text) {
  while (!text.empty()) {
    const Character next = first_character(text);
    const bool control = next.code < 0x20 || (next.code >= 0x7F && next.code < 0xA0);
    // Separators, and what turns the direction of the text around it.
    const bool drives = (next.code >= 0x2028 && next.code <= 0x202E) ||
                        (next.code >= 0x2066 && next.code <= 0x2069) || next.code == 0x200E ||
                        next.code == 0x200F || next.code == 0x61C;
    if (next.length == 0 || control || drives) return false;
    text.remove_prefix(next.length);
  }
  return true;
}

// WHERE: WHAT (expected X, found Y). FIX
void check_shape(const Error& error) {
  const std::string text = error.what();
  const std::string shown = "error text: " + text;
  require(text.size() <= kMaxMessage, "longer than 300 bytes, " + shown);
  require(is_one_printable_line(text), "not one line of printable UTF-8, " + shown);
  require(!error.info().where.empty() && !error.info().what.empty(), "a part is missing, " + shown);
  require(text.find(": ") != std::string::npos, "no place before the problem, " + shown);
  require(std::string_view(".?!").find(text.back()) != std::string_view::npos, "no full stop, " + shown);
  const std::string& where = target().where;
  if (where.empty()) return;
  require(text.starts_with(where + ": "), "the file is not named first, " + shown);
  require(std::string_view(error.kind()) == "data", std::string("of kind ") + error.kind() + ", " + shown);
}

}  // namespace

bool try_input(View input, std::string& value) {
  try {
    value = target().read(input);
    return true;
  } catch (const Error& error) {
    check_shape(error);
    return false;
  }
}

}  // namespace regulus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string value;
  try {
    regulus::fuzz::try_input({data, size}, value);
  } catch (const regulus::fuzz::Broken& broken) {
    std::fprintf(stderr, "A promise is broken: %s\n", broken.what());
    std::abort();
  }
  return 0;
}
