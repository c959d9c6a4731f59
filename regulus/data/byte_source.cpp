// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/byte_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/base/plain_text.h"
#include "regulus/io/gzip.h"

namespace regulus {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;

[[noreturn]] void throw_errno(const std::string& path, const std::string& what, int error) {
  throw IoError({.where = path, .what = what + ": " + system_message(error)});
}

class File {
 public:
  explicit File(const std::string& path) : path_(path) {
    do fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    while (fd_ < 0 && errno == EINTR);
    if (fd_ < 0) throw_errno(path, "cannot be opened", errno);
    try {
      first_.resize(read_descriptor(first_));
    } catch (...) {
      ::close(fd_);
      throw;
    }
  }
  ~File() { ::close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool packed() const { return is_gzip(first_); }
  // Fewer bytes only at the end.
  std::size_t read(std::span<std::uint8_t> out) {
    const std::size_t known = std::min(out.size(), first_.size() - taken_);
    std::copy_n(first_.begin() + static_cast<std::ptrdiff_t>(taken_), known, out.begin());
    taken_ += known;
    return known + read_descriptor(out.subspan(known));
  }

 private:
  // A pipe gives what it has: the rest is waited for.
  std::size_t read_descriptor(std::span<std::uint8_t> out) const {
    std::size_t used = 0;
    while (used < out.size()) {
      const ssize_t count = ::read(fd_, out.data() + used, out.size() - used);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw_errno(path_, "cannot be read", errno);
      if (count == 0) break;
      used += static_cast<std::size_t>(count);
    }
    return used;
  }

  const std::string& path_;
  int fd_ = -1;
  std::vector<std::uint8_t> first_ = std::vector<std::uint8_t>(2);  // which tell gzip from other files
  std::size_t taken_ = 0;                                           // of them
};

}  // namespace

struct ByteSource::State {
  explicit State(const std::string& name) : path(name), file(path) {
    if (file.packed()) gzip.emplace([this] { return next_piece(); }, path);
  }

  std::string path;
  File file;
  std::vector<std::uint8_t> packed;  // the piece that gzip reads
  std::vector<std::uint8_t> peeked;  // content that was looked at, from `taken` on still to come
  std::size_t taken = 0;
  std::optional<GzipReader> gzip;
  std::uint64_t offset = 0;

  [[noreturn]] void fail(std::string what, std::string fix) const {
    throw DataError({.where = path, .what = std::move(what), .fix = std::move(fix)});
  }

  // The next piece of the file as it lies there.
  std::span<const std::uint8_t> next_piece() {
    packed.resize(kPiece);
    packed.resize(file.read(packed));
    return packed;
  }

  std::size_t read_content(std::span<std::uint8_t> out) {
    if (!gzip) return file.read(out);
    const std::size_t count = gzip->read(out);
    if (count < out.size() && gzip->complete()) {
      std::array<std::uint8_t, 2> more{};
      const auto rest = gzip->rest();
      std::size_t many = std::min(rest.size(), more.size());
      std::copy_n(rest.begin(), many, more.begin());
      many += file.read(std::span(more).subspan(many));
      if (is_gzip(std::span(more).first(many)))
        fail("a second gzip member follows the first", "Pack the content into one member.");
      if (many > 0) fail("bytes follow the end of the gzip data", "Fetch the file again.");
    }
    return count;
  }
};

ByteSource::ByteSource(const std::string& path) : state_(std::make_unique<State>(path)) {}

ByteSource::~ByteSource() = default;

const std::string& ByteSource::path() const {
  return state_->path;
}
std::uint64_t ByteSource::offset() const {
  return state_->offset;
}
bool ByteSource::complete() const {
  return !state_->gzip || state_->gzip->complete();
}

std::size_t ByteSource::read(std::span<std::uint8_t> out) {
  State& state = *state_;
  const std::size_t known = std::min(out.size(), state.peeked.size() - state.taken);
  std::copy_n(state.peeked.begin() + static_cast<std::ptrdiff_t>(state.taken), known, out.begin());
  state.taken += known;
  const std::size_t count = known + (known < out.size() ? state.read_content(out.subspan(known)) : 0);
  state.offset += count;
  return count;
}

std::span<const std::uint8_t> ByteSource::peek(std::size_t count) {
  State& state = *state_;
  state.peeked.erase(state.peeked.begin(), state.peeked.begin() + static_cast<std::ptrdiff_t>(state.taken));
  state.taken = 0;
  const std::size_t known = state.peeked.size();
  if (known < count) {
    state.peeked.resize(count);
    state.peeked.resize(known + state.read_content(std::span(state.peeked).subspan(known)));
  }
  return std::span(state.peeked).first(std::min(count, state.peeked.size()));
}

std::vector<std::uint8_t> ByteSource::read_rest(std::uint64_t limit) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t used = 0;;) {
    // Twice as many each time: never much more than is there.
    bytes.resize(std::max(kPiece, 2 * used));
    const std::size_t count = read(std::span(bytes).subspan(used));
    used += count;
    if (used > limit)
      throw DataError({.where = path(),
                       .what = "the content is too large for this machine's memory",
                       .expected = "at most " + with_commas(static_cast<long long>(limit)) + " bytes",
                       .found = "more"});
    if (used == bytes.size()) continue;
    if (!complete())
      state_->fail("the gzip data lacks its end (truncated download?)", "Fetch the file again.");
    bytes.resize(used);
    return bytes;
  }
}

}  // namespace regulus
