// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/attribute.h"

#include <utility>

#include "regulus/base/utf8.h"
#include "regulus/io/hdf5/dataspace.h"
#include "regulus/io/hdf5/datatype.h"

namespace regulus::io::hdf5 {
namespace {

constexpr const char* kWhat = "an attribute";

// A part of the message: padded to a multiple of eight bytes in version 1.
ByteReader take_part(ByteReader& message, std::uint64_t size, std::uint8_t version) {
  const ByteReader part = message.part(message.offset(), size, kWhat);
  message.skip(version == 1 ? (size + 7) / 8 * 8 : size, kWhat);
  return part;
}

std::string checked_text(std::string_view text, const ByteReader& at) {
  if (!is_utf8(text) || text.find('\0') != text.npos)
    at.fail("an attribute's text is not UTF-8, or holds NUL");
  return std::string(text);
}

std::string read_text(Source& source, ByteReader& data, const Datatype& type) {
  source.count_text(data);
  if (type.kind == Datatype::Kind::kFixedText)
    return checked_text(without_padding(data.text(type.bytes, kWhat), type.padding), data);
  const auto length = data.little<std::uint32_t>(kWhat);
  const auto address = data.little<std::uint64_t>(kWhat);
  const auto index = data.little<std::uint32_t>(kWhat);
  if (length == 0) return {};
  const std::string_view text = source.heap_text(address, index);
  if (text.size() != length)
    data.fail("a string's length differs from its bytes'", std::to_string(length),
              std::to_string(text.size()));
  return checked_text(text.substr(0, text.find('\0')), data);
}

Hdf5Value read_value(Source& source, ByteReader& data, const Datatype& type,
                     const std::vector<std::uint64_t>& lengths) {
  if (type.kind == Datatype::Kind::kOpaquePair) data.fail("an attribute of opaque bytes is not read");
  if (type.kind == Datatype::Kind::kNumber) {
    Array array;
    const std::uint64_t size = proved_bytes(lengths, type.dtype, source.limits(), data);
    array.dtype = type.dtype;
    array.shape = to_shape(lengths);
    array.bytes = data.take(size, "an attribute's numbers");
    array.big_endian = type.big_endian;
    return array;
  }
  if (lengths.empty()) return read_text(source, data, type);
  std::uint64_t count = 1;
  for (const std::uint64_t length : lengths)
    if (!checked_multiply(count, length, count)) data.fail("an attribute has too many strings");
  // Each takes its bytes of the data, so an honest count is known before the first is read.
  if (count > data.remaining() / type.bytes)
    data.fail("the end comes before an attribute's strings", std::to_string(count),
              std::to_string(data.remaining() / type.bytes));
  std::vector<std::string> texts;
  texts.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) texts.push_back(read_text(source, data, type));
  return texts;
}

}  // namespace

Hdf5Attribute read_attribute(Source& source, ByteReader message) {
  const auto version = message.little<std::uint8_t>(kWhat);
  if (version < 1 || version > 3)
    message.fail_at(0, "the attribute's version is not read", "1 to 3", std::to_string(version));
  const auto flags = message.little<std::uint8_t>(kWhat);
  if (version > 1 && flags != 0)
    message.fail_at(1, "an attribute of a committed (shared) datatype is not read");
  const auto name_bytes = message.little<std::uint16_t>(kWhat);
  const auto type_bytes = message.little<std::uint16_t>(kWhat);
  const auto space_bytes = message.little<std::uint16_t>(kWhat);
  if (version == 3) message.skip(1, kWhat);  // the name's character set: ASCII is UTF-8
  const std::uint64_t name_at = message.offset();
  ByteReader name_part = take_part(message, name_bytes, version);
  ByteReader type_part = take_part(message, type_bytes, version);
  ByteReader space_part = take_part(message, space_bytes, version);
  const std::string_view name = name_part.text(name_bytes, kWhat);
  if (name.find('\0') + 1 != name.size())
    message.fail_at(name_at, "an attribute's name does not end with NUL");
  Hdf5Attribute attribute;
  attribute.name = checked_name(name.substr(0, name.size() - 1), false, source.limits(), message, name_at);
  const Datatype type = read_datatype(type_part);
  const auto lengths = read_dataspace(space_part, source.limits()).lengths;
  ByteReader data = message.part(message.offset(), message.remaining(), kWhat);
  attribute.value = read_value(source, data, type, lengths);
  return attribute;
}

std::string checked_name(std::string_view name, bool is_link, const Limits& limits, const ByteReader& at,
                         std::uint64_t offset) {
  const std::string what = is_link ? "a link's name" : "an attribute's name";
  if (name.empty()) at.fail_at(offset, what + " is empty");
  if (name.size() > limits.name_bytes)
    at.fail_at(offset, what + " is too long", "at most " + std::to_string(limits.name_bytes) + " bytes",
               std::to_string(name.size()));
  if (!is_utf8(name) || name.find('\0') != name.npos) at.fail_at(offset, what + " is not UTF-8");
  if (is_link && (name == "." || name.find('/') != name.npos))
    at.fail_at(offset, what + " is a path", "no \"/\"", "\"" + std::string(name) + "\"");
  return std::string(name);
}

}  // namespace regulus::io::hdf5
