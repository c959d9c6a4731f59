// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/filters.h"

#include <algorithm>
#include <string>

#include "regulus/base/data_error.h"
#include "regulus/io/gzip.h"

namespace regulus::io::hdf5 {
namespace {

constexpr const char* kWhat = "a list of filters";
constexpr std::uint64_t kMaxFilters = 32;
constexpr std::uint64_t kChecksumBytes = 4;
constexpr std::uint16_t kFirstWithName = 256;
// What a deflate stream may unpack to beyond its packed bytes' share: one symbol that is still to come.
constexpr std::uint64_t kLastSymbol = 258;

// Names of filters that are not read: the library's own and those that h5py's users install.
const char* known_name(std::uint16_t id) {
  switch (id) {
    case 4:
      return "szip";
    case 5:
      return "nbit";
    case 6:
      return "scaleoffset";
    case 32000:
      return "lzf";
    case 32001:
      return "blosc";
    case 32004:
      return "lz4";
    case 32008:
      return "bitshuffle";
    case 32015:
      return "zstd";
    default:
      return "";
  }
}

[[noreturn]] void refuse(const ByteReader& message, std::uint64_t at, std::uint16_t id) {
  const std::string name = known_name(id);
  message.fail_at(at, "data with this filter are not read", "gzip, shuffle or fletcher32",
                  name.empty() ? "filter " + std::to_string(id) : name,
                  "Save the arrays without compression, or with gzip.");
}

Filter read_filter(ByteReader& message, int version) {
  const std::uint64_t at = message.offset();
  const auto id = message.little<std::uint16_t>(kWhat);
  const bool has_name = version == 1 || id >= kFirstWithName;
  const std::uint64_t name_bytes = has_name ? message.little<std::uint16_t>(kWhat) : 0;
  message.skip(2, kWhat);  // whether a chunk may go without it: its mask says which have
  const std::uint64_t num_values = message.little<std::uint16_t>(kWhat);
  message.skip(version == 1 ? (name_bytes + 7) / 8 * 8 : name_bytes, kWhat);
  if (id < 1 || id > 3) refuse(message, at, id);
  Filter filter = {.kind = static_cast<FilterKind>(id)};
  ByteReader values = message.part(message.offset(), 4 * num_values, kWhat);
  if (filter.kind == FilterKind::kShuffle) filter.item_bytes = values.little<std::uint32_t>(kWhat);
  if (filter.kind == FilterKind::kShuffle && filter.item_bytes == 0)
    message.fail_at(at, "elements of no bytes are shuffled");
  message.skip(4 * num_values, kWhat);
  if (version == 1 && num_values % 2 != 0) message.skip(4, kWhat);
  return filter;
}

bool is_skipped(std::uint32_t skipped, std::size_t filter) {
  return (skipped >> filter & 1) != 0;
}

std::span<const std::uint8_t> without_checksum(const ByteReader& stored,
                                               std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kChecksumBytes) stored.fail_at(0, "a chunk of an array is too short for its checksum");
  const auto content = bytes.first(bytes.size() - kChecksumBytes);
  std::uint32_t sum = 0;
  std::memcpy(&sum, bytes.data() + content.size(), sizeof sum);
  if (sum != fletcher32(content)) stored.fail_at(0, "a chunk of an array is damaged: its checksum differs");
  return content;
}

std::span<const std::uint8_t> unshuffled(std::span<const std::uint8_t> bytes, std::uint64_t item,
                                         std::vector<std::uint8_t>& out) {
  const std::uint64_t count = bytes.size() / item;
  if (item == 1 || count <= 1) return bytes;
  out.resize(bytes.size());
  for (std::uint64_t byte = 0; byte < item; ++byte)
    for (std::uint64_t i = 0; i < count; ++i) out[i * item + byte] = bytes[byte * count + i];
  std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(count * item), bytes.end(),
            out.begin() + static_cast<std::ptrdiff_t>(count * item));
  return out;
}

}  // namespace

std::vector<Filter> read_filters(ByteReader message) {
  const int version = message.little<std::uint8_t>(kWhat);
  if (version != 1 && version != 2)
    message.fail_at(0, "the version of a list of filters is not read", "1 or 2", std::to_string(version));
  const std::uint64_t count = message.little<std::uint8_t>(kWhat);
  if (count > kMaxFilters)
    message.fail_at(1, "there are too many filters", "at most " + std::to_string(kMaxFilters),
                    std::to_string(count));
  if (version == 1) message.skip(6, kWhat);
  std::vector<Filter> filters;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t at = message.offset();
    filters.push_back(read_filter(message, version));
    // The bytes between two would be of a size that nothing states.
    if (filters.back().kind == FilterKind::kDeflate &&
        std::any_of(filters.begin(), filters.end() - 1,
                    [](const Filter& before) { return before.kind == FilterKind::kDeflate; }))
      message.fail_at(at, "data that are packed twice are not read");
  }
  return filters;
}

void Unfilter::require_possible(const ByteReader& stored, std::uint32_t skipped) const {
  std::uint64_t exact = size_, least = 0;  // below 2^63 each: sizes of arrays and a few checksums
  bool deflated = false;
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    if (is_skipped(skipped, i)) continue;
    deflated |= filters_[i].kind == FilterKind::kDeflate;
    if (filters_[i].kind == FilterKind::kFletcher32) (deflated ? least : exact) += kChecksumBytes;
  }
  if (!deflated && stored.size() != exact)
    stored.fail_at(0, "a chunk of an array has another size", count_text(exact) + " bytes",
                   count_text(stored.size()));
  if (deflated && stored.size() < least + (exact - std::min(exact, kLastSymbol)) / kMaxGzipExpansion)
    stored.fail_at(0, "no packed bytes unpack to so many (a bomb?)",
                   "at most " + count_text(stored.size() * kMaxGzipExpansion + kLastSymbol),
                   count_text(exact));
}

std::span<const std::uint8_t> Unfilter::operator()(ByteReader stored, std::uint32_t skipped) {
  std::uint64_t unpacked = size_;  // before deflate
  for (std::size_t i = 0; i < filters_.size() && filters_[i].kind != FilterKind::kDeflate; ++i)
    if (filters_[i].kind == FilterKind::kFletcher32 && !is_skipped(skipped, i)) unpacked += kChecksumBytes;
  const ByteReader at = stored;
  std::span<const std::uint8_t> bytes = stored.take(stored.size(), "a chunk of an array");
  for (std::size_t i = filters_.size(); i-- > 0;) {
    if (is_skipped(skipped, i)) continue;
    switch (filters_[i].kind) {
      case FilterKind::kFletcher32:
        bytes = without_checksum(at, bytes);
        break;
      case FilterKind::kShuffle: {
        std::vector<std::uint8_t>& out = bytes.data() == one_.data() ? other_ : one_;
        bytes = unshuffled(bytes, filters_[i].item_bytes, out);
        break;
      }
      case FilterKind::kDeflate: {
        std::vector<std::uint8_t>& out = bytes.data() == one_.data() ? other_ : one_;
        out.resize(static_cast<std::size_t>(unpacked));
        if (!unpack_zlib(bytes, out))
          at.fail_at(0, "a chunk of an array is damaged, or of another size than it should be",
                     count_text(unpacked) + " bytes of gzip's deflate");
        bytes = out;
        break;
      }
    }
  }
  if (bytes.size() != size_)
    at.fail_at(0, "a chunk of an array has another size", count_text(size_) + " bytes",
               count_text(bytes.size()));
  return bytes;
}

std::uint32_t fletcher32(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kWordsAtOnce = 360;  // so many sums fit 32 bits
  const auto folded = [](std::uint32_t sum) { return (sum & 0xffff) + (sum >> 16); };
  std::uint32_t first = 0, second = 0;
  while (bytes.size() > 1) {
    const std::size_t words = std::min(bytes.size() / 2, kWordsAtOnce);
    for (std::size_t i = 0; i < words; ++i) {
      first += std::uint32_t{bytes[2 * i]} << 8 | bytes[2 * i + 1];
      second += first;
    }
    first = folded(first);
    second = folded(second);
    bytes = bytes.subspan(2 * words);
  }
  if (!bytes.empty()) {
    first = folded(first + (std::uint32_t{bytes[0]} << 8));
    second = folded(second + first);
  }
  return folded(second) << 16 | folded(first);
}

}  // namespace regulus::io::hdf5
