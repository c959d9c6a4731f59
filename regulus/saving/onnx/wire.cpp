// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/wire.h"

#include <bit>
#include <string>

#include "regulus/base/error.h"
#include "regulus/base/utf8.h"

namespace regulus::onnx {
namespace {

constexpr unsigned kVarint = 0;
constexpr unsigned kLengthDelimited = 2;
constexpr unsigned kFixed32 = 5;

}  // namespace

void Message::add_varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<std::uint8_t>(value | 0x80));
  bytes_.push_back(static_cast<std::uint8_t>(value));
}

void Message::add_key(int field, unsigned wire_type) {
  add_varint(static_cast<std::uint64_t>(field) << 3 | wire_type);
}

void Message::add_integer(int field, std::int64_t value) {
  add_key(field, kVarint);
  add_varint(static_cast<std::uint64_t>(value));
}

void Message::add_float(int field, float value) {
  add_key(field, kFixed32);
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (int shift = 0; shift < 32; shift += 8) bytes_.push_back(static_cast<std::uint8_t>(bits >> shift));
}

void Message::add_text(int field, std::string_view text) {
  if (!is_utf8(text))
    throw ConfigError({.where = "ONNX", .what = "a name is not UTF-8", .found = std::string(text)});
  add_bytes(field, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void Message::add_bytes(int field, std::span<const std::uint8_t> bytes) {
  add_key(field, kLengthDelimited);
  add_varint(bytes.size());
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

}  // namespace regulus::onnx
