// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "regulus/io/hdf5.h"
#include "regulus/io/hdf5/attribute.h"
#include "regulus/io/hdf5/chunks.h"
#include "regulus/io/hdf5/dataspace.h"
#include "regulus/io/hdf5/datatype.h"
#include "regulus/io/hdf5/layout.h"
#include "regulus/io/hdf5/links.h"
#include "regulus/io/hdf5/object_header.h"
#include "regulus/io/hdf5/source.h"
#include "regulus/io/hdf5/superblock.h"

namespace regulus::io {
namespace hdf5 {
namespace {

constexpr int kMaxDepth = 32;

// An object header before it is known to be a group or a dataset.
struct Object {
  std::uint64_t address;
  std::vector<Message> messages;

  bool has(MessageType type) const {
    return std::any_of(messages.begin(), messages.end(), [&](const Message& m) { return m.type == type; });
  }
  // The only message of a type, or nothing.
  std::optional<ByteReader> only(MessageType type) const {
    std::optional<ByteReader> found;
    for (const Message& message : messages) {
      if (message.type != type) continue;
      if (found) message.body.fail("an object has two messages of one kind");
      found = message.body;
    }
    return found;
  }
  bool is_dataset() const { return has(MessageType::kLayout); }
  bool is_group() const {
    return has(MessageType::kSymbolTable) || has(MessageType::kLinkInfo) || has(MessageType::kLink) ||
           has(MessageType::kGroupInfo);
  }
};

// Version 0: flags, then (with flag 1) the largest creation index, the fractal heap's address.
void require_compact_attributes(ByteReader message) {
  const char* what = "an attribute info message";
  message.skip(1, what);
  const auto flags = message.little<std::uint8_t>(what);
  if ((flags & 1) != 0) message.skip(2, what);
  const std::uint64_t at = message.offset();
  if (message.little<std::uint64_t>(what) != kUndefined)
    message.fail_at(at, "an object whose attributes are in a fractal heap is not read");
}

std::vector<Hdf5Attribute> read_attributes(Source& source, const Object& object) {
  std::vector<Hdf5Attribute> attributes;
  for (const Message& message : object.messages) {
    if (message.type == MessageType::kAttributeInfo) require_compact_attributes(message.body);
    if (message.type == MessageType::kAttribute) attributes.push_back(read_attribute(source, message.body));
  }
  std::sort(attributes.begin(), attributes.end(),
            [](const Hdf5Attribute& a, const Hdf5Attribute& b) { return a.name < b.name; });
  const auto twice =
      std::adjacent_find(attributes.begin(), attributes.end(),
                         [](const Hdf5Attribute& a, const Hdf5Attribute& b) { return a.name == b.name; });
  if (twice != attributes.end())
    object.messages.front().body.fail("an object has an attribute twice", "", "\"" + twice->name + "\"");
  return attributes;
}

bool is_bfloat16(const std::vector<Hdf5Attribute>& attributes) {
  return std::any_of(attributes.begin(), attributes.end(), [](const Hdf5Attribute& attribute) {
    const std::string* text = std::get_if<std::string>(&attribute.value);
    return attribute.name == "dtype" && text != nullptr && *text == "bfloat16";
  });
}

Hdf5Dataset read_dataset(Source& source, const Object& object, std::string name) {
  ByteReader layout = *object.only(MessageType::kLayout);
  if (const auto files = object.only(MessageType::kExternalFiles))
    files->fail("a dataset whose data lie in other files is not read");
  const auto filters = object.only(MessageType::kFilters);
  auto space = object.only(MessageType::kDataspace);
  auto datatype = object.only(MessageType::kDatatype);
  if (!space || !datatype) layout.fail("a dataset has no dataspace or no datatype");

  Hdf5Dataset dataset;
  dataset.name = std::move(name);
  dataset.attributes = read_attributes(source, object);
  const Datatype type = read_datatype(*datatype);
  if (type.kind == Datatype::Kind::kFixedText || type.kind == Datatype::Kind::kVariableText)
    datatype->fail_at(0, "a dataset of strings is not read", "numbers", "\"" + dataset.name + "\"");
  if (type.kind == Datatype::Kind::kOpaquePair && !is_bfloat16(dataset.attributes))
    datatype->fail_at(0, "opaque data are not read, unless an attribute dtype says bfloat16", "numbers",
                      "\"" + dataset.name + "\"");
  const Dataspace axes = read_dataspace(*space, source.limits());
  const std::uint64_t size = proved_bytes(axes.lengths, type.dtype, source.limits(), *space);
  dataset.array.dtype = type.dtype;
  dataset.array.big_endian = type.big_endian;
  dataset.array.shape = to_shape(axes.lengths);
  if (is_chunked(layout)) {
    dataset.array.owner = std::make_shared<const std::vector<std::uint8_t>>(
        read_chunks(source, layout, filters ? read_filters(*filters) : std::vector<Filter>(), axes,
                    item_bytes(type.dtype), size));
    dataset.array.bytes = *dataset.array.owner;
  } else {
    if (filters) filters->fail("an array that is not in chunks has filters");
    dataset.array.bytes = read_layout(source, layout, size);
  }
  source.count_dataset(layout, size);
  return dataset;
}

Hdf5Group read_group(Source& source, const Object& object, std::string name, int depth);

void read_child(Source& source, Hdf5Group& parent, Link link, int depth) {
  source.enter_object(link.address);
  const Object object = {link.address, read_object_header(source, link.address)};
  if (object.is_dataset() && !object.is_group()) {
    parent.datasets.push_back(read_dataset(source, object, std::move(link.name)));
  } else if (object.is_group() && !object.is_dataset()) {
    parent.groups.push_back(read_group(source, object, std::move(link.name), depth));
  } else {
    const ByteReader at = source.look(link.address, 0, "an object");
    at.fail(object.has(MessageType::kDatatype) ? "a committed (shared) datatype is not read"
                                               : "an object is neither a group nor a dataset",
            "", "\"" + link.name + "\"");
  }
}

Hdf5Group read_group(Source& source, const Object& object, std::string name, int depth) {
  if (depth > kMaxDepth)
    object.messages.front().body.fail("the groups are too deep", "at most " + std::to_string(kMaxDepth),
                                      "more");
  Hdf5Group group;
  group.name = std::move(name);
  group.in_order = true;
  group.attributes = read_attributes(source, object);
  for (Link& link : read_links(source, object.messages))
    read_child(source, group, std::move(link), depth + 1);
  return group;
}

}  // namespace
}  // namespace hdf5

Hdf5Group parse_hdf5(std::span<const std::uint8_t> bytes, const std::string& where, const Limits& limits) {
  using namespace hdf5;
  Source source(bytes, where, limits);
  const std::uint64_t address = read_superblock(source);
  source.enter_object(address);
  const Object root = {address, read_object_header(source, address)};
  if (!root.is_group() || root.is_dataset()) source.look(address, 0, "the root").fail("the root is no group");
  return read_group(source, root, "", 0);
}

}  // namespace regulus::io
