// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/checksum.h"

#include <array>
#include <bit>

namespace regulus::io::hdf5 {
namespace {

struct State {
  std::uint32_t a, b, c;

  void mix() {
    a = (a - c) ^ std::rotl(c, 4), c += b;
    b = (b - a) ^ std::rotl(a, 6), a += c;
    c = (c - b) ^ std::rotl(b, 8), b += a;
    a = (a - c) ^ std::rotl(c, 16), c += b;
    b = (b - a) ^ std::rotl(a, 19), a += c;
    c = (c - b) ^ std::rotl(b, 4), b += a;
  }
  void finish() {
    c = (c ^ b) - std::rotl(b, 14);
    a = (a ^ c) - std::rotl(c, 11);
    b = (b ^ a) - std::rotl(a, 25);
    c = (c ^ b) - std::rotl(b, 16);
    a = (a ^ c) - std::rotl(c, 4);
    b = (b ^ a) - std::rotl(a, 14);
    c = (c ^ b) - std::rotl(b, 24);
  }
  // Up to twelve bytes; what is missing counts as 0.
  void add(std::span<const std::uint8_t> bytes) {
    std::array<std::uint32_t, 3> words = {};
    for (std::size_t i = 0; i < bytes.size(); ++i) words[i / 4] |= std::uint32_t{bytes[i]} << 8 * (i % 4);
    a += words[0];
    b += words[1];
    c += words[2];
  }
};

}  // namespace

std::uint32_t lookup3(std::span<const std::uint8_t> bytes) {
  const std::uint32_t start = 0xdeadbeef + static_cast<std::uint32_t>(bytes.size());
  State state = {start, start, start};
  for (; bytes.size() > 12; bytes = bytes.subspan(12)) {
    state.add(bytes.first(12));
    state.mix();
  }
  if (bytes.empty()) return state.c;
  state.add(bytes);
  state.finish();
  return state.c;
}

void require_checksum(ByteReader& reader, std::string_view what) {
  reader.seek(0, what);
  const std::uint64_t size = reader.size() < 4 ? 0 : reader.size() - 4;
  const std::uint32_t expected = lookup3(reader.take(size, what));
  if (reader.little<std::uint32_t>(what) != expected)
    reader.fail_at(size, std::string(what) + " is damaged: its checksum differs");
  reader.seek(0, what);
}

}  // namespace regulus::io::hdf5
