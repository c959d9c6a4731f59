// SPDX-License-Identifier: Apache-2.0
// What libFuzzer changes at random rarely passes a checksum or a length. So most changes are made inside: a
// packed file is unpacked, changed and packed again, and every number about it is right.
#include <algorithm>
#include <cstring>
#include <random>

#include "fuzz/packing.h"
#include "fuzz/target.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace regulus::fuzz {
namespace {

using Random = std::minstd_rand;

bool one_in(Random& random, unsigned count) {
  return random() / 7 % count == 0;  // the lowest bits of such a generator are poor
}

Bytes changed(View bytes, std::size_t room, Random& random);

Bytes changed_at_random(View bytes, std::size_t room) {
  Bytes out(bytes.begin(), bytes.end());
  out.resize(std::max(bytes.size(), room));
  out.resize(LLVMFuzzerMutate(out.data(), bytes.size(), out.size()));
  return out;
}

// The header's text and the data behind it, and the length of the text in front.
Bytes changed_safetensors(View bytes, std::size_t room) {
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  const View text = bytes.subspan(sizeof length, static_cast<std::size_t>(length));
  const View data = bytes.subspan(sizeof length + text.size());
  const Bytes header = changed_at_random(text, room);
  length = header.size();
  Bytes out(sizeof length);
  std::memcpy(out.data(), &length, sizeof length);
  out.insert(out.end(), header.begin(), header.end());
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

Bytes changed_zip(View bytes, std::size_t room, Random& random) {
  std::vector<Packed> members = unpack_zip(bytes);
  if (members.empty()) return {};
  const std::size_t place = random() / 7 % members.size();
  Packed& member = members[place];
  if (one_in(random, 16))
    members.erase(members.begin() + static_cast<std::ptrdiff_t>(place));
  else if (one_in(random, 16))
    members.push_back(member);
  else if (one_in(random, 8))
    member.name = changed_at_random(member.name, member.name.size() + 8);
  else if (one_in(random, 8))
    member.deflated = !member.deflated;
  else
    member.content = changed(member.content, room, random);
  return pack_zip(members);
}

Bytes changed(View bytes, std::size_t room, Random& random) {
  Bytes out;
  if (!one_in(random, 4)) {
    if (const auto content = unpack_gzip_member(bytes))
      out = pack_gzip(changed(*content, room, random), one_in(random, 2) ? 0 : 9);
    else if (begins_as_zip(bytes))
      out = changed_zip(bytes, room, random);
    else if (begins_as_safetensors(bytes))
      out = changed_safetensors(bytes, room);
  }
  return out.empty() ? changed_at_random(bytes, room) : out;
}

}  // namespace
}  // namespace regulus::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  using namespace regulus::fuzz;
  Random random(seed);
  const Bytes out = changed({data, size}, max_size, random);
  if (out.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::copy(out.begin(), out.end(), data);
  return out.size();
}
