// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "regulus/base/sha256.h"
#include "regulus/io/hdf5.h"
#include "unit/io/hdf5/files.h"

namespace regulus::io::hdf5 {
namespace {

void expect_same(const Array& found, const Array& wanted) {
  EXPECT_EQ(found.dtype, wanted.dtype);
  EXPECT_EQ(found.shape, wanted.shape);
  EXPECT_EQ(found.big_endian, wanted.big_endian);
  EXPECT_TRUE(std::equal(found.bytes.begin(), found.bytes.end(), wanted.bytes.begin(), wanted.bytes.end()));
}

// Those that are read come with names ascending.
void expect_same(const std::vector<Hdf5Attribute>& found, std::vector<Hdf5Attribute> wanted) {
  std::sort(wanted.begin(), wanted.end(),
            [](const Hdf5Attribute& a, const Hdf5Attribute& b) { return a.name < b.name; });
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].name, wanted[i].name);
    ASSERT_EQ(found[i].value.index(), wanted[i].value.index()) << wanted[i].name;
    if (const auto* array = std::get_if<Array>(&found[i].value))
      expect_same(*array, std::get<Array>(wanted[i].value));
    else if (const auto* text = std::get_if<std::string>(&found[i].value))
      EXPECT_EQ(*text, std::get<std::string>(wanted[i].value));
    else
      EXPECT_EQ(std::get<1>(found[i].value), std::get<1>(wanted[i].value));
  }
}

void expect_same(const Hdf5Group& found, const Hdf5Group& wanted) {
  EXPECT_EQ(found.name, wanted.name);
  expect_same(found.attributes, wanted.attributes);
  ASSERT_EQ(found.groups.size(), wanted.groups.size()) << wanted.name;
  ASSERT_EQ(found.datasets.size(), wanted.datasets.size()) << wanted.name;
  for (std::size_t i = 0; i < found.groups.size(); ++i) expect_same(found.groups[i], wanted.groups[i]);
  for (std::size_t i = 0; i < found.datasets.size(); ++i) {
    EXPECT_EQ(found.datasets[i].name, wanted.datasets[i].name);
    expect_same(found.datasets[i].array, wanted.datasets[i].array);
    expect_same(found.datasets[i].attributes, wanted.datasets[i].attributes);
  }
}

TEST(Hdf5Writer, WhatH5pyWroteComesBack) {
  int copied = 0;
  for (const auto& c : testing::golden("hdf5.json").at("cases")) {
    if (!c.contains("tree")) continue;
    const Bytes bytes = unpacked(c.at("file"));
    const Hdf5Group group = parse_hdf5(bytes, "theirs");
    const Bytes again = to_hdf5(group);
    expect_same(parse_hdf5(again, "ours"), group);
    EXPECT_EQ(to_hdf5(parse_hdf5(again, "ours")), again) << c.at("name");
    ++copied;
  }
  EXPECT_GE(copied, 19);
}

// A file of every kind of thing, given out of order.
Hdf5Group sample() {
  Hdf5Group root;
  root.attributes = {{"model_config", std::string(5000, 'x') + "é"},
                     {"layer_names", std::vector<std::string>{"dense", "", "數"}},
                     {"none", std::vector<std::string>{}},
                     {"epochs", to_array(Shape{}, std::vector<std::int64_t>{3})}};
  Hdf5Group layers;
  layers.name = "layers";
  for (const char* name : {"dense_1", "dense", "dense_10"}) {
    Hdf5Group layer;
    layer.name = name;
    layer.datasets.push_back({"1", to_array(Tensor({2}, {0.5f, -1})), {{"name", "bias"}}});
    layer.datasets.push_back({"0", to_array(Tensor({3, 2}, {1, 2, 3, 4, 5, 6})), {}});
    layers.groups.push_back(std::move(layer));
  }
  layers.datasets.push_back({"bfloat16", owning_array(DType::kBfloat16, Shape{1}, {0x80, 0x3f}), {}});
  layers.datasets.push_back({"empty", owning_array(DType::kFloat64, Shape{0, 2}, {}), {}});
  root.groups.push_back(std::move(layers));
  return root;
}

TEST(Hdf5Writer, NamesAscendAndBfloat16SaysSo) {
  const Bytes bytes = to_hdf5(sample());
  const Hdf5Group root = parse_hdf5(bytes, "m.h5");
  expect_same(root.attributes, sample().attributes);
  const Hdf5Group& layers = *root.group("layers");
  ASSERT_EQ(layers.groups.size(), 3u);
  EXPECT_EQ(layers.groups[0].name, "dense");
  EXPECT_EQ(layers.groups[1].name, "dense_1");
  EXPECT_EQ(layers.groups[2].name, "dense_10");
  EXPECT_EQ(layers.dataset("bfloat16")->array.dtype, DType::kBfloat16);
  EXPECT_EQ(layers.dataset("bfloat16")->attributes.size(), 1u);
  EXPECT_EQ(layers.dataset("empty")->array.shape, Shape({0, 2}));
  EXPECT_EQ(to_tensor(layers.dataset("dense_1/0")->array), Tensor({3, 2}, {1, 2, 3, 4, 5, 6}));
}

// h5py 3.14 (HDF5 1.14.6) opened the file of these bytes, read what stands above and could write to it.
TEST(Hdf5Writer, TheSameTreeGivesTheSameBytes) {
  const Bytes bytes = to_hdf5(sample());
  EXPECT_EQ(to_hdf5(sample()), bytes);
  EXPECT_EQ(sha256_hex(bytes.data(), bytes.size()),
            "b4b9538a7b8284094feb9a14290a7703c9154b4d41b3c88a727fc275b2ab4be0");
}

void expect_not_written(const Hdf5Group& root, const std::string& problem) {
  testing::expect_error<ConfigError>([&] { to_hdf5(root); }, "HDF5: " + problem);
}

Hdf5Group with_dataset(const std::string& name, Array array = to_array(Tensor({1}, {1}))) {
  Hdf5Group root;
  root.datasets.push_back({name, std::move(array), {}});
  return root;
}

Hdf5Group with_attribute(const std::string& name, Hdf5Value value) {
  Hdf5Group root;
  root.attributes.push_back({name, std::move(value)});
  return root;
}

TEST(Hdf5Writer, NamesAndTextsAreChecked) {
  const std::string bad_name = "a name is empty, not UTF-8, or holds NUL";
  expect_not_written(with_dataset(""), bad_name + ".");
  expect_not_written(with_dataset("\xff"), bad_name + " (found \"\\xff\").");
  expect_not_written(with_dataset("a/b"), "a name is a path (found \"a/b\").");
  expect_not_written(with_dataset("."), "a name is a path (found \".\").");
  expect_not_written(with_attribute("", "x"), bad_name + ".");
  EXPECT_NO_THROW(to_hdf5(with_attribute("a/b", "x")));
  const std::string bad_text = "the text of an attribute is not UTF-8, or holds NUL (found \"a\").";
  expect_not_written(with_attribute("a", "\xff"), bad_text);
  expect_not_written(with_attribute("a", std::vector<std::string>{"x", std::string(1, '\0')}), bad_text);
  Hdf5Group twice = with_dataset("a");
  twice.groups.emplace_back().name = "a";
  expect_not_written(twice, "a name appears twice (found \"a\").");
  Hdf5Group attributes = with_attribute("a", "x");
  attributes.attributes.push_back({"a", "y"});
  expect_not_written(attributes, "a name appears twice (found \"a\").");
}

TEST(Hdf5Writer, ArraysAreChecked) {
  Array array = to_array(Tensor({2, 3}));
  array.column_major = true;
  expect_not_written(with_dataset("x", array), "a column-major array cannot be written (found \"x\").");
  array = to_array(Tensor({2}));
  array.shape = Shape{3};
  expect_not_written(with_dataset("x", array), "an array's shape does not fit its bytes (found \"x\").");
  const Array pair = owning_array(DType::kBfloat16, Shape{1}, {0, 0});
  expect_not_written(with_attribute("x", pair), "an attribute cannot hold bfloat16 (found \"x\").");
  Hdf5Group other = with_dataset("x", pair);
  other.datasets[0].attributes.push_back({"dtype", "float16"});
  expect_not_written(other, "the attribute dtype of a bfloat16 dataset says something else (found \"x\").");
}

TEST(Hdf5Writer, AsDeepAsTheReaderGoes) {
  Hdf5Group root;
  for (int depth = 0; depth < 32; ++depth) {
    Hdf5Group parent;
    root.name = "a";
    parent.groups.push_back(std::move(root));
    root = std::move(parent);
  }
  const Bytes bytes = to_hdf5(root);
  EXPECT_NO_THROW(parse_hdf5(bytes, "m.h5"));
  Hdf5Group deeper;
  root.name = "a";
  deeper.groups.push_back(std::move(root));
  expect_not_written(deeper, "the groups are deeper than 32 (found \"a\").");
}

}  // namespace
}  // namespace regulus::io::hdf5
