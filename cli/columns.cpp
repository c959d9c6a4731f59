// SPDX-License-Identifier: Apache-2.0
#include "cli/columns.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "cli/style.h"
#include "regulus/base/utf8.h"

namespace regulus::cli {
namespace {

constexpr std::size_t kWidest = 80;
constexpr std::size_t kGap = 2;

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode 15, East Asian Width W and F, in blocks.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},  {0x23E9, 0x23EC},   {0x25FD, 0x25FE},
    {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26AA, 0x26AB},  {0x26BD, 0x26BE},   {0x26C4, 0x26C5},
    {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},  {0x274C, 0x274C},   {0x2753, 0x2755},
    {0x2795, 0x2797},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},  {0x2E80, 0x303E},   {0x3041, 0x33FF},
    {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},  {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
    {0x1F7E0, 0x1F7EB}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};
// Combining marks, joiners and variation selectors.
constexpr Range kNone[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F},
                           {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0E31, 0x0E31},
                           {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
                           {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0x3099, 0x309A}, {0xFE00, 0xFE0F},
                           {0xFE20, 0xFE2F}};

template <std::size_t N>
bool within(char32_t c, const Range (&ranges)[N]) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

// The character of `length` bytes at `at`, which is well formed.
char32_t decoded(const std::string& text, std::size_t at, std::size_t length) {
  constexpr unsigned char kFirstBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t c = static_cast<unsigned char>(text[at]) & kFirstBits[length];
  for (std::size_t i = 1; i < length; ++i) c = c << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3F);
  return c;
}

struct Character {
  std::size_t bytes;
  std::size_t columns;
};

Character character(const std::string& text, std::size_t at) {
  const std::size_t length = utf8_length(text, at);
  if (length == 0) return {1, 1};
  const char32_t c = decoded(text, at, length);
  return {length, within(c, kNone) ? 0u : within(c, kWide) ? 2u : 1u};
}

std::vector<std::size_t> widths_of(const Cells& titles, const std::vector<Cells>& lines) {
  std::vector<std::size_t> widths;
  for (const std::string& title : titles) widths.push_back(shown_width(title));
  for (const Cells& line : lines)
    for (std::size_t c = 0; c < widths.size(); ++c) widths[c] = std::max(widths[c], shown_width(line[c]));
  return widths;
}

// Takes from the left columns what is too much for the line, and says whether it fits then.
bool fits(std::vector<std::size_t>& widths, const std::string& align) {
  constexpr std::size_t kFewest = 11;
  std::size_t all = kGap * (widths.size() - 1);
  for (const std::size_t width : widths) all += width;
  for (std::size_t c = 0; c < widths.size() && all > text_columns(); ++c) {
    if (align[c] != 'l' || widths[c] <= kFewest) continue;
    const std::size_t taken = std::min(widths[c] - kFewest, all - text_columns());
    widths[c] -= taken;
    all -= taken;
  }
  return all <= text_columns();
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string without_end_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

// "Ankle boot" over "  probability 0.9123  std 0.0312", wrapped.
std::string paragraph(const Cells& titles, const Cells& line, std::size_t head) {
  const std::size_t most = text_columns();
  std::string all;
  std::string row;
  for (std::size_t c = 0; c < line.size(); ++c) {
    if (line[c].empty()) continue;
    const std::string title = trimmed(titles[c]);
    std::string pair = title.empty() ? trimmed(line[c]) : title + ' ' + trimmed(line[c]);
    pair = shortened(pair, most > kGap ? most - kGap : most);
    const bool own_line = c == head && !row.empty();
    if (own_line || (!row.empty() && shown_width(row) + kGap + shown_width(pair) > most)) {
      all += row + '\n';
      row = "  ";
    } else if (!row.empty()) {
      row += "  ";
    }
    row += pair;
  }
  return all + row + '\n';
}

}  // namespace

std::size_t shown_width(const std::string& text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character(text, at);
    width += c.columns;
    at += c.bytes;
  }
  return width;
}

std::string right(const std::string& text, std::size_t width) {
  const std::size_t shown = shown_width(text);
  return shown < width ? std::string(width - shown, ' ') + text : text;
}

std::string left(const std::string& text, std::size_t width) {
  const std::size_t shown = shown_width(text);
  return shown < width ? text + std::string(width - shown, ' ') : text;
}

std::string shortened(const std::string& text, std::size_t width) {
  if (shown_width(text) <= width) return text;
  const std::string dots = style_for(STDOUT_FILENO).utf8 ? "…" : "...";
  const std::size_t room = width > shown_width(dots) ? width - shown_width(dots) : 0;
  std::size_t at = 0;
  for (std::size_t columns = 0; at < text.size();) {
    const Character c = character(text, at);
    if (columns + c.columns > room) break;
    columns += c.columns;
    at += c.bytes;
  }
  return text.substr(0, at) + dots;
}

std::size_t text_columns() {
  const int columns = style_for(STDOUT_FILENO).columns;
  return columns > 0 ? std::min(static_cast<std::size_t>(columns), kWidest) : kWidest;
}

std::string table(const Cells& titles, const std::vector<Cells>& lines, const std::string& align) {
  std::vector<std::size_t> widths = widths_of(titles, lines);
  if (!fits(widths, align)) {
    const std::size_t head = align.find('r', align.find('l'));
    std::string text;
    for (const Cells& line : lines) text += paragraph(titles, line, head);
    return text;
  }
  std::string text;
  const auto add = [&](const Cells& cells) {
    std::string line;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (c > 0) line.append(kGap, ' ');
      const std::string cell = shortened(cells[c], widths[c]);
      line += align[c] == 'l' ? left(cell, widths[c]) : right(cell, widths[c]);
    }
    text += without_end_spaces(std::move(line)) + '\n';
  };
  add(titles);
  for (const Cells& line : lines) add(line);
  return text;
}

}  // namespace regulus::cli
