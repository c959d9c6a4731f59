// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/dataspace.h"

#include <string>
#include <utility>

namespace regulus::io::hdf5 {
namespace {

constexpr const char* kWhat = "a dataspace";
enum Kind : std::uint8_t { kScalar = 0, kSimple = 1, kNull = 2 };

}  // namespace

Dataspace read_dataspace(ByteReader& reader, const Limits& limits) {
  const std::uint64_t begin = reader.offset();
  const auto version = reader.little<std::uint8_t>(kWhat);
  if (version != 1 && version != 2)
    reader.fail_at(begin, "the dataspace's version is not read", "1 or 2", std::to_string(version));
  const std::size_t rank = reader.little<std::uint8_t>(kWhat);
  const auto flags = reader.little<std::uint8_t>(kWhat);
  if (rank > limits.rank)
    reader.fail_at(begin + 1, "the array has too many axes", "at most " + std::to_string(limits.rank),
                   std::to_string(rank));
  if (flags > 1)
    reader.fail_at(begin + 2, "the dataspace's flags are not read", "0 or 1", std::to_string(flags));
  std::uint8_t kind = rank == 0 ? kScalar : kSimple;
  if (version == 1)
    reader.skip(5, kWhat);
  else
    kind = reader.little<std::uint8_t>(kWhat);
  if (kind > kNull || (kind == kSimple) != (rank > 0))
    reader.fail_at(begin + 1, "the dataspace's kind does not fit its rank", "",
                   "kind " + std::to_string(kind) + ", rank " + std::to_string(rank));
  if (kind == kNull) return {{0}, {0}};
  std::vector<std::uint64_t> lengths;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::uint64_t at = reader.offset();
    lengths.push_back(reader.little<std::uint64_t>(kWhat));
    if (lengths.back() > static_cast<std::uint64_t>(limits.length))
      reader.fail_at(at, "an axis is too long", "at most " + std::to_string(limits.length),
                     std::to_string(lengths.back()));
  }
  std::vector<std::uint64_t> most = lengths;
  for (std::size_t axis = 0; flags == 1 && axis < rank; ++axis) {
    const std::uint64_t at = reader.offset();
    most[axis] = reader.little<std::uint64_t>(kWhat);
    if (most[axis] < lengths[axis]) reader.fail_at(at, "an axis is longer than it may grow");
  }
  return {std::move(lengths), std::move(most)};
}

std::uint64_t proved_bytes(const std::vector<std::uint64_t>& lengths, DType dtype, const Limits& limits,
                           const ByteReader& at) {
  std::uint64_t bytes = item_bytes(dtype);
  bool empty = false;
  for (const std::uint64_t length : lengths) {
    empty |= length == 0;
    // Lengths of 0 left out: the others must still make a Shape.
    if (length > 0 && !checked_multiply(bytes, length, bytes)) bytes = UINT64_MAX;
    if (bytes > INT64_MAX)
      at.fail("the product of an array's lengths is too large", "below 2^63 bytes", "more");
  }
  if (empty) return 0;
  if (bytes > limits.memory)
    at.fail("an array is too large for this machine's memory",
            "at most " + std::to_string(limits.memory) + " bytes", std::to_string(bytes));
  return bytes;
}

Shape to_shape(const std::vector<std::uint64_t>& lengths) {
  return Shape(std::vector<std::int64_t>(lengths.begin(), lengths.end()));
}

}  // namespace regulus::io::hdf5
