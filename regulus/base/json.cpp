// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "regulus/base/check.h"
#include "regulus/base/data_error.h"
#include "regulus/base/float_environment.h"
#include "regulus/base/utf8.h"

namespace regulus {
namespace {

// Long lists of numbers are one text in what regulus writes.
constexpr std::size_t kMaxBytes = std::size_t{96} << 20;
constexpr std::size_t kMaxDepth = 64;
// A value takes some forty bytes where its text may take two.
constexpr std::size_t kMaxValues = std::size_t{1} << 20;

// Builds the tree while nlohmann's parser, which does not recurse, reports what it meets.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(const std::string& where, std::string_view text) : where_(where), text_(text) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool v) override { return add(v); }
  bool number_integer(std::int64_t v) override { return add(v); }
  bool number_unsigned(std::uint64_t v) override {
    // Like every integer beyond int64: a double, which as_int() then refuses.
    return v <= INT64_MAX ? add(static_cast<std::int64_t>(v)) : add(static_cast<double>(v));
  }
  bool number_float(double v, const std::string&) override { return add(v); }
  bool string(std::string& v) override { return add(std::move(v)); }
  bool binary(nlohmann::json::binary_t&) override { return false; }

  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool key(std::string& v) override {
    open_.back().key = std::move(v);
    return true;
  }
  bool end_object() override {
    require_unique(open_.back().dict);
    return close();
  }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::json::exception& error) override {
    constexpr int kNumberOverflow = 406;
    if (error.id == kNumberOverflow) throw_data(where_, "a number is too large", "a finite double", token);
    if (position > text_.size())
      throw_data(where_, "the JSON ends too early, at byte " + std::to_string(text_.size()));
    constexpr std::size_t kShown = 20;
    const std::size_t at = position - 1;
    throw_data(where_, "not valid JSON at byte " + std::to_string(at), "",
               std::string(text_.substr(at, kShown)));
  }

  Value take() { return std::move(root_); }

 private:
  struct Open {
    bool is_dict;
    std::string key;
    Value::Dict dict;
    Value::List list;
  };

  bool add(Value value) {
    if (++count_ > kMaxValues)
      throw_data(where_, "too many values in the JSON", "at most " + std::to_string(kMaxValues));
    return place(std::move(value));
  }
  bool place(Value value) {
    if (open_.empty())
      root_ = std::move(value);
    else if (open_.back().is_dict)
      open_.back().dict.emplace_back(std::move(open_.back().key), std::move(value));
    else
      open_.back().list.push_back(std::move(value));
    return true;
  }
  bool open(bool is_dict) {
    if (open_.size() == kMaxDepth)
      throw_data(where_, "the JSON is nested too deeply", "at most " + std::to_string(kMaxDepth) + " levels");
    open_.push_back({is_dict, {}, {}, {}});
    return true;
  }
  bool close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    return done.is_dict ? add(std::move(done.dict)) : add(std::move(done.list));
  }
  void require_unique(const Value::Dict& dict) const {
    std::vector<std::string_view> keys;
    for (const Value::Member& member : dict) keys.push_back(member.first);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice != keys.end()) throw_data(where_, "a JSON object has a key twice", "", std::string(*twice));
  }

  const std::string& where_;
  std::string_view text_;
  std::size_t count_ = 0;
  std::vector<Open> open_;
  Value root_;
};

void write_number(std::string& out, double v) {
  if (!std::isfinite(v)) {
    out += "null";
    return;
  }
  const std::string digits = number_text(v);
  out += digits;
  // So that it is read back as a double.
  if (digits.find_first_of(".e") == std::string::npos) out += ".0";
}

constexpr char kHex[] = "0123456789abcdef";

// \uHHHH, twice beyond U+FFFF (RFC 8259, 7): what is not seen must not drive whoever looks at the document.
void write_escaped(std::string& out, std::string_view character) {
  std::uint32_t code = static_cast<unsigned char>(character[0]) & (0x7Fu >> character.size());
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3Fu);
  const auto put = [&](std::uint32_t unit) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[unit >> shift & 15];
  };
  if (code >= 0x10000) {
    put(0xD800 + ((code - 0x10000) >> 10));
    code = 0xDC00 + ((code - 0x10000) & 0x3FF);
  }
  put(code);
}

void write_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t length = utf8_length(text, i);
    if (length == 0) {
      out += "\\ufffd";
    } else if (length > 1 && is_unseen(text, i, length)) {
      write_escaped(out, text.substr(i, length));
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      out += text.substr(i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  out += '"';
}

void write(std::string& out, const Value& value, int indent, int depth);

// The items between `open` and `close`, each by write_item, with line breaks if indent >= 0.
template <class Items, class WriteItem>
void write_items(std::string& out, const Items& items, char open, char close, int indent, int depth,
                 WriteItem write_item) {
  const auto new_line = [&](int levels) {
    if (indent >= 0) out.append(1, '\n').append(static_cast<std::size_t>(indent * levels), ' ');
  };
  out += open;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    new_line(depth + 1);
    write_item(items[i]);
  }
  if (!items.empty()) new_line(depth);
  out += close;
}

void write(std::string& out, const Value& value, int indent, int depth) {
  if (value.is_null()) {
    out += "null";
  } else if (value.is_bool()) {
    out += value.as_bool() ? "true" : "false";
  } else if (value.is_int()) {
    out += std::to_string(value.as_int());
  } else if (value.is_number()) {
    write_number(out, value.as_double());
  } else if (value.is_string()) {
    write_string(out, value.as_string());
  } else if (value.is_list()) {
    write_items(out, value.as_list(), '[', ']', indent, depth,
                [&](const Value& item) { write(out, item, indent, depth + 1); });
  } else {
    write_items(out, value.as_dict(), '{', '}', indent, depth, [&](const Value::Member& member) {
      write_string(out, member.first);
      out += indent < 0 ? ":" : ": ";
      write(out, member.second, indent, depth + 1);
    });
  }
}

}  // namespace

Value parse_json(std::string_view text, const std::string& where) {
  const StandardFloats floats;  // where numbers lie between two doubles
  if (text.size() > kMaxBytes)
    throw_data(where, "the JSON is too large", "at most " + std::to_string(kMaxBytes) + " bytes",
               std::to_string(text.size()));
  Builder builder(where, text);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

std::string to_json(const Value& value, int indent) {
  std::string out;
  write(out, value, indent, 0);
  return out;
}

}  // namespace regulus
