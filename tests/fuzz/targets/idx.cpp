// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/idx.h"

#include <optional>

#include "fuzz/flat.h"
#include "fuzz/target.h"
#include "regulus/base/error.h"
#include "support/idx.h"

namespace regulus::fuzz {
namespace {

const std::string kWhere = "f.idx";

// What a data set's reader makes of the file, or nothing.
std::optional<IdxArray> read_as(IdxKind kind, View input) {
  try {
    return parse_idx(input, kind, kWhere);
  } catch (const Error&) {
    return std::nullopt;
  }
}

// Labels are arrays of one axis and images of three, both of bytes.
std::string read(View input) {
  const std::optional<IdxArray> labels = read_as(IdxKind::kLabels, input);
  const std::optional<IdxArray> images = read_as(IdxKind::kImages, input);
  require(!labels || !images, "a file is labels and images");
  std::string value;
  try {
    append(value, parse_idx_array(input, kWhere));
  } catch (const Error&) {
    require(!labels && !images, "labels or images are no array");
    throw;
  }
  if (!labels && !images) return value;
  const IdxArray& items = labels ? *labels : *images;
  std::string same;
  append(same, io::owning_array(io::DType::kUint8, Shape(items.dims), items.values));
  require(same == value, "the array is another than the labels or images");
  return value;
}

std::vector<Seed> seeds() {
  const Bytes images = testing::idx_file({3, 4, 5}, testing::counting(60, 7));
  const Bytes labels = testing::idx_file({10}, testing::counting(10, 10));
  const Bytes many = testing::idx_file({5000}, testing::counting(5000, 10));
  return {{"images", images},
          {"labels", labels},
          {"images.gz", testing::gzipped(images), SeedKind::kChecksummed},
          {"labels.gz", testing::gzipped(labels), SeedKind::kChecksummed},
          {"stored.gz", testing::gzipped(labels, 0), SeedKind::kChecksummed},
          {"floats", bytes_of(std::string("\0\0\x0d\x02\0\0\0\x02\0\0\0\x01\x3f\x80\0\0\xc0\0\0\0", 20))},
          {"shorts", bytes_of(std::string("\0\0\x0b\x01\0\0\0\x02\x01\x02\xff\xfe", 12))},
          {"many.gz", testing::gzipped(many), SeedKind::kChecksummed}};
}

}  // namespace

const Target& target() {
  static const Target idx = {kWhere, read, seeds};
  return idx;
}

}  // namespace regulus::fuzz
