// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5/source.h"

#include <iterator>

#include "regulus/base/data_error.h"
#include "regulus/io/hdf5/global_heap.h"

namespace regulus::io::hdf5 {

void Source::end_at(std::uint64_t end) {
  whole_ = whole_.part(0, end, "the end that the superblock gives");
}

ByteReader Source::look(std::uint64_t address, std::uint64_t count, std::string_view what) const {
  const std::uint64_t present = address < whole_.size() ? whole_.size() - address : 0;
  if (count > present)
    whole_.fail_at(address, std::string(what) + " reaches beyond the end",
                   regulus::count_text(count) + " bytes", regulus::count_text(present),
                   "Is the file complete?");
  return whole_.part(address, count, what);
}

ByteReader Source::claim(std::uint64_t address, std::uint64_t count, std::string_view what) {
  const ByteReader reader = look(address, count, what);
  if (count == 0) return reader;
  const std::uint64_t end = address + count;
  const auto after = claimed_.upper_bound(address);
  const bool runs_on = after != claimed_.end() && after->first < end;
  const bool runs_in = after != claimed_.begin() && std::prev(after)->second > address;
  if (runs_on || runs_in)
    whole_.fail_at(address, std::string(what) + " takes bytes that belong to something else");
  claimed_.emplace_hint(after, address, end);
  return reader;
}

void Source::enter_object(std::uint64_t address) {
  if (!objects_.insert(address).second)
    whole_.fail_at(address, "an object has two names, or a group is inside itself");
}

void Source::count_dataset(const ByteReader& at, std::uint64_t bytes) {
  if (++num_datasets_ > limits_.tensors)
    at.fail("there are too many datasets", "at most " + std::to_string(limits_.tensors), "more");
  dataset_bytes_ += bytes;  // no more than the file holds, packed or not: each byte is claimed once
  if (dataset_bytes_ > limits_.memory)
    at.fail("the arrays together are too large for this machine's memory",
            "at most " + std::to_string(limits_.memory) + " bytes", "more");
}

void Source::count_unpacked(const ByteReader& at, std::uint64_t bytes) {
  unpacked_bytes_ += bytes;
  if (const std::uint64_t most = limits_.unpacked(whole_.size()); unpacked_bytes_ > most)
    at.fail("the arrays unpack to too many bytes for such a file (a bomb?)",
            "at most " + regulus::count_text(most), regulus::count_text(unpacked_bytes_));
}

void Source::count_text(const ByteReader& at) {
  const std::uint64_t most = 65'536 + whole_.size() / 8;
  if (++num_texts_ > most) at.fail("there are too many strings", "at most " + std::to_string(most), "more");
}

std::string_view Source::heap_text(std::uint64_t address, std::uint32_t index) {
  auto it = heap_.find(address);
  if (it == heap_.end()) it = heap_.emplace(address, read_collection(*this, address)).first;
  const auto object = it->second.find(index);
  if (object == it->second.end())
    whole_.fail_at(address, "the global heap's collection has no such object", "",
                   "index " + std::to_string(index));
  const std::string_view text = object->second;
  if (text.size() > text_budget_)
    whole_.fail_at(address, "the strings are longer than the file: one is used again and again");
  text_budget_ -= text.size();
  return text;
}

}  // namespace regulus::io::hdf5
