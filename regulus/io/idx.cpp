// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/idx.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "regulus/base/data_error.h"
#include "regulus/io/gzip.h"

namespace regulus {
namespace {

constexpr const char* kFetchAgain = "Fetch the file again.";

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

// The values of a file, in the order and the bytes of the file.
struct Content {
  IdxHeader header;
  std::vector<std::uint8_t> values;
};

class Parser {
 public:
  Parser(std::span<const std::uint8_t> file, const std::string& where)
      : file_(file), where_(where), input_(file, where) {}

  Content parse(std::optional<IdxKind> kind, const Limits& limits) {
    if (file_.empty()) fail("the file is empty", kFetchAgain);
    header_ = read_idx_header([&](std::span<std::uint8_t> out) { return input_.read(out); }, kind, where_);
    const std::uint64_t item = proved_item_bytes();
    if (!kind) {
      const std::vector<std::uint64_t> lengths(header_.dims.begin(), header_.dims.end());
      io::proved_bytes(lengths, header_.dtype, limits, where_, "byte 4: the array");
    }
    if (!unpack_sound_file(item)) {
      read_values(item);
      expect_end();
    }
    return {std::move(header_), std::move(values_)};
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& fix) const {
    throw_data(where_, what, "", "", fix);
  }

  // The bytes of one image or label, once they are proved not to promise more than the file can hold.
  std::uint64_t proved_item_bytes() const {
    const std::uint64_t limit = input_.limit();
    const std::uint64_t item = header_.item_bytes();
    // The product with the number of items is tried by division.
    if (item > limit || header_.num_items() > limit / item) {
      if (!input_.packed()) fail_short(limit / item);
      fail("byte 4: header promises " + header_.promise() + ", more than a gzip file of " +
               count_text(file_.size()) + " bytes can hold",
           kFetchAgain);
    }
    return item;
  }

  // Nearly every packed file is sound and unpacked at once; what is wrong with another, read_values and
  // expect_end find out.
  bool unpack_sound_file(std::uint64_t item) {
    if (!input_.packed()) return false;
    values_.resize(header_.bytes + header_.num_items() * item);
    if (!unpack_gzip(file_, values_)) return false;
    values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(header_.bytes));
    return true;
  }

  void read_values(std::uint64_t item) {
    values_.resize(header_.num_items() * item);
    const std::size_t got = input_.read(values_);
    if (got < values_.size()) fail_short(got / item);
  }

  [[noreturn]] void fail_short(std::uint64_t items_present) const {
    fail("byte 4: header promises " + header_.promise() + ", the file holds " + count_text(items_present) +
             (input_.complete() && input_.packed() ? "" : " (truncated download?)"),
         kFetchAgain);
  }

  void expect_end() {
    const std::string end = "byte " + count_text(header_.bytes + values_.size());
    std::array<std::uint8_t, 1> extra{};
    if (input_.packed() && input_.read(extra) > 0)
      fail(end + ": more bytes follow the " + header_.promise() + " that the header promises", kFetchAgain);
    if (!input_.complete()) fail("the gzip data lacks its end (truncated download?)", kFetchAgain);
    const auto rest = input_.rest();
    if (rest.empty()) return;
    const std::string many = count_text(rest.size()) + (rest.size() == 1 ? " byte follows" : " bytes follow");
    if (!input_.packed())
      fail(end + ": " + many + " the " + header_.promise() + " that the header promises", kFetchAgain);
    if (is_gzip(rest)) fail("a second gzip member follows the first", "Pack the content into one member.");
    fail(many + " the end of the gzip data", kFetchAgain);
  }

  std::span<const std::uint8_t> file_;
  const std::string& where_;
  Input input_;
  IdxHeader header_;
  std::vector<std::uint8_t> values_;
};

}  // namespace

IdxArray parse_idx(std::span<const std::uint8_t> file, IdxKind kind, const std::string& where) {
  Content content = Parser(file, where).parse(kind, {});
  return {std::move(content.header.dims), std::move(content.values)};
}

io::Array parse_idx_array(std::span<const std::uint8_t> file, const std::string& where,
                          const Limits& limits) {
  Content content = Parser(file, where).parse(std::nullopt, limits);
  io::Array array = io::owning_array(content.header.dtype, Shape(std::move(content.header.dims)),
                                     std::move(content.values));
  array.big_endian = true;
  return array;
}

}  // namespace regulus
