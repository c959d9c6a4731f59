// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/label_file.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "regulus/base/data_error.h"
#include "regulus/base/names.h"
#include "regulus/data/row_files.h"

namespace regulus {
namespace {

// The largest integer below which float32 has all others.
constexpr double kMaxLabel = 0x1p24;
constexpr std::int64_t kRows = 4096;

}  // namespace

LabelFile::LabelFile(const std::string& path, const std::string& key, const RowReaderOptions& options,
                     const Limits& limits)
    : path_(path),
      source_(open_row_source(path, key, NpzRole::kLabels, options, limits).rows),
      coding_(options, [this] {
        return LabelCoding::Place{path_, "row " + with_commas(row_)};
      }) {
  width_ = source_->label_width() > 0 ? source_->label_width() : source_->row_shape().size();
  if (coding_.kind() == LabelKind::kClasses) find_first_label(key, options, limits);
}

std::vector<std::string> LabelFile::take_notes() {
  return std::exchange(notes_, {});
}

// Labels from 1 to the number of classes count from 1: as others the last would be out of range.
void LabelFile::find_first_label(const std::string& key, const RowReaderOptions& options,
                                 const Limits& limits) {
  std::error_code ignored;
  const bool again = std::filesystem::is_regular_file(path_, ignored);
  const bool is_numbers = source_->label_width() == 0 && width_ == 1;
  if (options.first_label != 0 || options.num_classes == 0 || !again || !is_numbers) return;
  const auto rows = open_row_source(path_, key, NpzRole::kLabels, options, limits).rows;
  float least = std::numeric_limits<float>::max();
  float most = 0;
  const auto see = [&](float value) {
    least = std::min(least, value);
    most = std::max(most, value);
  };
  for (;;) {
    const RowPiece piece = rows->next(kRows);
    if (piece.rows == 0) break;
    for (const std::uint8_t value : piece.bytes) see(value);
    for (const float value : piece.floats) see(value);
  }
  if (least < 1 || most != static_cast<float>(options.num_classes)) return;
  coding_.set_first_label(1);
  notes_.push_back("the labels go from 1 to " + std::to_string(options.num_classes) +
                   ": 1 is taken off each");
}

void LabelFile::label(RowPiece& rows, std::int64_t first, const std::string& of) {
  const std::int64_t wanted = rows.taken();
  RowPiece all;
  for (std::int64_t have = 0; have < wanted;) {
    const RowPiece piece = source_->next(wanted - have);
    if (piece.rows == 0)
      throw_data(path_, "row " + with_commas(first + have) + " of " + of + " has no label", "more labels",
                 with_commas(first + have));
    row_ = first + have;
    add(all, piece);
    have += piece.rows;
  }
  const auto width = static_cast<std::size_t>(width_);
  auto dropped = rows.dropped.begin();
  for (std::int64_t row = 0; row < wanted; ++row) {
    if (dropped != rows.dropped.end() && *dropped == row) {
      ++dropped;
      continue;
    }
    const auto at = static_cast<std::size_t>(row);
    if (coding_.kind() == LabelKind::kClasses)
      rows.labels.push_back(all.labels[at]);
    else
      rows.targets.insert(rows.targets.end(), all.targets.begin() + static_cast<std::ptrdiff_t>(at * width),
                          all.targets.begin() + static_cast<std::ptrdiff_t>((at + 1) * width));
  }
}

void LabelFile::add(RowPiece& out, const RowPiece& labels) {
  out.labels.insert(out.labels.end(), labels.labels.begin(), labels.labels.end());
  out.targets.insert(out.targets.end(), labels.targets.begin(), labels.targets.end());
  if (source_->label_width() > 0) return;
  std::vector<float> values(labels.bytes.begin(), labels.bytes.end());
  values.insert(values.end(), labels.floats.begin(), labels.floats.end());
  if (coding_.kind() == LabelKind::kNumbers) {
    out.targets.insert(out.targets.end(), values.begin(), values.end());
    return;
  }
  const auto width = static_cast<std::size_t>(width_);
  for (std::size_t at = 0; at < values.size(); at += width, ++row_)
    out.labels.push_back(width == 1 ? coding_.of_number(static_cast<double>(values[at]), kMaxLabel)
                                    : coding_.of_one_hot(std::span(values).subspan(at, width)));
}

void LabelFile::expect_end(std::int64_t rows, const std::string& of) {
  if (source_->next(1).rows > 0)
    throw_data(path_, "there are more labels than rows in " + of, with_commas(rows), "more");
}

}  // namespace regulus
