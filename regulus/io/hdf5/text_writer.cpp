// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/text_writer.h"

#include <algorithm>

namespace regulus::io::hdf5 {
namespace {

constexpr std::uint64_t kPrefixBytes = 16;  // of a collection, and of an object
constexpr std::uint64_t kCollectionBytes = 4096;

}  // namespace

void TextWriter::add(const std::string& text) {
  const std::uint64_t size = kPrefixBytes + (text.size() + 7) / 8 * 8;
  if (end_ == 0 || output_.address() + size > end_) {
    finish();
    open(std::max(kCollectionBytes, kPrefixBytes + size));
  }
  places_[&text] = {begin_, ++count_};
  output_.u16(count_);
  output_.zeros(6);  // the count of its users, which the library leaves at 0 too
  output_.u64(text.size());
  output_.append(text);
  output_.align();
}

void TextWriter::open(std::uint64_t size) {
  output_.align();
  begin_ = output_.address();
  end_ = begin_ + size;
  count_ = 0;
  output_.append("GCOL");
  output_.u32(1);  // the version
  output_.u64(size);
}

void TextWriter::finish() {
  if (end_ == 0) return;
  const std::uint64_t free = end_ - output_.address();
  if (free >= kPrefixBytes) {  // an object of index 0, whose size includes its prefix
    output_.u64(0);
    output_.u64(free);
  }
  output_.zeros(end_ - output_.address());
  end_ = 0;
}

void TextWriter::put_reference(Output& output, const std::string& text) const {
  const Place& place = places_.at(&text);
  output.u32(text.size());
  output.u64(place.collection);
  output.u32(place.index);
}

}  // namespace regulus::io::hdf5
