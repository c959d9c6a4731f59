// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "regulus/base/error.h"

namespace regulus {

/// A walk through the bytes of a file that may be hostile: nothing is read beyond their end, and every
/// error is a DataError `WHERE: byte OFFSET: WHAT (expected X, found Y). FIX`, with the offset in the file.
/// A cheap value; the bytes and `where` must outlive it.
class ByteReader {
 public:
  /// `base`: the offset of bytes[0] in the file, where they are a part of one.
  ByteReader(std::span<const std::uint8_t> bytes, const std::string& where, std::uint64_t base = 0)
      : bytes_(bytes), where_(&where), base_(base) {}

  const std::string& where() const { return *where_; }
  /// Of the next byte, from the first byte of the view on.
  std::uint64_t offset() const { return at_; }
  std::uint64_t size() const { return bytes_.size(); }
  std::uint64_t remaining() const { return bytes_.size() - at_; }
  bool at_end() const { return at_ == bytes_.size(); }
  /// Goes to a byte of the view, or just behind its last. `what` is what should be there.
  void seek(std::uint64_t offset, std::string_view what);
  void skip(std::uint64_t count, std::string_view what) { take(count, what); }

  /// The next bytes, not copied.
  std::span<const std::uint8_t> take(std::uint64_t count, std::string_view what);
  std::string_view text(std::uint64_t count, std::string_view what);
  /// The next number, least or most significant byte first.
  template <std::unsigned_integral T>
  T little(std::string_view what) {
    static_assert(std::endian::native == std::endian::little);
    T value;
    std::memcpy(&value, take(sizeof(T), what).data(), sizeof(T));
    return value;
  }
  template <std::unsigned_integral T>
  T big(std::string_view what) {
    T value = 0;
    for (const std::uint8_t byte : take(sizeof(T), what))
      value = static_cast<T>(std::uint64_t{value} << 8 | byte);
    return value;
  }

  /// A reader of `count` bytes from `offset` of this view on; both are proved to lie in it.
  ByteReader part(std::uint64_t offset, std::uint64_t count, std::string_view what) const;

  /// Throws the DataError, for the next byte or the one at `offset` of the view.
  [[noreturn]] void fail(std::string what, std::string expected = "", std::string found = "",
                         std::string fix = "") const {
    fail_at(at_, std::move(what), std::move(expected), std::move(found), std::move(fix));
  }
  [[noreturn]] void fail_at(std::uint64_t offset, std::string what, std::string expected = "",
                            std::string found = "", std::string fix = "") const;

 private:
  std::span<const std::uint8_t> bytes_;
  const std::string* where_;
  std::uint64_t base_;
  std::uint64_t at_ = 0;
};

/// a * b and a + b, or false where the result does not fit.
[[nodiscard]] inline bool checked_multiply(std::uint64_t a, std::uint64_t b, std::uint64_t& product) {
  return !__builtin_mul_overflow(a, b, &product);
}
[[nodiscard]] inline bool checked_add(std::uint64_t a, std::uint64_t b, std::uint64_t& sum) {
  return !__builtin_add_overflow(a, b, &sum);
}

}  // namespace regulus
