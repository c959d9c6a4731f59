// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/datatype.h"

#include <algorithm>
#include <array>

namespace regulus::io::hdf5 {
namespace {

constexpr const char* kWhat = "a datatype";
constexpr int kMaxVersion = 5;

enum Class : std::uint8_t {
  kInteger = 0,
  kFloat = 1,
  kText = 3,
  kOpaque = 5,
  kEnumeration = 8,
  kVariable = 9
};
constexpr std::array<const char*, 12> kClassNames = {
    "integer",  "float",     "time",        "string",          "bit field", "opaque",
    "compound", "reference", "enumeration", "variable-length", "array",     "complex"};

// What every datatype begins with.
struct Prefix {
  std::uint64_t at;  // of its first byte
  std::uint8_t kind;
  std::uint8_t version;
  std::uint32_t bits;
  std::uint32_t size;
};

Prefix read_prefix(ByteReader& reader) {
  Prefix p = {.at = reader.offset(), .kind = 0, .version = 0, .bits = 0, .size = 0};
  const auto first = reader.little<std::uint8_t>(kWhat);
  p.kind = first & 15;
  p.version = first >> 4;
  for (int i = 0; i < 3; ++i) p.bits |= std::uint32_t{reader.little<std::uint8_t>(kWhat)} << 8 * i;
  p.size = reader.little<std::uint32_t>(kWhat);
  if (p.version < 1 || p.version > kMaxVersion)
    reader.fail_at(p.at, "the datatype's version is not read", "1 to " + std::to_string(kMaxVersion),
                   std::to_string(p.version));
  if (p.size == 0) reader.fail_at(p.at + 4, "a datatype of no bytes");
  return p;
}

struct FloatForm {
  std::uint32_t size;
  DType dtype;
  std::uint8_t exponent_at, exponent_bits, mantissa_bits;
  std::uint32_t bias;
};
// IEEE 754-2019, table 3.5; bfloat16 is the upper half of binary32.
constexpr std::array<FloatForm, 4> kFloats = {{{2, DType::kFloat16, 10, 5, 10, 15},
                                               {2, DType::kBfloat16, 7, 8, 7, 127},
                                               {4, DType::kFloat32, 23, 8, 23, 127},
                                               {8, DType::kFloat64, 52, 11, 52, 1023}}};

Datatype read_float(ByteReader& reader, const Prefix& p) {
  const auto bit_offset = reader.little<std::uint16_t>(kWhat);
  const auto precision = reader.little<std::uint16_t>(kWhat);
  const auto exponent_at = reader.little<std::uint8_t>(kWhat);
  const auto exponent_bits = reader.little<std::uint8_t>(kWhat);
  const auto mantissa_at = reader.little<std::uint8_t>(kWhat);
  const auto mantissa_bits = reader.little<std::uint8_t>(kWhat);
  const auto bias = reader.little<std::uint32_t>(kWhat);
  // Byte order in bit 0 (bit 6 is VAX's), a leading 1 that is not stored in bits 4 and 5, the sign's place.
  const std::uint32_t sign_at = p.bits >> 8 & 255;
  const bool is_plain = (p.bits & 0x70) == 0x20 && bit_offset == 0 && mantissa_at == 0 &&
                        precision == 8 * p.size && sign_at == precision - 1u;
  for (const FloatForm& form : kFloats)
    if (is_plain && p.size == form.size && exponent_at == form.exponent_at &&
        exponent_bits == form.exponent_bits && mantissa_bits == form.mantissa_bits && bias == form.bias)
      return {.dtype = form.dtype, .big_endian = (p.bits & 1) != 0, .bytes = p.size};
  reader.fail_at(p.at, "a float of this form is not read", "IEEE 754 of 16, 32 or 64 bits, or bfloat16",
                 std::to_string(p.size) + " bytes");
}

Datatype read_integer(ByteReader& reader, const Prefix& p) {
  const auto bit_offset = reader.little<std::uint16_t>(kWhat);
  const auto precision = reader.little<std::uint16_t>(kWhat);
  const bool is_signed = (p.bits & 8) != 0;
  Datatype type = {.big_endian = (p.bits & 1) != 0, .bytes = p.size};
  // Bits 1 and 2 say how unused bits are filled, and there are none.
  if (p.bits > 15 || bit_offset != 0 || precision != 8 * std::uint64_t{p.size}) type.bytes = 0;
  switch (type.bytes) {
    case 1:
      type.dtype = is_signed ? DType::kInt8 : DType::kUint8;
      return type;
    case 2:
      type.dtype = is_signed ? DType::kInt16 : DType::kUint16;
      return type;
    case 4:
      type.dtype = is_signed ? DType::kInt32 : DType::kUint32;
      return type;
    case 8:
      type.dtype = is_signed ? DType::kInt64 : DType::kUint64;
      return type;
    default:
      reader.fail_at(p.at, "an integer of this form is not read", "8, 16, 32 or 64 bits, all of them used",
                     std::to_string(precision) + " bits in " + std::to_string(p.size) + " bytes");
  }
}

// h5py's bool: an int8 with the names FALSE and TRUE for 0 and 1.
Datatype read_enumeration(ByteReader& reader, const Prefix& p) {
  const auto refuse = [&] { reader.fail_at(p.at, "an enumeration is not read, unless it is h5py's bool"); };
  if (p.bits != 2 || p.size != 1) refuse();
  const Prefix base = read_prefix(reader);
  if (base.kind != kInteger || read_integer(reader, base).dtype != DType::kInt8) refuse();
  const std::uint64_t padded = p.version < 3 ? 8 : 0;
  for (const std::string_view name : {"FALSE", "TRUE"}) {
    if (reader.text(name.size(), kWhat) != name || reader.little<std::uint8_t>(kWhat) != 0) refuse();
    if (padded != 0) reader.skip(padded - name.size() - 1, kWhat);
  }
  if (reader.little<std::uint8_t>(kWhat) != 0 || reader.little<std::uint8_t>(kWhat) != 1) refuse();
  return {.dtype = DType::kBool, .bytes = 1};
}

Datatype read_fixed_text(ByteReader& reader, const Prefix& p) {
  const std::uint32_t padding = p.bits & 15;
  const std::uint32_t charset = p.bits >> 4 & 15;
  if (padding > 2 || charset > 1)
    reader.fail_at(p.at, "a string of this form is not read", "padding 0 to 2, ASCII or UTF-8",
                   "padding " + std::to_string(padding) + ", character set " + std::to_string(charset));
  return {.kind = Datatype::Kind::kFixedText,
          .padding = static_cast<Datatype::Padding>(padding),
          .bytes = p.size};
}

Datatype read_variable_text(ByteReader& reader, const Prefix& p) {
  const std::uint32_t charset = p.bits >> 8 & 15;
  if ((p.bits & 15) != 1)
    reader.fail_at(p.at, "lists of variable length are not read", "numbers of one shape or strings", "");
  if (charset > 1 || p.size != 16)
    reader.fail_at(p.at, "a string of this form is not read", "16 bytes, ASCII or UTF-8",
                   std::to_string(p.size) + " bytes, character set " + std::to_string(charset));
  const Prefix base = read_prefix(reader);  // one character
  if (base.size != 1) reader.fail_at(base.at, "a character of more than one byte is not read");
  if (base.kind == kInteger) read_integer(reader, base);
  return {.kind = Datatype::Kind::kVariableText, .bytes = p.size};
}

}  // namespace

Datatype read_datatype(ByteReader& reader) {
  const Prefix p = read_prefix(reader);
  switch (p.kind) {
    case kInteger:
      return read_integer(reader, p);
    case kFloat:
      return read_float(reader, p);
    case kText:
      return read_fixed_text(reader, p);
    case kVariable:
      return read_variable_text(reader, p);
    case kEnumeration:
      return read_enumeration(reader, p);
    case kOpaque:
      if (p.size == 2) return {.kind = Datatype::Kind::kOpaquePair, .dtype = DType::kBfloat16, .bytes = 2};
      break;
    default:
      break;
  }
  const std::string name = p.kind < kClassNames.size() ? kClassNames[p.kind] : std::to_string(p.kind);
  reader.fail_at(p.at, "the " + name + " datatype is not read", "numbers or strings", name);
}

std::string_view without_padding(std::string_view text, Datatype::Padding padding) {
  const auto without_last = [&](char letter) { text = text.substr(0, text.find_last_not_of(letter) + 1); };
  switch (padding) {
    case Datatype::Padding::kNullTerminated:
      return text.substr(0, text.find('\0'));
    case Datatype::Padding::kNulls:
      without_last('\0');
      return text;
    case Datatype::Padding::kSpaces:
      without_last(' ');
      without_last('\0');  // as NumPy, in whose arrays NUL is no character at the end
      return text;
  }
  return text;
}

}  // namespace regulus::io::hdf5
