// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/array_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "regulus/base/byte_reader.h"
#include "regulus/base/check.h"
#include "regulus/base/data_error.h"
#include "regulus/base/names.h"
#include "regulus/io/file_kind.h"
#include "regulus/io/idx_header.h"
#include "regulus/io/npy.h"
#include "regulus/io/zip.h"

namespace regulus {
namespace {

constexpr std::uint64_t kPiece = std::uint64_t{4} << 20;
constexpr std::string_view kNpySuffix = ".npy";

// A loop that becomes vectors.
bool all_finite(std::span<const float> values) {
  unsigned bad = 0;
  for (const float v : values)
    bad |= static_cast<unsigned>(!(std::abs(v) <= std::numeric_limits<float>::max()));
  return bad == 0;
}

// Where the bytes of an array come from.
struct Bytes {
  std::function<std::size_t(std::span<std::uint8_t>)> read;  // fewer bytes only at the end
  std::function<void()> expect_end;
  std::uint64_t offset = 0;  // of the first in the file
};

class ArrayRows : public RowSource {
 public:
  // `format`: an array without bytes. Its shape is proved to be within the limits, memory left out.
  ArrayRows(io::Array format, Bytes bytes, std::string where, NanRule rule, const Limits& limits)
      : rule_(rule),
        format_(std::move(format)),
        bytes_(std::move(bytes)),
        where_(std::move(where)),
        is_bytes_(format_.dtype == io::DType::kUint8) {
    if (format_.shape.empty()) throw_data(where_, "the array has no axis of rows", "1 axis or more", "none");
    row_shape_ = format_.shape.without_front();
    const auto width = static_cast<std::uint64_t>(row_shape_.size());
    if (width == 0) throw_data(where_, "a row holds no values", "", to_string(format_.shape));
    if (!checked_multiply(width, io::item_bytes(format_.dtype), row_bytes_))
      throw_data(where_, "a row is too large for this machine's memory", "", to_string(format_.shape));
    // What a row takes here and as float32: at most four times its bytes more.
    std::uint64_t taken = row_bytes_;
    const bool fits =
        is_bytes_ || (checked_multiply(width, sizeof(float), taken) && checked_add(taken, row_bytes_, taken));
    most_rows_ = fits ? static_cast<std::int64_t>(limits.memory / taken) : 0;
    if (most_rows_ == 0)
      throw_data(where_, "a row is too large for this machine's memory",
                 "at most " + count_text(limits.memory) + " bytes", count_text(row_bytes_));
  }

  const Shape& row_shape() const override { return row_shape_; }
  bool has_bytes() const override { return is_bytes_; }
  std::optional<std::int64_t> num_rows() const override { return format_.shape[0]; }

  RowPiece next(std::int64_t count) override {
    RowPiece piece;
    // Where all rows of a piece are left out, another one follows: no rows are the end.
    while (piece.rows == 0 && rows_read_ < format_.shape[0]) {
      const std::int64_t rows = std::min({count, most_rows_, format_.shape[0] - rows_read_});
      std::vector<std::uint8_t> bytes = read(static_cast<std::uint64_t>(rows) * row_bytes_);
      if (is_bytes_) {
        piece.rows = rows;
        piece.bytes = std::move(bytes);
      } else {
        add_floats(piece, rows, bytes);
      }
      rows_read_ += rows;
    }
    if (rows_read_ == format_.shape[0] && !std::exchange(ended_, true)) {
      bytes_.expect_end();
      tell_missing();
    }
    return piece;
  }

 private:
  // A file may be shorter than its header says: twice as many bytes each time, never much more than are
  // there.
  std::vector<std::uint8_t> read(std::uint64_t wanted) const {
    std::vector<std::uint8_t> bytes;
    while (bytes.size() < wanted) {
      const std::size_t used = bytes.size();
      bytes.resize(static_cast<std::size_t>(std::min(wanted, std::max<std::uint64_t>(kPiece, 2 * used))));
      const std::size_t got = bytes_.read(std::span(bytes).subspan(used));
      if (used + got < bytes.size()) fail_short(used + got);
    }
    return bytes;
  }

  [[noreturn]] void fail_short(std::uint64_t present) const {
    const auto before = static_cast<std::uint64_t>(rows_read_);
    throw_data(where_,
               "byte " + count_text(bytes_.offset + before * row_bytes_ + present) +
                   ": the file ends within row " + count_text(before + present / row_bytes_) +
                   " (truncated download?)",
               count_text(static_cast<std::uint64_t>(format_.shape[0])) + " rows",
               count_text(before + present / row_bytes_), "Fetch the file again.");
  }

  void add_floats(RowPiece& piece, std::int64_t rows, std::span<const std::uint8_t> bytes) {
    io::Array array = format_;
    array.shape = row_shape_.with_front(rows);
    array.bytes = bytes;
    Tensor values = io::to_tensor(array);
    const std::span<float> all(values.data(), static_cast<std::size_t>(values.size()));
    if (!all_finite(all)) return add_with_missing(piece, rows, all);
    piece.rows = rows;
    piece.floats.assign(all.begin(), all.end());
  }

  void add_with_missing(RowPiece& piece, std::int64_t rows, std::span<float> values) {
    const auto width = static_cast<std::size_t>(row_shape_.size());
    const auto is_wrong = [&](float v) {
      return std::isinf(v) || (rule_.missing == Missing::kRefuse && std::isnan(v));
    };
    if (std::any_of(values.begin(), values.end(), is_wrong)) fail_not_finite(values);
    const std::int64_t before = piece.taken();
    for (std::int64_t row = 0; row < rows; ++row) {
      const auto row_values = values.subspan(static_cast<std::size_t>(row) * width, width);
      const auto nans =
          std::count_if(row_values.begin(), row_values.end(), [](float v) { return std::isnan(v); });
      num_missing_ += rule_.missing == Missing::kDrop ? (nans > 0 ? 1 : 0) : nans;
      if (nans > 0 && rule_.missing == Missing::kDrop) {
        piece.dropped.push_back(before + row);
        continue;
      }
      ++piece.rows;
      for (const float value : row_values) piece.floats.push_back(std::isnan(value) ? rule_.fill : value);
    }
  }

  void tell_missing() {
    if (num_missing_ == 0) return;
    const std::string count = with_commas(num_missing_);
    if (rule_.missing == Missing::kDrop)
      note(count + (num_missing_ == 1 ? " row with NaN was" : " rows with NaN were") +
           " left out; the others are numbered without");
    else
      note(count + (num_missing_ == 1 ? " NaN is" : " NaNs are") + " filled in");
  }

  [[noreturn]] void fail_not_finite(std::span<const float> values) const {
    const auto found = std::find_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
    const std::int64_t at = found - values.begin();
    throw_data(where_,
               "row " + with_commas(rows_read_ + at / row_shape_.size()) + ", value " +
                   with_commas(at % row_shape_.size()) + " is not finite as float32",
               "", number_text(*found),
               std::isnan(*found)
                   ? "Give --missing drop to leave such rows out, or --missing NUMBER to fill in."
                   : "");
  }

  NanRule rule_;
  io::Array format_;
  Bytes bytes_;
  std::string where_;
  bool is_bytes_;
  Shape row_shape_;
  std::uint64_t row_bytes_ = 0;
  std::int64_t most_rows_ = 0;
  std::int64_t rows_read_ = 0;
  bool ended_ = false;
  std::int64_t num_missing_ = 0;
};

Bytes rest_of(std::shared_ptr<ByteSource> source) {
  const std::uint64_t offset = source->offset();
  const auto read = [source](std::span<std::uint8_t> out) { return source->read(out); };
  const auto expect_end = [source] {
    std::array<std::uint8_t, 1> more;
    if (source->read(more) > 0)
      throw_data(source->path(),
                 "byte " + count_text(source->offset() - 1) + ": more bytes follow the last row", "", "",
                 "Fetch the file again.");
    if (!source->complete())
      throw_data(source->path(), "the gzip data lacks its end behind the last row (truncated download?)", "",
                 "", "Fetch the file again.");
  };
  return {read, expect_end, offset};
}

std::unique_ptr<RowSource> rows_in_memory(io::Array array, std::string where, NanRule rule,
                                          const Limits& limits) {
  io::Array format = array;
  const auto read = [array, at = std::size_t{0}](std::span<std::uint8_t> out) mutable {
    const auto part = array.bytes.subspan(at, std::min(out.size(), array.bytes.size() - at));
    std::copy(part.begin(), part.end(), out.begin());
    at += part.size();
    return part.size();
  };
  return std::make_unique<ArrayRows>(std::move(format), Bytes{read, [] {}}, std::move(where), rule, limits);
}

// An array whose rows lie one after another; the values of a column-major one are turned.
io::Array in_rows(const io::Array& array) {
  if (!array.column_major || array.shape.rank() < 2) return array;
  return io::to_array(io::to_tensor(array));
}

// What a file that is read piece by piece may ask for.
Limits without_memory(Limits limits) {
  limits.memory = std::numeric_limits<std::uint64_t>::max();
  return limits;
}

// Of the arrays of an archive, without their ending.
std::vector<std::string> keys_of(const io::ZipArchive& archive, const std::string& where) {
  std::vector<std::string> keys;
  for (const std::string& name : archive.names())
    if (name.ends_with(kNpySuffix)) keys.push_back(name.substr(0, name.size() - kNpySuffix.size()));
  if (!keys.empty()) return keys;
  const io::ZipContent content = io::zip_content(archive.names());
  throw_data(where, "this is " + std::string(content.name) + ", no file of rows", "", "", content.fix);
}

std::string known_key(const std::string& key, std::span<const std::string> keys, const std::string& where) {
  if (std::find(keys.begin(), keys.end(), key) != keys.end()) return key;
  const std::vector<std::string_view> known(keys.begin(), keys.end());
  throw_data(where, "there is no array \"" + key + "\"", "", "", did_you_mean(key, known));
}

}  // namespace

std::unique_ptr<RowSource> open_idx_rows(std::shared_ptr<ByteSource> source, NanRule rule,
                                         const Limits& limits) {
  IdxHeader header = read_idx_header([&](std::span<std::uint8_t> out) { return source->read(out); },
                                     std::nullopt, source->path());
  const std::vector<std::uint64_t> lengths(header.dims.begin(), header.dims.end());
  io::proved_bytes(lengths, header.dtype, without_memory(limits), source->path(), "byte 4: the array");
  io::Array format;
  format.dtype = header.dtype;
  format.shape = Shape(std::move(header.dims));
  format.big_endian = true;
  return std::make_unique<ArrayRows>(std::move(format), rest_of(source), source->path(), rule, limits);
}

std::unique_ptr<RowSource> open_npy_rows(std::shared_ptr<ByteSource> source, NanRule rule,
                                         const Limits& limits) {
  const std::string& where = source->path();
  std::vector<std::uint8_t> head(io::npy_header_bytes(source->peek(io::kNpyPrefixBytes), where));
  head.resize(source->read(head));
  io::NpyHeader header = io::parse_npy_header(head, where, without_memory(limits));
  io::Array format;
  format.dtype = header.dtype;
  format.shape = std::move(header.shape);
  format.big_endian = header.big_endian;
  format.column_major = header.column_major;
  if (!header.column_major || format.shape.rank() < 2)
    return std::make_unique<ArrayRows>(std::move(format), rest_of(source), where, rule, limits);
  const auto rest = source->read_rest(limits.memory);
  head.insert(head.end(), rest.begin(), rest.end());
  return rows_in_memory(in_rows(io::parse_npy(head, where, limits)), where, rule, limits);
}

NpzRows open_npz_rows(ByteSource& source, const std::string& key, NpzRole role, NanRule rule,
                      const Limits& limits) {
  const std::vector<std::uint8_t> file = source.read_rest(limits.memory);
  Limits left = limits;  // beside the file itself
  left.memory -= file.size();
  const io::ZipArchive archive(file, source.path(), left);
  NpzRows out;
  out.keys = keys_of(archive, source.path());
  const auto place = [&](const std::string& name) {
    return source.path() + ": " + name + std::string(kNpySuffix);
  };
  const auto rank = [&](const std::string& name) {
    const auto bytes = archive.read(name + std::string(kNpySuffix));
    return io::parse_npy_header(bytes, place(name), left).shape.rank();
  };
  out.key =
      key.empty() ? choose_key(out.keys, role, rank, source.path()) : known_key(key, out.keys, source.path());
  const auto owner =
      std::make_shared<const std::vector<std::uint8_t>>(archive.read(out.key + std::string(kNpySuffix)));
  const std::string where = place(out.key);
  io::Array array = io::parse_npy(*owner, where, left);
  array.owner = owner;
  out.rows = rows_in_memory(in_rows(array), where, rule, limits);
  return out;
}

}  // namespace regulus
