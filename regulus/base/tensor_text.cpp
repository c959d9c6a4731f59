// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>
#include <iterator>
#include <ostream>

#include "regulus/base/tensor.h"

// NumPy's print with its default options and suppress=True (numpy/_core/arrayprint.py, NumPy 2.4).
namespace regulus {
namespace {

constexpr int kPrecision = 8;
constexpr int kShortest = 64;              // more decimals than a float32 ever needs
constexpr std::int64_t kThreshold = 1000;  // more values than these are abbreviated
constexpr std::int64_t kEdgeItems = 3;
constexpr std::size_t kLineWidth = 75;
constexpr float kExponentFrom = 1e6f;  // ten to the number of digits that float32 is good for

// 0.d1d2d3… * 10^point, the fewest digits that read back as the same float32. No digits: zero.
struct Decimal {
  std::string digits;
  int point = 0;
};

Decimal shortest(float magnitude) {
  if (magnitude == 0) return {};
  char text[32];
  const char* end = std::to_chars(text, text + sizeof(text), magnitude, std::chars_format::scientific).ptr;
  const char* e = std::find(static_cast<const char*>(text), end, 'e');
  Decimal decimal;
  std::copy_if(static_cast<const char*>(text), e, std::back_inserter(decimal.digits),
               [](char c) { return c != '.'; });
  std::from_chars(e[1] == '+' ? e + 2 : e + 1, end, decimal.point);
  ++decimal.point;
  return decimal;
}

struct Parts {
  std::string integer;   // with the sign
  std::string fraction;  // no trailing zeros
};

Parts positional(float x, int precision = kPrecision) {
  const std::string sign = std::signbit(x) ? "-" : "";
  const Decimal d = shortest(std::fabs(x));
  const int count = static_cast<int>(d.digits.size());
  if (count - d.point > precision) {
    // The exact value, rounded once: rounding the shortest digits again could go the other way.
    char text[64];
    const char* end = std::to_chars(text, text + sizeof(text), std::fabs(static_cast<double>(x)),
                                    std::chars_format::fixed, precision)
                          .ptr;
    const char* dot = std::find(static_cast<const char*>(text), end, '.');
    std::string fraction(dot + 1, end);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return {sign + std::string(static_cast<const char*>(text), dot), fraction};
  }
  if (count == 0) return {sign + "0", ""};
  const auto length = [](int n) { return static_cast<std::size_t>(std::max(n, 0)); };
  if (d.point <= 0) return {sign + "0", std::string(length(-d.point), '0') + d.digits};
  const std::string padded = d.digits + std::string(length(d.point - count), '0');
  return {sign + padded.substr(0, length(d.point)), padded.substr(length(d.point))};
}

// The shortest digits of a number in scientific notation.
Parts scientific(float x) {
  const Decimal d = shortest(std::fabs(x));
  const std::string digits = d.digits.empty() ? "0" : d.digits;
  return {(std::signbit(x) ? "-" : "") + digits.substr(0, 1), digits.substr(1)};
}

// "1.50e+05": the exact value rounded to this many decimals. float32 exponents have two digits.
std::string scientific(float x, std::size_t decimals) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof(text), static_cast<double>(x),
                                 std::chars_format::scientific, static_cast<int>(decimals));
  std::string number(text, end.ptr);
  if (decimals == 0) number.insert(number.find('e'), ".");
  return number;
}

// One layout for all values of an array, so that its columns line up.
class Format {
 public:
  void see(float x) {
    if (std::isnan(x)) {
      longest_special_ = std::max<std::size_t>(longest_special_, 3);
    } else if (std::isinf(x)) {
      longest_special_ = std::max<std::size_t>(longest_special_, x < 0 ? 4 : 3);
    } else {
      finite_.push_back(x);
      exponential_ = exponential_ || std::fabs(x) >= kExponentFrom;
    }
  }

  void finish() {
    for (const float x : finite_) {
      const Parts parts = exponential_ ? scientific(x) : positional(x);
      left_ = std::max(left_, parts.integer.size());
      fraction_ = std::max(fraction_, parts.fraction.size());
    }
    right_ = fraction_;
    if (exponential_) right_ += 4;
    if (longest_special_ > right_ + 1) left_ = std::max(left_, longest_special_ - right_ - 1);
  }

  std::string operator()(float x) const {
    if (!std::isfinite(x)) {
      const std::string word = std::isnan(x) ? "nan" : x < 0 ? "-inf" : "inf";
      return std::string(left_ + right_ + 1 - word.size(), ' ') + word;
    }
    if (exponential_) {
      const std::string text = scientific(x, fraction_);
      return std::string(left_ - text.find('.'), ' ') + text;
    }
    const Parts parts = positional(x);
    return std::string(left_ - parts.integer.size(), ' ') + parts.integer + "." + parts.fraction +
           std::string(fraction_ - parts.fraction.size(), ' ');
  }

 private:
  std::vector<float> finite_;
  bool exponential_ = false;
  std::size_t longest_special_ = 0;
  std::size_t left_ = 0;
  std::size_t fraction_ = 0;
  std::size_t right_ = 0;
};

class Printer {
 public:
  explicit Printer(const Tensor& x) : x_(x), summarised_(x.size() > kThreshold) {
    visit(0, 0);
    format_.finish();
  }

  std::string text() { return block(0, 0, " ", kLineWidth); }

 private:
  bool cut(std::size_t axis) const { return summarised_ && x_.shape()[axis] > 2 * kEdgeItems; }

  // Calls item(i) for every index of the axis that is shown, and gap() where some are left out.
  template <class Item, class Gap>
  void for_each_shown(std::size_t axis, Item item, Gap gap) const {
    const std::int64_t length = x_.shape()[axis];
    for (std::int64_t i = 0; i < length; ++i) {
      if (cut(axis) && i == kEdgeItems) {
        gap();
        i = length - kEdgeItems;
      }
      item(i);
    }
  }

  void visit(std::size_t axis, std::int64_t offset) {
    if (axis == x_.shape().rank()) {
      format_.see(x_.data()[offset]);
      return;
    }
    for_each_shown(
        axis, [&](std::int64_t i) { visit(axis + 1, offset * x_.shape()[axis] + i); }, [] {});
  }

  std::string block(std::size_t axis, std::int64_t offset, const std::string& indent,
                    std::size_t width) const {
    const std::string body = axis + 1 == x_.shape().rank() ? line(axis, offset, indent, width)
                                                           : blocks(axis, offset, indent, width);
    return "[" + body.substr(indent.size()) + "]";
  }

  // The last axis: as many values on a line as fit.
  std::string line(std::size_t axis, std::int64_t offset, const std::string& indent,
                   std::size_t width) const {
    std::string done;
    std::string current = indent;
    bool first = true;
    const auto add = [&](const std::string& word) {
      if (!first) current += ' ';
      first = false;
      if (current.size() + word.size() > width - 1 && current.size() > indent.size()) {
        current.erase(current.find_last_not_of(' ') + 1);
        done += current + "\n";
        current = indent;
      }
      current += word;
    };
    for_each_shown(
        axis, [&](std::int64_t i) { add(format_(x_.data()[offset * x_.shape()[axis] + i])); },
        [&] { add("..."); });
    return done + current;
  }

  // The other axes: one line an entry, and one empty line more for each further axis.
  std::string blocks(std::size_t axis, std::int64_t offset, const std::string& indent,
                     std::size_t width) const {
    const std::string separator(x_.shape().rank() - axis - 1, '\n');
    std::string body;
    const auto add = [&](const std::string& text) {
      if (!body.empty()) body += separator;
      body += indent + text;
    };
    for_each_shown(
        axis,
        [&](std::int64_t i) { add(block(axis + 1, offset * x_.shape()[axis] + i, indent + " ", width - 1)); },
        [&] { add("..."); });
    return body;
  }

  const Tensor& x_;
  bool summarised_;
  Format format_;
};

// A number by itself: NumPy prints a scalar, "1.0" and "1e-05", with all its digits.
std::string scalar(float x) {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x < 0 ? "-inf" : "inf";
  const double magnitude = std::fabs(static_cast<double>(x));
  if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= kExponentFrom)) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof(text), x, std::chars_format::scientific).ptr};
  }
  const Parts parts = positional(x, kShortest);
  return parts.integer + "." + (parts.fraction.empty() ? "0" : parts.fraction);
}

}  // namespace

std::string to_string(const Tensor& x) {
  if (x.size() == 0) return "[]";
  if (x.shape().empty()) return scalar(x.data()[0]);
  return Printer(x).text();
}

std::ostream& operator<<(std::ostream& out, const Tensor& x) {
  return out << to_string(x);
}

void print(const Tensor& x) {
  std::cout << x << '\n';
}

}  // namespace regulus
