// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/zip.h"

#include <zip.h>

#include <functional>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <utility>

#include "regulus/base/byte_reader.h"
#include "regulus/base/error.h"
#include "regulus/base/memory.h"
#include "regulus/io/zip_directory.h"

namespace regulus::io {
namespace {

using Zip = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using Source = std::unique_ptr<zip_source_t, decltype(&zip_source_free)>;
using Member = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

class ZipError {
 public:
  ZipError() { zip_error_init(&error_); }
  ~ZipError() { zip_error_fini(&error_); }
  ZipError(const ZipError&) = delete;
  ZipError& operator=(const ZipError&) = delete;
  zip_error_t* get() { return &error_; }

 private:
  zip_error_t error_;
};

// libzip's words for an error of the file; a lack of memory is none.
std::string reason(zip_error_t* error) {
  if (zip_error_code_zip(error) == ZIP_ER_MEMORY) throw std::bad_alloc();
  return zip_error_strerror(error);
}

// libzip takes the source over where it succeeds.
Zip opened(Source source, int flags, zip_error_t* error) {
  Zip zip(zip_open_from_source(source.get(), flags, error), &zip_discard);
  if (zip) static_cast<void>(source.release());
  return zip;
}

Source buffer_source(const void* data, std::uint64_t size, zip_error_t* error) {
  Source source(zip_source_buffer_create(data, size, 0, error), &zip_source_free);
  if (!source) throw std::bad_alloc();
  return source;
}

// In our view and in libzip's.
bool same(const ZipEntry& entry, const zip_stat_t& seen) {
  constexpr zip_uint64_t kAll = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_CRC |
                                ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  return (seen.valid & kAll) == kAll && entry.name == seen.name && entry.size == seen.size &&
         entry.packed == seen.comp_size && entry.crc == seen.crc &&
         seen.comp_method == (entry.deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE) &&
         seen.encryption_method == ZIP_EM_NONE;
}

}  // namespace

struct ZipArchive::State {
  explicit State(const ByteReader& reader) : file(reader) {}

  ByteReader file;
  std::vector<ZipEntry> entries;
  std::vector<std::string> names;
  std::map<std::string_view, std::size_t> places;
  Zip zip{nullptr, &zip_discard};
  std::mutex mutex;  // a zip_t reads one member at a time

  std::size_t place(std::string_view name) const {
    const auto found = places.find(name);
    if (found == places.end()) file.fail_at(0, "the zip archive has no member \"" + std::string(name) + "\"");
    return found->second;
  }
  [[noreturn]] void fail(const ZipEntry& entry, const std::string& what) const {
    file.fail_at(entry.data, "member \"" + entry.name + "\": it cannot be unpacked: " + what, "", "",
                 "Fetch the file again.");
  }
};

ZipArchive::ZipArchive(std::span<const std::uint8_t> bytes, const std::string& where, const Limits& limits)
    : state_(std::make_unique<State>(ByteReader(bytes, where))) {
  state_->entries = parse_zip_directory(bytes, where, limits);
  for (const ZipEntry& entry : state_->entries)
    state_->places[entry.name] = state_->names.size(), state_->names.push_back(entry.name);

  ZipError error;
  state_->zip =
      opened(buffer_source(bytes.data(), bytes.size(), error.get()), ZIP_RDONLY | ZIP_CHECKCONS, error.get());
  if (!state_->zip) state_->file.fail_at(0, "libzip does not take the zip archive: " + reason(error.get()));
  zip_t* zip = state_->zip.get();
  // Two parsers that see different archives in a file are how something is smuggled past the first.
  if (zip_get_num_entries(zip, 0) != static_cast<zip_int64_t>(state_->entries.size()))
    state_->file.fail_at(0, "libzip sees another number of members", std::to_string(state_->entries.size()),
                         std::to_string(zip_get_num_entries(zip, 0)));
  for (std::size_t i = 0; i < state_->entries.size(); ++i) {
    zip_stat_t seen;
    if (zip_stat_index(zip, i, ZIP_FL_ENC_RAW, &seen) != 0 || !same(state_->entries[i], seen))
      state_->file.fail_at(state_->entries[i].header,
                           "member \"" + state_->entries[i].name + "\": libzip sees another member here");
  }
}

ZipArchive::~ZipArchive() = default;

const std::vector<std::string>& ZipArchive::names() const {
  return state_->names;
}
bool ZipArchive::contains(std::string_view name) const {
  return state_->places.contains(name);
}
std::uint64_t ZipArchive::size(std::string_view name) const {
  return state_->entries[state_->place(name)].size;
}

std::vector<std::uint8_t> ZipArchive::read(std::string_view name) const {
  const std::size_t place = state_->place(name);
  const ZipEntry& entry = state_->entries[place];
  const std::lock_guard lock(state_->mutex);
  const Member member(zip_fopen_index(state_->zip.get(), place, 0), &zip_fclose);
  if (!member) state_->fail(entry, reason(zip_get_error(state_->zip.get())));
  require_memory_to_read(entry.size, state_->file.where() + ": " + entry.name, "a member of the zip archive");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(entry.size));
  const auto read = [&](std::uint8_t* to, std::uint64_t count) {
    const zip_int64_t got = zip_fread(member.get(), to, count);
    if (got < 0) state_->fail(entry, reason(zip_file_get_error(member.get())));
    return static_cast<std::size_t>(got);
  };
  std::size_t used = 0;
  while (used < bytes.size()) {
    const std::size_t got = read(bytes.data() + used, bytes.size() - used);
    if (got == 0) state_->fail(entry, "its content is too short");
    used += got;
  }
  // libzip compares the checksum where it meets the end.
  std::uint8_t more = 0;
  if (read(&more, 1) != 0) state_->fail(entry, "its content is too long");
  return bytes;
}

bool is_zip(std::span<const std::uint8_t> bytes) noexcept {
  return bytes.size() >= 4 && bytes[0] == 'P' && bytes[1] == 'K' &&
         ((bytes[2] == 3 && bytes[3] == 4) || (bytes[2] == 5 && bytes[3] == 6));
}

namespace {

[[noreturn]] void throw_config(std::string what, std::string found = "") {
  throw ConfigError({.where = "zip", .what = std::move(what), .found = std::move(found)});
}

void check_names(std::span<const ZipMember> members) {
  std::set<std::string_view> names;
  for (const ZipMember& member : members) {
    if (const char* problem = zip_name_problem(member.name, Limits{}.name_bytes))
      throw_config(std::string("a member's name ") + problem, member.name);
    if (!names.insert(member.name).second) throw_config("two members have one name", member.name);
  }
}

void add(zip_t* zip, const ZipMember& member) {
  constexpr zip_uint16_t kFirstOfJanuary1980 = 1 << 5 | 1;
  Source source(zip_source_buffer(zip, member.bytes.data(), member.bytes.size(), 0), &zip_source_free);
  if (!source) throw std::bad_alloc();
  const zip_int64_t index = zip_file_add(zip, member.name.c_str(), source.get(), ZIP_FL_ENC_UTF_8);
  if (index < 0) throw_config("libzip does not add a member: " + reason(zip_get_error(zip)), member.name);
  static_cast<void>(source.release());
  const auto at = static_cast<zip_uint64_t>(index);
  if (zip_set_file_compression(zip, at, ZIP_CM_STORE, 0) != 0 ||
      zip_file_set_dostime(zip, at, 0, kFirstOfJanuary1980, 0) != 0)
    throw_config("libzip does not describe a member: " + reason(zip_get_error(zip)), member.name);
}

}  // namespace

std::vector<std::uint8_t> to_zip(std::span<const ZipMember> members) {
  check_names(members);
  // libzip writes no archive without members: this is the end record alone.
  if (members.empty()) {
    std::vector<std::uint8_t> end(22);
    end[0] = 'P', end[1] = 'K', end[2] = 5, end[3] = 6;
    return end;
  }
  ZipError error;
  Source target = buffer_source(nullptr, 0, error.get());
  Source kept(target.get(), &zip_source_free);
  zip_source_keep(target.get());
  Zip zip = opened(std::move(target), ZIP_CREATE | ZIP_TRUNCATE, error.get());
  if (!zip) throw_config("libzip does not begin an archive: " + reason(error.get()));
  for (const ZipMember& member : members) add(zip.get(), member);
  if (zip_close(zip.get()) != 0)
    throw_config("libzip does not end an archive: " + reason(zip_get_error(zip.get())));
  static_cast<void>(zip.release());

  zip_stat_t stat;
  if (zip_source_open(kept.get()) != 0 || zip_source_stat(kept.get(), &stat) != 0)
    throw_config("libzip does not give the archive back");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(stat.size));
  if (zip_source_read(kept.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()))
    throw_config("libzip does not give the archive back");
  zip_source_close(kept.get());
  return bytes;
}

}  // namespace regulus::io
