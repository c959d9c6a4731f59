// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/idx_header.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

#include "regulus/base/byte_reader.h"
#include "regulus/base/error.h"
#include "regulus/base/names.h"

namespace regulus {
namespace {

constexpr std::uint8_t kUnsignedByte = 0x08;
constexpr unsigned kMaxAxes = 8;
constexpr const char* kFetchAgain = "Fetch the file again.";

struct Type {
  std::uint8_t code;
  io::DType dtype;
};
constexpr std::array<Type, 6> kTypes = {{{kUnsignedByte, io::DType::kUint8},
                                         {0x09, io::DType::kInt8},
                                         {0x0b, io::DType::kInt16},
                                         {0x0c, io::DType::kInt32},
                                         {0x0d, io::DType::kFloat32},
                                         {0x0e, io::DType::kFloat64}}};

const Type* find_type(std::uint8_t code) {
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const Type& type) { return type.code == code; });
  return found == kTypes.end() ? nullptr : &*found;
}

std::string hex(std::span<const std::uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t b : bytes) {
    if (!out.empty()) out += ' ';
    out += kDigits[b >> 4];
    out += kDigits[b & 15];
  }
  return out;
}

// "int16 (type 0x0b)", or "unknown (type 0x42)".
std::string type_text(std::uint8_t code) {
  const Type* type = find_type(code);
  return std::string(type == nullptr ? "unknown" : io::name(type->dtype)) + " (type 0x" + hex({&code, 1}) +
         ")";
}

std::string items(const IdxHeader& header) {
  if (header.kind) return *header.kind == IdxKind::kLabels ? "labels" : "images";
  return header.dims.size() == 1 ? "values" : "rows";
}

class HeaderReader {
 public:
  HeaderReader(const std::function<std::size_t(std::span<std::uint8_t>)>& read, std::optional<IdxKind> kind,
               const std::string& where)
      : read_(read), where_(where) {
    header_.kind = kind;
  }

  IdxHeader read() {
    const unsigned axes = read_magic();
    for (unsigned axis = 0; axis < axes; ++axis) {
      const auto w = read_word();
      header_.dims.push_back(std::int64_t{w[0]} << 24 | std::int64_t{w[1]} << 16 | std::int64_t{w[2]} << 8 |
                             w[3]);
    }
    for (std::size_t axis = 0; axis < axes; ++axis)
      if (header_.dims[axis] == 0)
        fail("byte " + std::to_string(4 + 4 * axis) + ": header promises " + header_.promise(), kFetchAgain);
    return std::move(header_);
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& fix, const std::string& expected = {},
                         const std::string& found = {}) const {
    throw DataError({.where = where_, .what = what, .expected = expected, .found = found, .fix = fix});
  }

  std::array<std::uint8_t, 4> read_word() {
    std::array<std::uint8_t, 4> word{};
    const std::size_t got = read_(word);
    header_.bytes += got;
    if (got < word.size())
      fail(
          "byte " + std::to_string(header_.bytes) + ": the file ends within its header (truncated download?)",
          kFetchAgain);
    return word;
  }

  // The number of axes.
  unsigned read_magic() {
    const auto magic = read_word();
    const auto wanted = static_cast<std::uint8_t>(header_.kind.value_or(IdxKind{}));
    if (magic[0] != 0 || magic[1] != 0)
      fail("byte 0: this is not an IDX file", kFetchAgain,
           header_.kind ? hex(std::array<std::uint8_t, 4>{0, 0, kUnsignedByte, wanted}) : "00 00",
           hex(magic));
    const Type* type = find_type(magic[2]);
    if (header_.kind ? magic[2] != kUnsignedByte : type == nullptr)
      fail("byte 2: the values have the wrong type", "",
           header_.kind ? "unsigned bytes (type 0x08)" : "type 0x08, 0x09 or 0x0b to 0x0e",
           type_text(magic[2]));
    header_.dtype = type->dtype;
    if (header_.kind && magic[3] != wanted)
      fail("byte 3: the array has the wrong number of axes", "Are the images and the labels exchanged?",
           std::to_string(wanted) + " for " + items(header_), std::to_string(magic[3]));
    if (magic[3] < 1 || magic[3] > kMaxAxes)
      fail("byte 3: the array has the wrong number of axes", "", "1 to 8", std::to_string(magic[3]));
    return magic[3];
  }

  const std::function<std::size_t(std::span<std::uint8_t>)>& read_;
  const std::string& where_;
  IdxHeader header_;
};

}  // namespace

std::uint64_t IdxHeader::item_bytes() const {
  std::uint64_t item = io::item_bytes(dtype);
  for (std::size_t axis = 1; axis < dims.size(); ++axis)
    if (!checked_multiply(item, static_cast<std::uint64_t>(dims[axis]), item))
      return std::numeric_limits<std::uint64_t>::max();
  return item;
}

std::string IdxHeader::promise() const {
  std::string text = with_commas(dims[0]) + " " + items(*this);
  for (std::size_t axis = 1; axis < dims.size(); ++axis)
    text += (axis == 1 ? " of " : " x ") + std::to_string(dims[axis]);
  return text;
}

IdxHeader read_idx_header(const std::function<std::size_t(std::span<std::uint8_t>)>& read,
                          std::optional<IdxKind> kind, const std::string& where) {
  return HeaderReader(read, kind, where).read();
}

}  // namespace regulus
