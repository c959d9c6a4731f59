// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/gzip.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "regulus/base/data_error.h"

namespace regulus {
namespace {

// zlib counts in 32 bits.
constexpr std::size_t kMaxPiece = std::numeric_limits<uInt>::max();
constexpr int kGzipOnly = 16;
// The header's flags (RFC 1952, 2.3.1), and the one that says it has a checksum of its own.
constexpr std::size_t kFlags = 3;
constexpr std::uint8_t kHeaderChecksum = 0x02;

// Without a place for the length of the content, any other length than out.size() is a failure.
bool unpack(decltype(&libdeflate_gzip_decompress_ex) decompress, std::span<const std::uint8_t> packed,
            std::span<std::uint8_t> out) {
  using Decompressor = std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>;
  const Decompressor decompressor(libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  if (!decompressor) throw std::bad_alloc();
  std::size_t used = 0;
  const libdeflate_result result =
      decompress(decompressor.get(), packed.data(), packed.size(), out.data(), out.size(), &used, nullptr);
  return result == LIBDEFLATE_SUCCESS && used == packed.size();
}

}  // namespace

bool is_gzip(std::span<const std::uint8_t> bytes) noexcept {
  return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

struct GzipReader::State {
  z_stream stream = {};
  Source source;  // empty where the file is one piece
  std::span<const std::uint8_t> piece;
  std::size_t used = 0;      // of the piece
  std::uint64_t passed = 0;  // bytes of the pieces before
  std::string where;
  bool complete = false;

  // One call of inflate with as much input and output as zlib can count. False where nothing more comes.
  bool inflate_piece(std::span<std::uint8_t> out, std::size_t& written) {
    if (used == piece.size() && source) {
      passed += used;
      used = 0;
      piece = source();
    }
    const std::size_t input = std::min(kMaxPiece, piece.size() - used);
    const std::size_t output = std::min(kMaxPiece, out.size() - written);
    stream.next_in = const_cast<Bytef*>(piece.data() + used);  // zlib only reads it
    stream.avail_in = static_cast<uInt>(input);
    stream.next_out = out.data() + written;
    stream.avail_out = static_cast<uInt>(output);
    const int status = ::inflate(&stream, Z_NO_FLUSH);
    used += input - stream.avail_in;
    written += output - stream.avail_out;
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status == Z_STREAM_END) complete = true;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) throw_damaged();
    return status == Z_OK;
  }

  [[noreturn]] void throw_damaged() const {
    const std::string reason = stream.msg ? stream.msg : "unknown format";
    throw_data(where, "the gzip data is damaged near byte " + count_text(passed + used) + " (" + reason + ")",
               "", "", "Fetch the file again.");
  }
};

GzipReader::GzipReader(std::span<const std::uint8_t> file, std::string where)
    : GzipReader(Source(), std::move(where)) {
  state_->piece = file;
}

GzipReader::GzipReader(Source source, std::string where) : state_(std::make_unique<State>()) {
  state_->source = std::move(source);
  state_->where = std::move(where);
  if (inflateInit2(&state_->stream, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
}

GzipReader::~GzipReader() {
  inflateEnd(&state_->stream);
}

std::size_t GzipReader::read(std::span<std::uint8_t> out) {
  std::size_t written = 0;
  while (!state_->complete && written < out.size() && state_->inflate_piece(out, written)) {
  }
  return written;
}

bool GzipReader::complete() const noexcept {
  return state_->complete;
}

std::span<const std::uint8_t> GzipReader::rest() const noexcept {
  return state_->piece.subspan(state_->used);
}

bool unpack_gzip(std::span<const std::uint8_t> file, std::span<std::uint8_t> out) {
  // libdeflate does not look at a header's checksum, zlib does.
  if (file.size() <= kFlags || (file[kFlags] & kHeaderChecksum) != 0) return false;
  return unpack(&libdeflate_gzip_decompress_ex, file, out);
}

bool unpack_zlib(std::span<const std::uint8_t> stream, std::span<std::uint8_t> out) {
  return unpack(&libdeflate_zlib_decompress_ex, stream, out);
}

}  // namespace regulus
