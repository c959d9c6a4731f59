// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5.h"

#include <algorithm>

#include "regulus/io/hdf5/superblock.h"

namespace regulus::io {
namespace {

template <class Entries>
auto find(const Entries& entries, std::string_view name, bool in_order) {
  if (in_order) {
    const auto it = std::lower_bound(entries.begin(), entries.end(), name,
                                     [](const auto& e, std::string_view n) { return e.name < n; });
    return it == entries.end() || it->name != name ? nullptr : &*it;
  }
  const auto it = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.name == name; });
  return it == entries.end() ? nullptr : &*it;
}

}  // namespace

const Hdf5Group* Hdf5Group::group(std::string_view path) const {
  const Hdf5Group* at = this;
  while (at != nullptr) {
    const std::size_t slash = path.find('/');
    at = find(at->groups, path.substr(0, slash), at->in_order);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return at;
}

const Hdf5Dataset* Hdf5Group::dataset(std::string_view path) const {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return find(datasets, path, in_order);
  const Hdf5Group* parent = group(path.substr(0, slash));
  return parent == nullptr ? nullptr : find(parent->datasets, path.substr(slash + 1), parent->in_order);
}

const Hdf5Value* Hdf5Group::attribute(std::string_view key) const {
  const Hdf5Attribute* found = find(attributes, key, in_order);
  return found == nullptr ? nullptr : &found->value;
}

const std::string* Hdf5Group::text(std::string_view key) const {
  const Hdf5Value* found = attribute(key);
  return found == nullptr ? nullptr : std::get_if<std::string>(found);
}

bool is_hdf5(std::span<const std::uint8_t> bytes) noexcept {
  return bytes.size() >= hdf5::kSignature.size() &&
         std::equal(hdf5::kSignature.begin(), hdf5::kSignature.end(), bytes.begin());
}

}  // namespace regulus::io
