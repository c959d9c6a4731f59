// SPDX-License-Identifier: Apache-2.0
#include "fuzz/packing.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

namespace regulus::fuzz {
namespace {

constexpr std::size_t kMaxContent = std::size_t{1} << 16;
constexpr int kGzip = 16 + MAX_WBITS;
constexpr int kRaw = -MAX_WBITS;
// A small window and little memory: both take longer to make than small contents to pack.
constexpr int kGzipOut = 16 + 10;
constexpr int kRawOut = -10;
constexpr int kLittleMemory = 1;
constexpr std::size_t kLocalBytes = 30, kCentralBytes = 46, kEndBytes = 22;

// Nothing unless the packed bytes are one whole stream.
std::optional<Bytes> inflated(View packed, int window_bits) {
  z_stream stream = {};
  if (inflateInit2(&stream, window_bits) != Z_OK) return {};
  Bytes out(kMaxContent);
  stream.next_in = const_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = inflate(&stream, Z_FINISH);
  out.resize(std::min<std::size_t>(stream.total_out, out.size()));
  const bool whole = status == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!whole) return {};
  return out;
}

Bytes deflated(View content, int window_bits, int level) {
  z_stream stream = {};
  deflateInit2(&stream, level, Z_DEFLATED, window_bits, kLittleMemory, Z_DEFAULT_STRATEGY);
  Bytes out(deflateBound(&stream, content.size()) + 32);
  stream.next_in = const_cast<Bytef*>(content.data());
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Little-endian numbers; 0 beyond the end.
std::size_t number(View bytes, std::size_t at, std::size_t count) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < count && at + i < bytes.size(); ++i)
    value |= std::size_t{bytes[at + i]} << (8 * i);
  return value;
}
void put(Bytes& out, std::size_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}
void put(Bytes& out, View bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}
bool lies_in(View bytes, std::size_t at, std::size_t count) {
  return at <= bytes.size() && count <= bytes.size() - at;
}

// What the two headers of a member share, from "version needed" on.
void put_description(Bytes& out, const Packed& member, View data, View name) {
  const bool ascii = std::all_of(name.begin(), name.end(), [](std::uint8_t c) { return c < 0x80; });
  const uLong crc = crc32(0, member.content.data(), static_cast<uInt>(member.content.size()));
  put(out, 20, 2);
  put(out, ascii ? 0 : 0x800, 2);
  put(out, member.deflated ? 8 : 0, 2);
  put(out, 0, 2);
  put(out, 0x21, 2);
  put(out, crc, 4);
  put(out, data.size(), 4);
  put(out, member.content.size(), 4);
  put(out, name.size(), 2);
  put(out, 0, 2);
}

}  // namespace

std::optional<Bytes> unpack_gzip_member(View file) {
  if (file.size() < 2 || file[0] != 0x1f || file[1] != 0x8b) return {};
  return inflated(file, kGzip);
}

Bytes pack_gzip(View content, int level) {
  return deflated(content, kGzipOut, level);
}

bool begins_as_zip(View file) {
  return file.size() >= kEndBytes && file[0] == 'P' && file[1] == 'K';
}

std::vector<Packed> unpack_zip(View file) {
  std::vector<Packed> members;
  const std::size_t end = file.size() - kEndBytes;
  std::size_t at = number(file, end + 16, 4);
  for (std::size_t left = number(file, end + 10, 2); left > 0; --left) {
    if (!lies_in(file, at, kCentralBytes)) break;
    const std::size_t packed = number(file, at + 20, 4), name = number(file, at + 28, 2);
    const std::size_t local = number(file, at + 42, 4);
    const std::size_t data = local + kLocalBytes + number(file, local + 26, 2) + number(file, local + 28, 2);
    if (!lies_in(file, at + kCentralBytes, name) || !lies_in(file, data, packed)) break;
    Packed member;
    const View stored = file.subspan(data, packed), text = file.subspan(at + kCentralBytes, name);
    member.name.assign(text.begin(), text.end());
    member.deflated = number(file, at + 10, 2) == 8;
    if (member.deflated)
      member.content = inflated(stored, kRaw).value_or(Bytes());
    else
      member.content.assign(stored.begin(), stored.end());
    members.push_back(std::move(member));
    at += kCentralBytes + name + number(file, at + 30, 2) + number(file, at + 32, 2);
  }
  return members;
}

Bytes pack_zip(const std::vector<Packed>& members) {
  Bytes out, directory;
  for (const Packed& member : members) {
    const Bytes data = member.deflated ? deflated(member.content, kRawOut, 6) : member.content;
    const View name = View(member.name).first(std::min<std::size_t>(member.name.size(), 65535));
    put(directory, 0x02014b50, 4);
    put(directory, 20, 2);
    put_description(directory, member, data, name);
    put(directory, Bytes(2 + 2 + 2 + 4));
    put(directory, out.size(), 4);
    put(directory, name);
    put(out, 0x04034b50, 4);
    put_description(out, member, data, name);
    put(out, name);
    put(out, data);
  }
  const std::size_t begin = out.size();
  put(out, directory);
  put(out, 0x06054b50, 4);
  put(out, 0, 4);
  put(out, members.size(), 2);
  put(out, members.size(), 2);
  put(out, directory.size(), 4);
  put(out, begin, 4);
  put(out, 0, 2);
  return out;
}

bool begins_as_safetensors(View file) {
  if (file.size() < 9 || file[8] != '{') return false;
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), sizeof length);
  return length > 0 && length <= file.size() - sizeof length;
}

}  // namespace regulus::fuzz
