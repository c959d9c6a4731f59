// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/idx.h"

#include "fuzz/flat.h"
#include "fuzz/target.h"
#include "regulus/base/error.h"
#include "support/idx.h"

namespace regulus::fuzz {
namespace {

const std::string kWhere = "f.idx";

std::string described(const IdxArray& array) {
  std::string out;
  std::int64_t size = 1;
  for (const std::int64_t length : array.dims) {
    require(length > 0, "an empty axis");
    size *= length;
    append(out, std::to_string(length));
  }
  require(size == static_cast<std::int64_t>(array.values.size()), "as many values as the header promises");
  append(out, {reinterpret_cast<const char*>(array.values.data()), array.values.size()});
  return out;
}

// No file is both.
std::string read(View input) {
  std::string images;
  try {
    images = described(parse_idx(input, IdxKind::kImages, kWhere));
  } catch (const Error&) {
    return described(parse_idx(input, IdxKind::kLabels, kWhere));
  }
  try {
    parse_idx(input, IdxKind::kLabels, kWhere);
  } catch (const Error&) {
    return images;
  }
  throw Broken("images were read as labels");
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
          {"many.gz", testing::gzipped(many), SeedKind::kChecksummed}};
}

}  // namespace

const Target& target() {
  static const Target idx = {kWhere, read, seeds};
  return idx;
}

}  // namespace regulus::fuzz
