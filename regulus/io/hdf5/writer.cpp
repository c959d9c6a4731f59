// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/base/utf8.h"
#include "regulus/io/hdf5.h"
#include "regulus/io/hdf5/group_writer.h"
#include "regulus/io/hdf5/message_writer.h"
#include "regulus/io/hdf5/superblock.h"
#include "regulus/io/hdf5/text_writer.h"

namespace regulus::io {
namespace hdf5 {
namespace {

constexpr int kMaxDepth = 32;  // what the reader takes
constexpr std::uint64_t kSuperblockBytes = 96;
constexpr std::uint64_t kEndAt = 40;
constexpr std::uint64_t kRootAt = 64;

[[noreturn]] void throw_config(std::string what, std::string found = "") {
  throw ConfigError({.where = "HDF5",
                     .what = std::move(what),
                     .found = found.empty() ? "" : "\"" + std::move(found) + "\""});
}

// ---- what can be written ----

void require_text(const std::string& text, const std::string& name) {
  if (!is_utf8(text) || text.find('\0') != text.npos)
    throw_config("the text of an attribute is not UTF-8, or holds NUL", name);
}

void require_array(const Array& array, const std::string& name) {
  if (array.column_major && array.shape.rank() > 1)
    throw_config("a column-major array cannot be written", name);
  const std::uint64_t size = array.bytes.size();
  if (size % item_bytes(array.dtype) != 0 ||
      size / item_bytes(array.dtype) != static_cast<std::uint64_t>(array.shape.size()))
    throw_config("an array's shape does not fit its bytes", name);
}

void require_name(const std::string& name, bool is_link) {
  if (name.empty() || !is_utf8(name) || name.find('\0') != name.npos)
    throw_config("a name is empty, not UTF-8, or holds NUL", name);
  if (is_link && (name == "." || name.find('/') != name.npos)) throw_config("a name is a path", name);
}

void require_unique(std::vector<std::string_view> names) {
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) throw_config("a name appears twice", std::string(*twice));
}

void require_attributes(const std::vector<Hdf5Attribute>& attributes) {
  std::vector<std::string_view> names;
  for (const Hdf5Attribute& attribute : attributes) {
    names.push_back(attribute.name);
    require_name(attribute.name, false);
    if (const auto* text = std::get_if<std::string>(&attribute.value)) require_text(*text, attribute.name);
    if (const auto* texts = std::get_if<std::vector<std::string>>(&attribute.value))
      for (const std::string& text : *texts) require_text(text, attribute.name);
    if (const auto* array = std::get_if<Array>(&attribute.value)) {
      require_array(*array, attribute.name);
      if (array->dtype == DType::kBfloat16) throw_config("an attribute cannot hold bfloat16", attribute.name);
    }
  }
  require_unique(std::move(names));
}

void require_group(const Hdf5Group& group, int depth) {
  if (depth > kMaxDepth) throw_config("the groups are deeper than 32", group.name);
  require_attributes(group.attributes);
  std::vector<std::string_view> names;
  for (const Hdf5Group& child : group.groups) {
    require_name(child.name, true);
    names.push_back(child.name);
    require_group(child, depth + 1);
  }
  for (const Hdf5Dataset& dataset : group.datasets) {
    require_name(dataset.name, true);
    names.push_back(dataset.name);
    require_array(dataset.array, dataset.name);
    require_attributes(dataset.attributes);
  }
  require_unique(std::move(names));
}

// ---- strings first, then the objects, each behind what it points to ----

const Hdf5Attribute& bfloat16_attribute() {
  static const Hdf5Attribute attribute = {"dtype", "bfloat16"};
  return attribute;
}

// What Keras tells its own bfloat16 by; one of another value would make the file unreadable.
bool lacks_dtype(const Hdf5Dataset& dataset) {
  if (dataset.array.dtype != DType::kBfloat16) return false;
  for (const Hdf5Attribute& attribute : dataset.attributes) {
    if (attribute.name != "dtype") continue;
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (text == nullptr || *text != "bfloat16")
      throw_config("the attribute dtype of a bfloat16 dataset says something else", dataset.name);
    return false;
  }
  return true;
}

void add_texts(TextWriter& texts, const std::vector<Hdf5Attribute>& attributes) {
  for (const Hdf5Attribute& attribute : attributes) {
    if (const auto* text = std::get_if<std::string>(&attribute.value)) texts.add(*text);
    if (const auto* list = std::get_if<std::vector<std::string>>(&attribute.value))
      for (const std::string& text : *list) texts.add(text);
  }
}

void add_texts(TextWriter& texts, const Hdf5Group& group) {
  add_texts(texts, group.attributes);
  for (const Hdf5Group& child : group.groups) add_texts(texts, child);
  for (const Hdf5Dataset& dataset : group.datasets) add_texts(texts, dataset.attributes);
}

bool has_bfloat16(const Hdf5Group& group) {
  return std::any_of(group.datasets.begin(), group.datasets.end(), lacks_dtype) ||
         std::any_of(group.groups.begin(), group.groups.end(), has_bfloat16);
}

std::uint64_t write_dataset(Output& output, const Hdf5Dataset& dataset, const TextWriter& texts) {
  std::uint64_t data = kUndefined;
  if (!dataset.array.bytes.empty()) {
    output.align();
    data = output.address();
    output.append(dataset.array.bytes);
  }
  HeaderWriter header;
  header.add_dataset(dataset.array, data);
  for (const Hdf5Attribute& attribute : dataset.attributes) header.add_attribute(attribute, texts);
  if (lacks_dtype(dataset)) header.add_attribute(bfloat16_attribute(), texts);
  return header.write(output);
}

std::uint64_t write_group(Output& output, const Hdf5Group& group, const TextWriter& texts) {
  std::vector<Link> links;
  for (const Hdf5Group& child : group.groups)
    links.push_back({child.name, write_group(output, child, texts)});
  for (const Hdf5Dataset& dataset : group.datasets)
    links.push_back({dataset.name, write_dataset(output, dataset, texts)});
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) { return a.name < b.name; });
  const SymbolTable table = write_links(output, links);
  HeaderWriter header;
  Output body;
  body.u64(table.tree);
  body.u64(table.heap);
  header.add(MessageType::kSymbolTable, body, "a symbol table");
  for (const Hdf5Attribute& attribute : group.attributes) header.add_attribute(attribute, texts);
  return header.write(output);
}

// Version 0, with the root's address and the file's end still open.
void write_superblock(Output& output) {
  output.append(kSignature);
  output.zeros(5);
  output.u8(8);  // bytes of an address
  output.u8(8);  // and of a length
  output.u8(0);
  output.u16(kLeafK);
  output.u16(kInternalK);
  output.u32(0);
  output.u64(0);
  output.u64(kUndefined);  // free space
  output.u64(0);
  output.u64(kUndefined);  // a driver block
  output.zeros(kSuperblockBytes - output.address());
}

std::uint64_t data_bytes(const Hdf5Group& group) {
  std::uint64_t bytes = 4096;
  for (const Hdf5Group& child : group.groups) bytes += data_bytes(child);
  for (const Hdf5Dataset& dataset : group.datasets) bytes += 512 + dataset.array.bytes.size();
  return bytes;
}

}  // namespace
}  // namespace hdf5

std::vector<std::uint8_t> to_hdf5(const Hdf5Group& root) {
  using namespace hdf5;
  require_group(root, 0);
  Output output;
  output.reserve(data_bytes(root));
  write_superblock(output);
  TextWriter texts(output);
  add_texts(texts, root);
  if (has_bfloat16(root)) texts.add(std::get<std::string>(bfloat16_attribute().value));
  texts.finish();
  const std::uint64_t address = write_group(output, root, texts);
  output.align();
  output.put_at(kRootAt, address);
  output.put_at(kEndAt, output.address());
  return output.take();
}

}  // namespace regulus::io
