// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/layout.h"

#include <string>

namespace regulus::io::hdf5 {
namespace {

constexpr const char* kWhat = "a data layout";
constexpr const char* kData = "an array";
enum Class : std::uint8_t { kCompact = 0, kContiguous = 1, kVirtual = 3 };

void require_size(const ByteReader& message, std::uint64_t at, std::uint64_t size, std::uint64_t found) {
  if (found != size)
    message.fail_at(at, "an array's shape does not fit its bytes", std::to_string(size),
                    std::to_string(found));
}

std::span<const std::uint8_t> claim_data(Source& source, const ByteReader& message, std::uint64_t at,
                                         std::uint64_t address, std::uint64_t size) {
  if (size == 0) return {};
  if (address == kUndefined) message.fail_at(at, "an array was never written");
  ByteReader data = source.claim(address, size, kData);
  return data.take(size, kData);
}

std::span<const std::uint8_t> take_compact(ByteReader& message, std::uint64_t at, std::uint64_t size,
                                           std::uint64_t stated) {
  require_size(message, at, size, stated);
  return message.take(size, kData);
}

[[noreturn]] void refuse(const ByteReader& message, std::uint64_t at, std::uint8_t kind) {
  if (kind == kVirtual) message.fail_at(at, "a virtual dataset, whose data lie in other files, is not read");
  message.fail_at(at, "the data layout's class is not read", "contiguous, compact or in chunks",
                  std::to_string(kind));
}

// Versions 1 and 2: the lengths once more, four bytes each.
std::span<const std::uint8_t> read_old(Source& source, ByteReader& message, std::uint64_t size) {
  const auto rank = message.little<std::uint8_t>(kWhat);
  const std::uint64_t at = message.offset();
  const auto kind = message.little<std::uint8_t>(kWhat);
  if (kind > kContiguous) refuse(message, at, kind);
  message.skip(5, kWhat);
  const std::uint64_t address = kind == kContiguous ? message.little<std::uint64_t>(kWhat) : kUndefined;
  message.skip(4 * std::uint64_t{rank}, kWhat);
  if (kind == kContiguous) return claim_data(source, message, at, address, size);
  const std::uint64_t size_at = message.offset();
  return take_compact(message, size_at, size, message.little<std::uint32_t>(kWhat));
}

}  // namespace

std::span<const std::uint8_t> read_layout(Source& source, ByteReader message, std::uint64_t size) {
  const auto version = message.little<std::uint8_t>(kWhat);
  if (version == 1 || version == 2) return read_old(source, message, size);
  if (version != 3 && version != 4)
    message.fail_at(0, "the data layout's version is not read", "1 to 4", std::to_string(version));
  const auto kind = message.little<std::uint8_t>(kWhat);
  if (kind > kContiguous) refuse(message, 1, kind);
  if (kind == kCompact) return take_compact(message, 2, size, message.little<std::uint16_t>(kWhat));
  const auto address = message.little<std::uint64_t>(kWhat);
  require_size(message, 10, size, message.little<std::uint64_t>(kWhat));
  return claim_data(source, message, 2, address, size);
}

}  // namespace regulus::io::hdf5
