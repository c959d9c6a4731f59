// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/gzip.h"

#include <algorithm>

#include "fuzz/target.h"
#include "regulus/base/error.h"
#include "support/idx.h"

namespace regulus::fuzz {
namespace {

const std::string kWhere = "f.gz";
constexpr std::size_t kMaxContent = std::size_t{1} << 16;

// The whole content, or its first kMaxContent bytes, asked for in pieces.
void read_content(GzipReader& reader, std::string& content) {
  Bytes piece(7);
  while (content.size() < kMaxContent) {
    const std::size_t got = reader.read(piece);
    content.append(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
    if (got < piece.size()) break;
    piece.resize(std::min<std::size_t>(2 * piece.size(), 16384));
  }
}

// Two programs unpack: where the quick one says yes, the careful one must agree.
std::string read(View input) {
  GzipReader reader(input, kWhere);
  std::string content;
  bool whole = false;
  try {
    read_content(reader, content);
    whole = reader.complete() && reader.rest().empty();
  } catch (const Error&) {
    Bytes out(content.size());
    require(!unpack_gzip(input, out), "damaged data were unpacked");
    throw;
  }
  Bytes out(content.size());
  if (unpack_gzip(input, out)) {
    require(whole, "an incomplete file was unpacked");
    require(std::equal(out.begin(), out.end(), content.begin(),
                       [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }),
            "the two contents differ");
  }
  if (!whole) throw DataError({.where = kWhere, .what = "incomplete"});
  require(content.size() <= input.size() * kMaxGzipExpansion, "more than deflate can hold");
  return content;
}

std::vector<Seed> seeds() {
  const Bytes words = bytes_of("gzip is deflate between a header and a checksum, a checksum and a length");
  Bytes named = testing::gzipped(words);
  named[3] = 0x08;  // FNAME: a name behind the fixed header
  for (const char letter : {'\0', 'f'}) named.insert(named.begin() + 10, static_cast<std::uint8_t>(letter));
  return {{"fixed", testing::gzipped(bytes_of("abc")), SeedKind::kChecksummed},
          {"dynamic", testing::gzipped(testing::counting(2000, 251)), SeedKind::kChecksummed},
          {"stored", testing::gzipped(words, 0), SeedKind::kChecksummed},
          {"empty", testing::gzipped({}), SeedKind::kChecksummed},
          {"run", testing::gzipped(Bytes(20000, 7)), SeedKind::kChecksummed},
          {"named", named, SeedKind::kChecksummed}};
}

}  // namespace

const Target& target() {
  static const Target gzip = {kWhere, read, seeds};
  return gzip;
}

}  // namespace regulus::fuzz
