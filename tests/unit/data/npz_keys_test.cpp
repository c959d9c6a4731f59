// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/npz_keys.h"

#include <map>
#include <vector>

#include "support/expect.h"

namespace regulus {
namespace {

using Keys = std::vector<std::string>;

std::string chosen_key(const Keys& keys, NpzRole role, const std::map<std::string, std::size_t>& ranks = {}) {
  return choose_key(
      keys, role, [&](const std::string& key) { return ranks.empty() ? 2 : ranks.at(key); }, "f.npz");
}

TEST(NpzKeys, NamesTellRowsFromLabels) {
  const auto both = [](const Keys& keys) {
    return chosen_key(keys, NpzRole::kRows) + ' ' + chosen_key(keys, NpzRole::kLabels);
  };
  EXPECT_EQ(both({"y", "x"}), "x y");
  EXPECT_EQ(both({"X", "Y"}), "X Y");
  EXPECT_EQ(both({"data", "target"}), "data target");
  EXPECT_EQ(both({"images", "labels", "ids"}), "images labels");
  EXPECT_EQ(both({"x_test", "y_test"}), "x_test y_test");
  EXPECT_EQ(both({"test_images", "test_labels"}), "test_images test_labels");
  EXPECT_EQ(both({"Xtest", "ytest"}), "Xtest ytest");
  // The plain name comes before one that only contains it.
  EXPECT_EQ(both({"x", "x_mean", "y", "y_weight"}), "x y");
  EXPECT_EQ(chosen_key({"anything"}, NpzRole::kRows), "anything");
  EXPECT_EQ(chosen_key({"anything"}, NpzRole::kLabels), "anything");
}

TEST(NpzKeys, ElseTheNumberOfAxesTells) {
  const std::map<std::string, std::size_t> ranks = {{"arr_0", 3}, {"arr_1", 1}};
  EXPECT_EQ(chosen_key({"arr_0", "arr_1"}, NpzRole::kRows, ranks), "arr_0");
  EXPECT_EQ(chosen_key({"arr_0", "arr_1"}, NpzRole::kLabels, ranks), "arr_1");
}

TEST(NpzKeys, ListsThemWhereSeveralWouldDo) {
  testing::expect_error<DataError>(
      [] {
        chosen_key({"x_train", "y_train", "x_test", "y_test"}, NpzRole::kRows);
      },
      "f.npz: which array holds the rows? (expected one of x_train, y_train, x_test, y_test). Name it: "
      "--key.");
  testing::expect_error<DataError>(
      [] {
        chosen_key({"a", "b"}, NpzRole::kLabels);
      },
      "f.npz: which array holds the labels? (expected one of a, b). Name it: --label-key.");
}

TEST(NpzKeys, LabelsGoWithTheirRows) {
  const Keys mnist = {"x_train", "y_train", "x_test", "y_test"};
  EXPECT_EQ(paired_key(mnist, "x_test"), "y_test");
  EXPECT_EQ(paired_key(mnist, "x_train"), "y_train");
  EXPECT_EQ(paired_key(Keys{"X", "y"}, "X"), "y");
  EXPECT_EQ(paired_key(Keys{"train_images", "train_labels"}, "train_images"), "train_labels");
  EXPECT_EQ(paired_key(Keys{"data", "target"}, "data"), "target");
  EXPECT_EQ(paired_key(Keys{"Xtrain", "ytrain"}, "Xtrain"), "ytrain");
  EXPECT_EQ(paired_key(Keys{"x", "z"}, "x"), "");
  EXPECT_EQ(paired_key(Keys{"arr_0", "arr_1"}, "arr_0"), "");
}

}  // namespace
}  // namespace regulus
