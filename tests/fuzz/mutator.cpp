// SPDX-License-Identifier: Apache-2.0
// What libFuzzer changes at random rarely passes a checksum or a length. So most changes are made inside: a
// packed file is unpacked, changed and packed again, and every number about it is right.
#include <algorithm>
#include <cstring>

#include "fuzz/packing.h"
#include "fuzz/structure.h"
#include "fuzz/target.h"
#include "regulus/io/hdf5/checksum.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace regulus::fuzz {
namespace {

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

bool begins_as_hdf5(View bytes) {
  return bytes.size() >= 48 && std::memcmp(bytes.data(), "\x89HDF", 4) == 0;
}

void repair(Bytes& file, std::size_t at, std::size_t size) {
  if (at > file.size() || size > file.size() - at || size < 4) return;
  const std::uint32_t sum = io::hdf5::lookup3(View(file).subspan(at, size - 4));
  std::memcpy(file.data() + at + size - 4, &sum, sizeof sum);
}

std::size_t number(View bytes, std::size_t at, std::size_t count) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < count && at + i < bytes.size(); ++i)
    value |= std::size_t{bytes[at + i]} << (8 * i);
  return value;
}

void repair_header(Bytes& file, std::size_t at) {
  const unsigned flags = file[at + 5], size_bytes = 1u << (flags & 3);
  const std::size_t front = 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
  const std::size_t size = number(file, at + front, size_bytes);
  if (size < file.size()) repair(file, at, front + size_bytes + size + 4);
}

// The length of a continuation stands behind its address, wherever that is.
void repair_continuation(Bytes& file, std::size_t address) {
  for (std::size_t at = 0; at + 16 <= file.size(); ++at)
    if (number(file, at, 8) == address) repair(file, address, number(file, at + 8, 8));
}

// Superblocks of version 2 and 3, object headers of version 2 and their continuations end in a checksum.
void repair_checksums(Bytes& file) {
  constexpr std::size_t kSuperblock = 48;
  if (file[8] == 2 || file[8] == 3) repair(file, 0, kSuperblock);
  for (auto at = file.begin(); file.end() - (at = std::find(at, file.end(), 'O')) > 8; ++at) {
    const auto place = static_cast<std::size_t>(at - file.begin());
    if (std::memcmp(&*at, "OHDR", 4) == 0) repair_header(file, place);
    if (std::memcmp(&*at, "OCHK", 4) == 0) repair_continuation(file, place);
  }
}

// Changed in a few places and not moved: nearly every number of such a file is an address.
Bytes changed_hdf5(View bytes, Random& random) {
  constexpr std::size_t kLongest = 16;
  Bytes out(bytes.begin(), bytes.end());
  do {
    const std::size_t at = random() / 7 % out.size();
    const std::size_t size = std::min<std::size_t>(1 + random() / 7 % kLongest, out.size() - at);
    LLVMFuzzerMutate(out.data() + at, size, size);
  } while (one_in(random, 2));
  repair_checksums(out);
  return out;
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
    else if (begins_as_hdf5(bytes))
      out = changed_hdf5(bytes, random);
  }
  return out.empty() ? changed_at_random(bytes, room) : out;
}

}  // namespace
}  // namespace regulus::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  using namespace regulus::fuzz;
  Random random(seed);
  Bytes out;
  if (one_in(random, 2))
    if (auto other = restructured({data, size}, random); other && other->size() <= max_size)
      out = std::move(*other);
  if (out.empty()) out = changed({data, size}, max_size, random);
  if (out.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::copy(out.begin(), out.end(), data);
  return out.size();
}
