// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/byte_reader.h"

#include <utility>

#include "regulus/base/data_error.h"

namespace regulus {
namespace {

constexpr const char* kTruncated = "Is the file complete?";

std::string bytes_text(std::uint64_t count) {
  return count_text(count) + (count == 1 ? " byte" : " bytes");
}

}  // namespace

void ByteReader::seek(std::uint64_t offset, std::string_view what) {
  if (offset > bytes_.size())
    fail(std::string(what) + " lies beyond the end", "an offset up to " + count_text(base_ + bytes_.size()),
         count_text(base_ + offset), kTruncated);
  at_ = offset;
}

std::span<const std::uint8_t> ByteReader::take(std::uint64_t count, std::string_view what) {
  if (count > remaining())
    fail("the end comes before " + std::string(what), bytes_text(count), count_text(remaining()), kTruncated);
  const auto taken = bytes_.subspan(static_cast<std::size_t>(at_), static_cast<std::size_t>(count));
  at_ += count;
  return taken;
}

std::string_view ByteReader::text(std::uint64_t count, std::string_view what) {
  const auto bytes = take(count, what);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ByteReader ByteReader::part(std::uint64_t offset, std::uint64_t count, std::string_view what) const {
  ByteReader whole = *this;
  whole.seek(offset, what);
  return ByteReader(whole.take(count, what), *where_, base_ + offset);
}

void ByteReader::fail_at(std::uint64_t offset, std::string what, std::string expected, std::string found,
                         std::string fix) const {
  throw_data(*where_, "byte " + count_text(base_ + offset) + ": " + std::move(what), std::move(expected),
             std::move(found), std::move(fix));
}

}  // namespace regulus
