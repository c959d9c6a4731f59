// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/npz.h"

#include <map>

#include "support/base64.h"
#include "support/golden.h"

namespace regulus::io {
namespace {

using testing::expect_error;
using testing::from_base64;
using testing::golden;

void expect_arrays(const NamedArrays& found, const nlohmann::json& wanted) {
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].first, wanted[i][0].get<std::string>());
    testing::expect_close(to_tensor(found[i].second), testing::tensor(wanted[i][1]), 0, 0, found[i].first);
  }
}

TEST(Npz, ReadsWhatNumpyWritesAndWritesItAgain) {
  for (const auto& c : golden("arrays.json").at("npz")) {
    SCOPED_TRACE(c.at("name"));
    const NamedArrays arrays = parse_npz(from_base64(c.at("file").get<std::string>()), "x.npz");
    expect_arrays(arrays, c.at("arrays"));
    const auto again = to_npz(arrays);
    EXPECT_EQ(again, to_npz(arrays));
    expect_arrays(parse_npz(again, "again.npz"), c.at("arrays"));
  }
}

TEST(Npz, RefusesFilesThatLie) {
  const std::map<std::string, std::string> problems = {
      {"other member", "byte 0: a member of the NPZ file is no array (expected KEY.npy, found readme)."},
      {"no key", "byte 0: a member of the NPZ file is no array (expected KEY.npy, found .npy)."},
      {"objects",
       "x.npy: byte 20: pickled arrays are never loaded: they can hold code (expected numbers, found dtype "
       "object)."},
      {"array cut",
       "x.npy: byte 128: the end comes before the array's end (expected 12 bytes, found 11). Is the file "
       "complete?"},
  };
  for (const auto& attack : golden("arrays.json").at("npz_attacks")) {
    const auto name = attack.at("name").get<std::string>();
    SCOPED_TRACE(name);
    const auto file = from_base64(attack.at("file").get<std::string>());
    ASSERT_TRUE(problems.contains(name));
    expect_error<DataError>([&] { parse_npz(file, "x.npz"); }, "x.npz: " + problems.at(name));
  }
}

TEST(Npz, WritesNoKeyTwice) {
  const Array one = to_array(Tensor({1}, {1}));
  expect_error<ConfigError>(
      [&] {
        to_npz(NamedArrays{{"x", one}, {"x", one}});
      },
      "zip: two members have one name (found x.npy).");
}

}  // namespace
}  // namespace regulus::io
