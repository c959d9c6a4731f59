// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/idx.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/io/gzip.h"

namespace regulus {
namespace {

constexpr std::uint8_t kUnsignedByte = 0x08;
constexpr const char* kFetchAgain = "Fetch the file again.";

std::string count_text(std::uint64_t count) {
  return with_commas(static_cast<long long>(count));
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
  const char* name = "unknown";
  if (code == 0x09) name = "int8";
  if (code == 0x0b) name = "int16";
  if (code == 0x0c) name = "int32";
  if (code == 0x0d) name = "float32";
  if (code == 0x0e) name = "float64";
  return std::string(name) + " (type 0x" + hex({&code, 1}) + ")";
}

// The bytes of the file as they are, or as they come out of gzip.
class Input {
 public:
  Input(std::span<const std::uint8_t> file, const std::string& where) : rest_(file) {
    if (is_gzip(file)) gzip_.emplace(file, where);
  }

  std::size_t read(std::span<std::uint8_t> out) {
    if (gzip_) return gzip_->read(out);
    const std::size_t size = std::min(out.size(), rest_.size());
    std::copy_n(rest_.begin(), size, out.begin());
    rest_ = rest_.subspan(size);
    return size;
  }

  bool packed() const { return gzip_.has_value(); }
  /// Bytes that are still to come: exactly, or for a packed file at most.
  std::uint64_t limit() const {
    return gzip_ ? gzip_->rest().size() * kMaxGzipExpansion + kWindow : rest_.size();
  }
  /// Bytes of the file after the content.
  std::span<const std::uint8_t> rest() const { return gzip_ ? gzip_->rest() : rest_; }
  bool complete() const { return !gzip_ || gzip_->complete(); }

 private:
  // What zlib may have unpacked already of the input it has taken.
  static constexpr std::uint64_t kWindow = 64 * 1024;
  std::span<const std::uint8_t> rest_;
  std::optional<GzipReader> gzip_;
};

class Parser {
 public:
  Parser(std::span<const std::uint8_t> file, IdxKind kind, const std::string& where)
      : file_(file), kind_(kind), where_(where), input_(file, where) {}

  IdxArray parse() {
    if (file_.empty()) fail("the file is empty", kFetchAgain);
    read_magic();
    read_dims();
    const std::uint64_t item = item_bytes();
    if (!unpack_sound_file(item)) {
      read_values(item);
      expect_end();
    }
    return std::move(array_);
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& fix, const std::string& expected = {},
                         const std::string& found = {}) const {
    throw DataError({.where = where_, .what = what, .expected = expected, .found = found, .fix = fix});
  }

  // The next four bytes of the header.
  std::array<std::uint8_t, 4> read_word() {
    std::array<std::uint8_t, 4> word{};
    const std::size_t got = input_.read(word);
    header_bytes_ += got;
    if (got < word.size())
      fail(
          "byte " + std::to_string(header_bytes_) + ": the file ends within its header (truncated download?)",
          kFetchAgain);
    return word;
  }

  void read_magic() {
    const auto axes = static_cast<std::uint8_t>(kind_);
    const auto magic = read_word();
    if (magic[0] != 0 || magic[1] != 0)
      fail("byte 0: this is not an IDX file", kFetchAgain,
           hex(std::array<std::uint8_t, 4>{0, 0, kUnsignedByte, axes}), hex(magic));
    if (magic[2] != kUnsignedByte)
      fail("byte 2: the values have the wrong type", "", "unsigned bytes (type 0x08)", type_text(magic[2]));
    if (magic[3] != axes)
      fail("byte 3: the array has the wrong number of axes", "Are the images and the labels exchanged?",
           std::to_string(axes) + " for " + items(), std::to_string(magic[3]));
  }

  void read_dims() {
    for (int axis = 0; axis < static_cast<int>(kind_); ++axis) {
      const auto w = read_word();
      array_.dims.push_back(std::int64_t{w[0]} << 24 | std::int64_t{w[1]} << 16 | std::int64_t{w[2]} << 8 |
                            w[3]);
    }
    for (std::size_t axis = 0; axis < array_.dims.size(); ++axis)
      if (array_.dims[axis] == 0)
        fail("byte " + std::to_string(4 + 4 * axis) + ": header promises " + promise(), kFetchAgain);
  }

  // The bytes of one image or label, once they are proved not to promise more than the file can hold.
  std::uint64_t item_bytes() const {
    const std::uint64_t limit = input_.limit();
    // Each length is below 2^32, so the product of two fits; the third factor is tried by division.
    std::uint64_t item = 1;
    for (std::size_t axis = 1; axis < array_.dims.size(); ++axis)
      item *= static_cast<std::uint64_t>(array_.dims[axis]);
    if (item > limit || num_items() > limit / item) {
      if (!input_.packed()) fail_short(limit / item);
      fail("byte 4: header promises " + promise() + ", more than a gzip file of " + count_text(file_.size()) +
               " bytes can hold",
           kFetchAgain);
    }
    return item;
  }

  // Nearly every packed file is sound and unpacked at once; what is wrong with another, read_values and
  // expect_end find out.
  bool unpack_sound_file(std::uint64_t item) {
    if (!input_.packed()) return false;
    array_.values.resize(header_bytes_ + num_items() * item);
    if (!unpack_gzip(file_, array_.values)) return false;
    array_.values.erase(array_.values.begin(),
                        array_.values.begin() + static_cast<std::ptrdiff_t>(header_bytes_));
    return true;
  }

  void read_values(std::uint64_t item) {
    array_.values.resize(num_items() * item);
    const std::size_t got = input_.read(array_.values);
    if (got < array_.values.size()) fail_short(got / item);
  }

  [[noreturn]] void fail_short(std::uint64_t items_present) const {
    fail("byte 4: header promises " + promise() + ", the file holds " + count_text(items_present) +
             (input_.complete() && input_.packed() ? "" : " (truncated download?)"),
         kFetchAgain);
  }

  void expect_end() {
    const std::string end = "byte " + count_text(header_bytes_ + array_.values.size());
    std::array<std::uint8_t, 1> extra{};
    if (input_.packed() && input_.read(extra) > 0)
      fail(end + ": more bytes follow the " + promise() + " that the header promises", kFetchAgain);
    if (!input_.complete()) fail("the gzip data lacks its end (truncated download?)", kFetchAgain);
    const auto rest = input_.rest();
    if (rest.empty()) return;
    const std::string many = count_text(rest.size()) + (rest.size() == 1 ? " byte follows" : " bytes follow");
    if (!input_.packed())
      fail(end + ": " + many + " the " + promise() + " that the header promises", kFetchAgain);
    if (is_gzip(rest)) fail("a second gzip member follows the first", "Pack the content into one member.");
    fail(many + " the end of the gzip data", kFetchAgain);
  }

  std::uint64_t num_items() const { return static_cast<std::uint64_t>(array_.dims[0]); }
  std::string items() const { return kind_ == IdxKind::kLabels ? "labels" : "images"; }

  // "60,000 labels", "60,000 images of 28 x 28".
  std::string promise() const {
    std::string text = count_text(static_cast<std::uint64_t>(array_.dims[0])) + " " + items();
    if (kind_ == IdxKind::kImages)
      text += " of " + std::to_string(array_.dims[1]) + " x " + std::to_string(array_.dims[2]);
    return text;
  }

  std::span<const std::uint8_t> file_;
  IdxKind kind_;
  const std::string& where_;
  Input input_;
  std::uint64_t header_bytes_ = 0;
  IdxArray array_;
};

}  // namespace

IdxArray parse_idx(std::span<const std::uint8_t> file, IdxKind kind, const std::string& where) {
  return Parser(file, kind, where).parse();
}

}  // namespace regulus
