// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/hdf5.h"

#include <algorithm>
#include <cmath>

#include "unit/io/hdf5/files.h"

namespace regulus::io {
namespace {

using hdf5::Bytes;
using nlohmann::json;

void expect_array(const Array& found, const json& wanted, const std::string& what) {
  EXPECT_EQ(name(found.dtype), wanted.at("dtype").get<std::string>()) << what;
  ASSERT_EQ(found.shape.dims(), wanted.at("shape").get<std::vector<std::int64_t>>()) << what;
  const json& data = wanted.at("data");
  if (!is_float(found.dtype)) {
    EXPECT_EQ(to_integers(found, what), data.get<std::vector<std::int64_t>>()) << what;
    return;
  }
  const Tensor values = to_tensor(found);
  for (std::size_t i = 0; i < data.size(); ++i) {
    const auto expected = static_cast<float>(testing::number(data[i]));
    EXPECT_EQ(values.values()[i], expected) << what << " " << i;
    EXPECT_EQ(std::signbit(values.values()[i]), std::signbit(expected)) << what << " " << i;
  }
}

void expect_attributes(const std::vector<Hdf5Attribute>& found, const json& wanted, const std::string& what) {
  EXPECT_EQ(found.size(), wanted.size()) << what;
  for (const Hdf5Attribute& attribute : found) {
    const std::string path = what + "@" + attribute.name;
    ASSERT_TRUE(wanted.contains(attribute.name)) << path;
    const json& value = wanted.at(attribute.name);
    if (value.is_string()) {
      ASSERT_TRUE(std::holds_alternative<std::string>(attribute.value)) << path;
      EXPECT_EQ(std::get<std::string>(attribute.value), value.get<std::string>()) << path;
    } else if (value.is_array()) {
      ASSERT_TRUE(std::holds_alternative<std::vector<std::string>>(attribute.value)) << path;
      EXPECT_EQ(std::get<std::vector<std::string>>(attribute.value), value.get<std::vector<std::string>>())
          << path;
    } else {
      ASSERT_TRUE(std::holds_alternative<Array>(attribute.value)) << path;
      expect_array(std::get<Array>(attribute.value), value, path);
    }
  }
}

void expect_tree(const Hdf5Group& found, const json& wanted, const std::string& what) {
  expect_attributes(found.attributes, wanted.at("attributes"), what);
  EXPECT_EQ(found.groups.size(), wanted.at("groups").size()) << what;
  EXPECT_EQ(found.datasets.size(), wanted.at("datasets").size()) << what;
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  EXPECT_TRUE(std::is_sorted(found.groups.begin(), found.groups.end(), by_name)) << what;
  EXPECT_TRUE(std::is_sorted(found.datasets.begin(), found.datasets.end(), by_name)) << what;
  for (const Hdf5Group& group : found.groups) {
    ASSERT_TRUE(wanted.at("groups").contains(group.name)) << what << "/" << group.name;
    expect_tree(group, wanted.at("groups").at(group.name), what + "/" + group.name);
  }
  for (const Hdf5Dataset& dataset : found.datasets) {
    const std::string path = what + "/" + dataset.name;
    ASSERT_TRUE(wanted.at("datasets").contains(dataset.name)) << path;
    const json& value = wanted.at("datasets").at(dataset.name);
    expect_array(dataset.array, value, path);
    expect_attributes(dataset.attributes, value.at("attributes"), path);
  }
}

TEST(Hdf5, ReadsWhatH5pyAndKerasWrite) {
  int read = 0;
  for (const auto& c : testing::golden("hdf5.json").at("cases")) {
    if (!c.contains("tree")) continue;
    const auto name = c.at("name").get<std::string>();
    const Bytes bytes = hdf5::unpacked(c.at("file"));
    EXPECT_TRUE(is_hdf5(bytes)) << name;
    EXPECT_NO_THROW(expect_tree(parse_hdf5(bytes, name), c.at("tree"), name)) << name;
    ++read;
  }
  EXPECT_GE(read, 19);
}

// `m.h5: byte OFFSET: ` and what the golden says.
TEST(Hdf5, RefusesByName) {
  int refused = 0;
  for (const auto& c : testing::golden("hdf5.json").at("cases")) {
    if (!c.contains("error")) continue;
    const auto name = c.at("name").get<std::string>();
    const Bytes bytes = hdf5::unpacked(c.at("file"));
    try {
      parse_hdf5(bytes, name);
      ADD_FAILURE() << name << " is read";
    } catch (const DataError& error) {
      const std::string text = error.what();
      const std::string begin = name + ": byte ";
      ASSERT_TRUE(text.starts_with(begin)) << text;
      const std::size_t end = text.find_first_not_of("0123456789,", begin.size());
      EXPECT_EQ(text.substr(end), ": " + c.at("error").get<std::string>()) << name;
      EXPECT_LE(text.size(), 300u) << name;
    }
    ++refused;
  }
  EXPECT_GE(refused, 55);
}

TEST(Hdf5, FindsByPath) {
  const Bytes bytes = hdf5::golden_bytes("keras_weights");
  const Hdf5Group root = parse_hdf5(bytes, "m");
  ASSERT_NE(root.group("layers/dense/vars"), nullptr);
  EXPECT_EQ(*root.group("layers/dense/vars")->text("name"), "dense");
  EXPECT_EQ(root.group("layers/dense/vars")->attribute("title"), nullptr);
  EXPECT_EQ(root.group("layers/dense/vars")->text("title"), nullptr);
  ASSERT_NE(root.dataset("layers/dense/vars/0"), nullptr);
  EXPECT_EQ(root.dataset("layers/dense/vars/0")->array.shape, Shape({3, 2}));
  EXPECT_EQ(root.group("layers")->dataset("dense/vars/1")->array.dtype, DType::kFloat32);
  EXPECT_EQ(root.dataset("layers/dense_1/vars/1")->array.dtype, DType::kBfloat16);
  for (const char* missing : {"", "layers/", "/layers", "layers/dense/vars/0", "layers//dense", "lay"})
    EXPECT_EQ(root.group(missing), nullptr) << missing;
  for (const char* missing : {"", "layers", "layers/dense/vars/2", "layers/dense/vars/0/", "none/0"})
    EXPECT_EQ(root.dataset(missing), nullptr) << missing;
}

// A tree that was read is in order; one that a program has put together need not be.
TEST(Hdf5, FindsInAnyOrder) {
  Hdf5Group root;
  for (const char* name : {"b", "c", "a"}) {
    root.groups.push_back({name, {}, {}, {}});
    root.attributes.push_back({name, std::string(name)});
  }
  const auto finds_all = [](const Hdf5Group& tree) {
    for (const char* name : {"a", "b", "c"}) {
      ASSERT_NE(tree.group(name), nullptr) << name;
      ASSERT_NE(tree.text(name), nullptr) << name;
      EXPECT_EQ(*tree.text(name), name);
    }
    for (const char* missing : {"", "B", "bb", "d"}) EXPECT_EQ(tree.group(missing), nullptr) << missing;
  };
  finds_all(root);
  const Bytes bytes = to_hdf5(root);
  const Hdf5Group read = parse_hdf5(bytes, "m");
  EXPECT_TRUE(read.in_order);
  EXPECT_EQ(read.attributes[0].name, "a");
  finds_all(read);
}

TEST(Hdf5, ASignatureIsLookedFor) {
  EXPECT_FALSE(is_hdf5({}));
  Bytes bytes = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a};
  EXPECT_FALSE(is_hdf5(bytes));
  bytes.push_back('\n');
  EXPECT_TRUE(is_hdf5(bytes));
  bytes[0] = 0x88;
  EXPECT_FALSE(is_hdf5(bytes));
}

}  // namespace
}  // namespace regulus::io
