// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/npy.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "regulus/base/byte_reader.h"
#include "regulus/base/error.h"
#include "regulus/base/names.h"

namespace regulus::io {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::uint64_t kMaxText = 10'000;
constexpr std::size_t kAlignment = 64;
// NumPy leaves room for a first axis of so many digits, so that rows can be added in place.
constexpr std::size_t kGrowthDigits = 21;

struct Descr {
  std::string_view text;  // without the byte order
  DType dtype;
};
constexpr std::array<Descr, 12> kDescrs = {{{"b1", DType::kBool},
                                            {"u1", DType::kUint8},
                                            {"i1", DType::kInt8},
                                            {"u2", DType::kUint16},
                                            {"i2", DType::kInt16},
                                            {"u4", DType::kUint32},
                                            {"i4", DType::kInt32},
                                            {"u8", DType::kUint64},
                                            {"i8", DType::kInt64},
                                            {"f2", DType::kFloat16},
                                            {"f4", DType::kFloat32},
                                            {"f8", DType::kFloat64}}};

// Where the text begins and how long it is.
struct TextPlace {
  std::size_t begin;
  std::uint64_t size;
};

TextPlace find_text(std::span<const std::uint8_t> bytes, const std::string& where) {
  ByteReader reader(bytes, where);
  if (!is_npy(bytes)) reader.fail("this is not an NPY file", "\\x93NUMPY");
  reader.skip(kMagic.size(), "");
  const unsigned major = reader.little<std::uint8_t>("the version");
  const unsigned minor = reader.little<std::uint8_t>("the version");
  if (major < 1 || major > 3 || minor != 0)
    reader.fail_at(kMagic.size(), "this version of the NPY format cannot be read", "1.0, 2.0 or 3.0",
                   std::to_string(major) + "." + std::to_string(minor));
  const std::uint64_t at = reader.offset();
  const std::uint64_t size = major == 1 ? reader.little<std::uint16_t>("the header's length")
                                        : reader.little<std::uint32_t>("the header's length");
  if (size > kMaxText)
    reader.fail_at(at, "the header is too long", "at most " + with_commas(kMaxText) + " bytes",
                   with_commas(static_cast<long long>(size)));
  return {static_cast<std::size_t>(reader.offset()), size};
}

// The literal of a Python dict: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class HeaderText {
 public:
  explicit HeaderText(ByteReader text, const Limits& limits)
      : reader_(text), text_(text.text(text.remaining(), "")), limits_(limits) {}

  void parse_into(NpyHeader& header) {
    bool descr = false;
    bool order = false;
    bool shape = false;
    const auto once = [&](bool& seen, std::string_view key) {
      if (std::exchange(seen, true)) fail("the header's key \"" + std::string(key) + "\" appears twice");
    };
    expect('{');
    while (!accept('}')) {
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr") {
        once(descr, key);
        parse_descr(header);
      } else if (key == "fortran_order") {
        once(order, key);
        header.column_major = parse_bool();
      } else if (key == "shape") {
        once(shape, key);
        parse_shape();
      } else {
        fail("the header's key \"" + std::string(key) + "\" is not known", "descr, fortran_order and shape");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    if (!descr || !order || !shape) fail("a key of the header is missing", "descr, fortran_order and shape");
    if (text_.substr(at_).find_first_not_of(' ') != text_.size() - 1 - at_ || text_.back() != '\n')
      fail("the header does not end with spaces and a line feed");
    header.data_bytes = proved_bytes(lengths_, header.dtype, limits_, reader_.where(), "the array");
    header.shape = Shape(std::vector<std::int64_t>(lengths_.begin(), lengths_.end()));
  }

 private:
  [[noreturn]] void fail(std::string what, std::string expected = "", std::string found = "",
                         std::string fix = "") const {
    reader_.fail_at(at_, std::move(what), std::move(expected), std::move(found), std::move(fix));
  }
  void skip_spaces() { at_ = std::min(text_.find_first_not_of(' ', at_), text_.size()); }
  bool accept(char c) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail("the header is malformed", std::string("\"") + c + "\"", found());
  }
  std::string found() const {
    return at_ == text_.size() ? "the end" : '"' + std::string(text_.substr(at_, 10)) + '"';
  }

  // A string without escapes, in single or double quotes.
  std::string_view quoted() {
    skip_spaces();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') fail("the header is malformed", "a string", found());
    const std::size_t begin = at_ + 1;
    const std::size_t end = text_.find_first_of("'\"\\\n", begin);
    if (end == text_.npos || text_[end] != quote) fail("a string of the header has no end");
    at_ = end + 1;
    return text_.substr(begin, end - begin);
  }

  void parse_descr(NpyHeader& header) {
    skip_spaces();
    const std::size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '[')
      fail("structured arrays cannot be read", "", "", "Save one array for each field.");
    const std::string_view descr = quoted();
    at_ = begin;
    if (descr.size() > 2 && (descr[1] == 'U' || descr[1] == 'S'))
      fail("arrays of words cannot be read", "numbers", '"' + std::string(descr) + '"',
           "Save the words as text, one a line: numpy.savetxt(\"labels.csv\", y, fmt=\"%s\").");
    if (descr.ends_with('O'))
      fail("pickled arrays are never loaded: they can hold code", "numbers", "dtype object");
    const auto found = std::find_if(kDescrs.begin(), kDescrs.end(), [&](const Descr& d) {
      return descr.size() == 1 + d.text.size() && descr.substr(1) == d.text;
    });
    const char order = descr.empty() ? '\0' : descr[0];
    // One byte has no order: NumPy writes | there, and takes < and > too.
    if (found == kDescrs.end() ||
        (order != '<' && order != '>' && !(order == '|' && item_bytes(found->dtype) == 1)))
      fail("this element type cannot be read", "integers or floats of 1 to 8 bytes or bools, as '<f4'",
           '"' + std::string(descr) + '"');
    header.dtype = found->dtype;
    header.big_endian = order == '>' && item_bytes(found->dtype) > 1;
    at_ = begin + descr.size() + 2;
  }

  bool parse_bool() {
    skip_spaces();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return value;
    }
    fail("the header is malformed", "True or False", found());
  }

  void parse_shape() {
    expect('(');
    bool comma = true;
    while (!accept(')')) {
      if (!comma) expect(',');
      if (lengths_.size() == limits_.rank)
        fail("the array has too many axes", "at most " + std::to_string(limits_.rank), "more");
      lengths_.push_back(parse_length());
      comma = accept(',');
    }
    // (3) is no tuple.
    if (lengths_.size() == 1 && !comma)
      fail("the header is malformed", "\",\" in a shape of one axis", "\")\"");
  }

  std::uint64_t parse_length() {
    skip_spaces();
    const std::size_t begin = at_;
    std::uint64_t length = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
      if (!checked_multiply(length, 10, length) ||
          !checked_add(length, static_cast<std::uint64_t>(text_[at_] - '0'), length))
        fail("an axis is too long", "below 2^64", "more");
    if (at_ == begin || (text_[begin] == '0' && at_ > begin + 1)) {
      at_ = begin;
      fail("a length of the shape is malformed", "an integer from 0 on", found());
    }
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // a long integer of Python 2
    return length;
  }

  ByteReader reader_;
  std::string_view text_;
  const Limits& limits_;
  std::size_t at_ = 0;
  std::vector<std::uint64_t> lengths_;
};

// Row-major too, because at most one axis is longer than 1.
bool is_contiguous(const Shape& shape) {
  return shape.size() == 0 || std::count_if(shape.begin(), shape.end(), [](auto n) { return n > 1; }) < 2;
}

std::string descr_text(const Array& array) {
  const auto found =
      std::find_if(kDescrs.begin(), kDescrs.end(), [&](const Descr& d) { return d.dtype == array.dtype; });
  if (found == kDescrs.end())
    throw ConfigError({.where = "NPY",
                       .what = "NumPy has no such element type",
                       .found = name(array.dtype),
                       .fix = "Convert the array to float32."});
  const char order = item_bytes(array.dtype) == 1 ? '|' : array.big_endian ? '>' : '<';
  return order + std::string(found->text);
}

}  // namespace

bool is_npy(std::span<const std::uint8_t> bytes) noexcept {
  return bytes.size() >= kMagic.size() &&
         std::equal(kMagic.begin(), kMagic.end(), bytes.begin(),
                    [](char c, std::uint8_t b) { return static_cast<std::uint8_t>(c) == b; });
}

std::size_t npy_header_bytes(std::span<const std::uint8_t> bytes, const std::string& where) {
  const TextPlace text = find_text(bytes, where);
  return text.begin + static_cast<std::size_t>(text.size);
}

NpyHeader parse_npy_header(std::span<const std::uint8_t> bytes, const std::string& where,
                           const Limits& limits) {
  const TextPlace place = find_text(bytes, where);
  NpyHeader header;
  HeaderText(ByteReader(bytes, where).part(place.begin, place.size, "the header"), limits).parse_into(header);
  header.header_bytes = place.begin + static_cast<std::size_t>(place.size);
  return header;
}

Array parse_npy(std::span<const std::uint8_t> bytes, const std::string& where, const Limits& limits) {
  NpyHeader header = parse_npy_header(bytes, where, limits);
  ByteReader reader(bytes, where);
  reader.seek(header.header_bytes, "the array");
  Array array;
  array.bytes = reader.take(header.data_bytes, "the array's end");
  if (!reader.at_end())
    reader.fail("more bytes follow the array", "the end",
                with_commas(static_cast<long long>(reader.remaining())) + " bytes");
  array.dtype = header.dtype;
  array.shape = std::move(header.shape);
  array.big_endian = header.big_endian;
  array.column_major = header.column_major;
  return array;
}

std::vector<std::uint8_t> to_npy(const Array& array) {
  const bool column_major = array.column_major && !is_contiguous(array.shape);
  std::string text = "{'descr': '" + descr_text(array) +
                     "', 'fortran_order': " + (column_major ? "True" : "False") +
                     ", 'shape': " + to_string(array.shape) + ", }";
  if (!array.shape.empty()) {
    const std::size_t digits = std::to_string(column_major ? array.shape.back() : array.shape[0]).size();
    text.append(kGrowthDigits - digits, ' ');
  }
  constexpr std::size_t kFixed = 10;  // magic, version, length
  text.append(kAlignment - (kFixed + text.size() + 1) % kAlignment, ' ');
  text += '\n';
  if (text.size() > kMaxText)
    throw ConfigError({.where = "NPY",
                       .what = "the header would be too long",
                       .expected = "at most " + std::to_string(kMaxText) + " bytes",
                       .found = std::to_string(text.size())});
  std::vector<std::uint8_t> bytes(kMagic.begin(), kMagic.end());
  for (const std::size_t byte : {std::size_t{1}, std::size_t{0}, text.size() & 255, text.size() >> 8})
    bytes.push_back(static_cast<std::uint8_t>(byte));
  bytes.reserve(kFixed + text.size() + array.bytes.size());
  bytes.insert(bytes.end(), text.begin(), text.end());
  bytes.insert(bytes.end(), array.bytes.begin(), array.bytes.end());
  return bytes;
}

}  // namespace regulus::io
