// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace regulus::onnx {

/// One protobuf message as it is written down: each call appends a field, numbers as the format's .proto
/// file gives them. Equal calls give equal bytes, and fields in ascending order are what protobuf itself
/// writes. Source: protobuf.dev/programming-guides/encoding.
class Message {
 public:
  /// int64, enum or bool: a varint, ten bytes for a negative number.
  void add_integer(int field, std::int64_t value);
  /// float: four bytes.
  void add_float(int field, float value);
  /// string. Throws ConfigError unless it is UTF-8, which protobuf's readers insist on.
  void add_text(int field, std::string_view text);
  void add_bytes(int field, std::span<const std::uint8_t> bytes);
  void add_message(int field, const Message& message) { add_bytes(field, message.bytes()); }

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  std::vector<std::uint8_t> release() && { return std::move(bytes_); }

 private:
  void add_varint(std::uint64_t value);
  void add_key(int field, unsigned wire_type);

  std::vector<std::uint8_t> bytes_;
};

}  // namespace regulus::onnx
