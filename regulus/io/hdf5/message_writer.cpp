// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/message_writer.h"

#include <array>

#include "regulus/base/error.h"
#include "regulus/base/utf8.h"

namespace regulus::io::hdf5 {
namespace {

// The size of a message takes two bytes and is a multiple of eight.
constexpr std::uint64_t kMaxMessageBytes = 65'528;
constexpr std::uint64_t kMaxMessages = 65'535;

void put_integer_type(Output& output, bool is_signed, bool big_endian, std::uint64_t bytes) {
  output.u8(0x10);  // version 1, class 0
  output.u8((is_signed ? 8u : 0u) | (big_endian ? 1u : 0u));
  output.u16(0);
  output.u32(bytes);
  output.u16(0);
  output.u16(8 * bytes);
}

void put_float_type(Output& output, bool big_endian, std::uint64_t bytes, std::uint64_t exponent_bits) {
  const std::uint64_t mantissa_bits = 8 * bytes - 1 - exponent_bits;
  output.u8(0x11);                            // version 1, class 1
  output.u8(0x20u | (big_endian ? 1u : 0u));  // a leading 1 that is not stored
  output.u8(8 * bytes - 1);                   // the sign's place
  output.u8(0);
  output.u32(bytes);
  output.u16(0);
  output.u16(8 * bytes);
  output.u8(mantissa_bits);  // where the exponent begins
  output.u8(exponent_bits);
  output.u8(0);
  output.u8(mantissa_bits);
  output.u32((std::uint64_t{1} << (exponent_bits - 1)) - 1);
}

// As h5py: an int8 whose values have the names FALSE and TRUE.
void put_bool_type(Output& output) {
  output.u32(0x218);  // version 1, class 8, two names
  output.u32(1);
  put_integer_type(output, true, false, 1);
  output.append(std::string_view("FALSE\0\0\0TRUE\0\0\0\0\0\1", 18));
}

void put_type(Output& output, const Array& array) {
  const std::uint64_t bytes = item_bytes(array.dtype);
  switch (array.dtype) {
    case DType::kBool:
      return put_bool_type(output);
    case DType::kUint8:
    case DType::kUint16:
    case DType::kUint32:
    case DType::kUint64:
      return put_integer_type(output, false, array.big_endian, bytes);
    case DType::kInt8:
    case DType::kInt16:
    case DType::kInt32:
    case DType::kInt64:
      return put_integer_type(output, true, array.big_endian, bytes);
    case DType::kFloat16:
      return put_float_type(output, array.big_endian, bytes, 5);
    case DType::kFloat32:
      return put_float_type(output, array.big_endian, bytes, 8);
    case DType::kFloat64:
      return put_float_type(output, array.big_endian, bytes, 11);
    case DType::kBfloat16:
      output.u32(0x15);  // version 1, class 5 (opaque) without a tag
      output.u32(bytes);
      return;
  }
}

// A list of characters, of which each is an unsigned byte.
void put_text_type(Output& output, bool is_ascii) {
  output.u32(0x119 | (is_ascii ? 0u : 0x10000u));  // version 1, class 9, a string
  output.u32(16);
  put_integer_type(output, false, false, 1);
}

void put_space(Output& output, const Shape& shape) {
  output.u8(1);
  output.u8(shape.rank());
  output.zeros(6);
  for (const std::int64_t length : shape) output.u64(static_cast<std::uint64_t>(length));
}

bool is_ascii(const std::string& text) {
  for (const char letter : text)
    if (static_cast<unsigned char>(letter) >= 128) return false;
  return true;
}

void put_value_type(Output& output, const Hdf5Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    put_text_type(output, is_ascii(*text));
  } else if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    bool ascii = true;
    for (const std::string& one : *texts) ascii &= is_ascii(one);
    put_text_type(output, ascii);
  } else {
    put_type(output, std::get<Array>(value));
  }
}

void put_value_space(Output& output, const Hdf5Value& value) {
  if (std::holds_alternative<std::string>(value))
    put_space(output, {});
  else if (const auto* texts = std::get_if<std::vector<std::string>>(&value))
    put_space(output, {static_cast<std::int64_t>(texts->size())});
  else
    put_space(output, std::get<Array>(value).shape);
}

void put_value(Output& output, const Hdf5Value& value, const TextWriter& texts) {
  if (const auto* text = std::get_if<std::string>(&value)) return texts.put_reference(output, *text);
  if (const auto* array = std::get_if<Array>(&value)) return output.append(array->bytes);
  for (const std::string& text : std::get<std::vector<std::string>>(value)) texts.put_reference(output, text);
}

[[noreturn]] void throw_config(std::string what, std::uint64_t most, std::string found,
                               std::string fix = "") {
  throw ConfigError({.where = "HDF5",
                     .what = std::move(what),
                     .expected = "at most " + std::to_string(most),
                     .found = std::move(found),
                     .fix = std::move(fix)});
}

}  // namespace

void HeaderWriter::add(MessageType type, const Output& body, const std::string& what) {
  const std::uint64_t size = (body.address() + 7) / 8 * 8;
  if (size > kMaxMessageBytes)
    throw_config(what + " takes too many bytes", kMaxMessageBytes, std::to_string(size),
                 "Write it in several parts.");
  if (++count_ > kMaxMessages) throw_config("an object has too many attributes", kMaxMessages, "more");
  messages_.u16(static_cast<std::uint16_t>(type));
  messages_.u16(size);
  messages_.zeros(4);
  messages_.append(body.bytes());
  messages_.align();
}

void HeaderWriter::add_dataset(const Array& array, std::uint64_t address) {
  Output space;
  put_space(space, array.shape);
  add(MessageType::kDataspace, space, "a dataspace");
  Output type;
  put_type(type, array);
  add(MessageType::kDatatype, type, "a datatype");
  Output fill;  // version 2: space is taken late, a value is written if one is set, and it is the default
  fill.u32(0x01020202);
  fill.u32(0);
  add(MessageType::kFillValue, fill, "a fill value");
  Output layout;  // version 3, contiguous
  layout.u8(3);
  layout.u8(1);
  layout.u64(address);
  layout.u64(array.bytes.size());
  add(MessageType::kLayout, layout, "a layout");
}

void HeaderWriter::add_attribute(const Hdf5Attribute& attribute, const TextWriter& texts) {
  Output type;
  put_value_type(type, attribute.value);
  Output space;
  put_value_space(space, attribute.value);
  Output body;  // version 1: each part is padded to eight bytes, which its size leaves out
  body.u16(1);
  body.u16(attribute.name.size() + 1);
  body.u16(type.address());
  body.u16(space.address());
  body.append(attribute.name);
  body.u8(0);
  body.align();
  body.append(type.bytes());
  body.align();
  body.append(space.bytes());
  put_value(body, attribute.value, texts);
  add(MessageType::kAttribute, body, "the attribute \"" + attribute.name + "\"");
}

std::uint64_t HeaderWriter::write(Output& output) const {
  output.align();
  const std::uint64_t address = output.address();
  output.u16(1);  // the version
  output.u16(count_);
  output.u32(1);  // one name
  output.u32(messages_.address());
  output.u32(0);
  output.append(messages_.bytes());
  return address;
}

}  // namespace regulus::io::hdf5
