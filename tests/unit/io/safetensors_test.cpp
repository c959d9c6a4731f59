// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/safetensors.h"

#include <bit>
#include <cstring>
#include <limits>

#include "support/golden.h"

namespace regulus::io {
namespace {

using testing::expect_error;
using Bytes = std::vector<std::uint8_t>;

// A file of this header and data, whatever they say.
Bytes file_of(const std::string& header, std::size_t data_bytes = 0) {
  Bytes bytes(8 + header.size() + data_bytes, 0x3f);
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

void expect_refused(const Bytes& bytes, const std::string& problem) {
  expect_error<DataError>([&] { parse_safetensors(bytes, "m.safetensors"); }, "m.safetensors: " + problem);
}

std::string header_of(const Bytes& bytes) {
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  return {bytes.begin() + 8, bytes.begin() + 8 + static_cast<std::ptrdiff_t>(length)};
}

void expect_same_bits(const Tensor& found, const Tensor& wanted, const std::string& what) {
  ASSERT_EQ(found.shape(), wanted.shape()) << what;
  for (std::int64_t i = 0; i < found.size(); ++i) {
    const float w = wanted.data()[i];
    // A golden NaN has no particular bits.
    if (w == w) {
      EXPECT_EQ(std::bit_cast<std::uint32_t>(found.data()[i]), std::bit_cast<std::uint32_t>(w))
          << what << " " << i;
    } else {
      EXPECT_NE(found.data()[i], found.data()[i]) << what << " " << i;
    }
  }
}

Safetensors sample() {
  Safetensors file;
  file.tensors = {{"dense.kernel", Tensor({2, 3}, {1, -2, 3.5f, -0.0f, 1e-40f, 6})},
                  {"dense.bias", Tensor({3}, {7, 8, 9})},
                  {"scalar", Tensor(Shape{}, {10})},
                  {"none", Tensor(Shape{0, 4})}};
  file.metadata = {{"format", "regulus.model"}, {"model", "{\"name\":\"é\"}"}, {"empty", ""}};
  return file;
}

Bytes bytes_of_hex(const std::string& hex) {
  Bytes bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

TEST(ParseSafetensors, ReadsWhatThePackageWrites) {
  int read = 0;
  for (const auto& c : testing::golden("safetensors.json").at("cases")) {
    const auto name = c.at("name").get<std::string>();
    const Bytes bytes = bytes_of_hex(c.at("file"));
    if (c.contains("dtype")) {
      expect_refused(
          bytes,
          "tensor \"x\": its dtype cannot be read (expected numbers of 1 to 8 bytes, as \"F32\", found \"" +
              c.at("dtype").get<std::string>() + "\").");
      continue;
    }
    const Safetensors file = parse_safetensors(bytes, name);
    EXPECT_EQ(file.tensors.size(), c.at("tensors").size()) << name;
    for (const auto& [key, wanted] : c.at("tensors").items()) {
      const Tensor* found = file.tensor(key);
      ASSERT_NE(found, nullptr) << name << ": " << key;
      expect_same_bits(*found, testing::tensor(wanted), name + ": " + key);
    }
    EXPECT_EQ(file.metadata.size(), c.at("metadata").size()) << name;
    for (const auto& [key, wanted] : c.at("metadata").items()) {
      ASSERT_NE(file.text(key), nullptr) << name << ": " << key;
      EXPECT_EQ(*file.text(key), wanted.get<std::string>()) << name << ": " << key;
    }
    ++read;
  }
  EXPECT_GE(read, 7);
}

TEST(ToSafetensors, ComesBackInItsOrderBitForBit) {
  const Safetensors file = sample();
  const Safetensors again = parse_safetensors(to_safetensors(file), "m");
  EXPECT_EQ(again.metadata, file.metadata);
  ASSERT_EQ(again.tensors.size(), file.tensors.size());
  for (std::size_t i = 0; i < file.tensors.size(); ++i) {
    EXPECT_EQ(again.tensors[i].first, file.tensors[i].first);
    expect_same_bits(again.tensors[i].second, file.tensors[i].second, file.tensors[i].first);
  }
}

TEST(ToSafetensors, IsLaidOutAsTheFormatSays) {
  Safetensors file;
  file.tensors = {{"a", Tensor({2}, {1, 2})}};
  const Bytes bytes = to_safetensors(file);
  const std::string header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  EXPECT_EQ(header_of(bytes), header + std::string((8 - header.size() % 8) % 8, ' '));
  EXPECT_EQ(Bytes(bytes.end() - 8, bytes.end()), (Bytes{0, 0, 0x80, 0x3f, 0, 0, 0, 0x40}));
  EXPECT_EQ((bytes.size() - 8) % 8, 0u);
  EXPECT_EQ(header_of(to_safetensors({})), "{}      ");
}

TEST(ToSafetensors, RefusesNamesThatCannotBeReadBack) {
  const auto with_names = [](const std::string& a, const std::string& b) {
    Safetensors file;
    file.tensors = {{a, Tensor(Shape{})}, {b, Tensor(Shape{})}};
    return to_safetensors(file);
  };
  expect_error<ConfigError>([&] { with_names("a", "a"); }, "safetensors: a name appears twice (found a).");
  expect_error<ConfigError>([&] { with_names("a", "__metadata__"); },
                            "safetensors: a name is reserved (found __metadata__).");
  expect_error<ConfigError>([&] { with_names("a", "\xff"); },
                            "safetensors: a name is not UTF-8 (found \\xff).");
  expect_error<ConfigError>(
      [] {
        to_safetensors({{}, {{"k", "\xff"}}});
      },
      "safetensors: the text of \"k\" is not UTF-8 (found \\xff).");
  expect_error<ConfigError>(
      [] {
        to_safetensors({{{"x", Tensor()}}, {}});
      },
      "safetensors: a tensor was never given its values (found x).");
  expect_error<ConfigError>(
      [] {
        to_safetensors({{}, {{"k", std::string(100'000'000, 'x')}}});
      },
      "safetensors: the header would be too long (found 100000032 bytes).");
}

TEST(ParseSafetensors, EveryTruncationIsRefused) {
  const Bytes bytes = to_safetensors(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Bytes part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_THROW(parse_safetensors(part, "m"), DataError) << size;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_THROW(parse_safetensors(longer, "m"), DataError);
}

TEST(ParseSafetensors, EveryFlippedBitOfTheHeaderIsRefusedOrAnotherFile) {
  const Bytes bytes = to_safetensors(sample());
  const std::size_t header_end = 8 + header_of(bytes).size();
  int refused = 0;
  for (std::size_t i = 0; i < header_end; ++i)
    for (int bit = 0; bit < 8; ++bit) {
      Bytes flipped = bytes;
      flipped[i] = static_cast<std::uint8_t>(flipped[i] ^ (1 << bit));
      try {
        to_safetensors(parse_safetensors(flipped, "m"));
      } catch (const DataError& error) {
        EXPECT_TRUE(std::string(error.what()).starts_with("m: ")) << error.what();
        ++refused;
      } catch (const ConfigError&) {
        ADD_FAILURE() << "what was read must be writable again: byte " << i << " bit " << bit;
      }
    }
  EXPECT_GT(refused, static_cast<int>(header_end) * 4);
}

TEST(ParseSafetensors, NamesWhatIsWrongWithTheHeader) {
  expect_refused({1, 2, 3}, "too short for a safetensors file (expected 8 bytes or more, found 3).");
  expect_refused(Bytes(8, 0xff),
                 "not a safetensors file, or its header is too long (expected at most 100000000 bytes, found "
                 "18446744073709551615).");
  expect_refused({100, 0, 0, 0, 0, 0, 0, 0, '{'},
                 "the file ends inside its header (expected 100 bytes, found 1).");
  expect_refused(Bytes(8, 0), "the header does not begin with {.");
  expect_refused(file_of(" {}"), "the header does not begin with { (found  ).");
  expect_refused(file_of("{} x"), "not valid JSON at byte 3 (found x).");
  expect_refused(file_of("{\"a\":1,\"a\":1}"), "a JSON object has a key twice (found a).");
  expect_refused(file_of("{\"a\":1}"), "tensor \"a\": not described (expected a dict, found 1).");
  expect_refused(file_of("{\"__metadata__\":[]}"),
                 "__metadata__ is malformed (expected a dict of strings, found []).");
  expect_refused(file_of("{\"__metadata__\":{\"k\":1}}"),
                 "__metadata__: \"k\" is malformed (expected a string, found 1).");
}

std::string entry(const std::string& name, const std::string& shape, const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

void expect_entry_refused(const std::string& shape, const std::string& offsets, const std::string& problem) {
  expect_refused(file_of("{" + entry("a", shape, offsets) + "}", 8), "tensor \"a\": " + problem);
}

TEST(ParseSafetensors, NamesWhatIsWrongWithAnEntry) {
  EXPECT_NO_THROW(parse_safetensors(file_of("{" + entry("a", "[2]", "[0,8]") + "}", 8), "m"));
  expect_refused(file_of(R"({"a":{"dtype":"F32","shape":[0]}})"), "tensor \"a\": data_offsets is missing.");
  expect_refused(file_of(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"extra":1}})"),
                 "tensor \"a\": \"extra\" is not known (expected dtype, shape and data_offsets).");
  expect_refused(
      file_of(R"({"a":{"dtype":32,"shape":[0],"data_offsets":[0,0]}})"),
      "tensor \"a\": its dtype cannot be read (expected numbers of 1 to 8 bytes, as \"F32\", found 32).");
  expect_entry_refused("2", "[0,8]", "its shape is malformed (expected a list of integers).");
  expect_entry_refused("[-2]", "[0,8]", "its shape is malformed (expected integers from 0 on, found -2).");
  expect_entry_refused("[2.0]", "[0,8]", "its shape is malformed (expected integers from 0 on, found 2.0).");
  expect_entry_refused("[2]", "[0,-8]",
                       "its data_offsets are malformed (expected integers from 0 on, found -8).");
  expect_entry_refused("[2]", "[0]", "its data_offsets are malformed (expected [begin, end], found [0]).");
  expect_entry_refused("[2]", "[8,0]",
                       "its data_offsets are malformed (expected [begin, end], found [8,0]).");
}

TEST(ParseSafetensors, ShapesMustFitTheirBytes) {
  expect_entry_refused("[3]", "[0,8]", "its shape does not fit its bytes (expected 12 bytes, found 8).");
  expect_entry_refused("[]", "[0,8]", "its shape does not fit its bytes (expected 4 bytes, found 8).");
  expect_entry_refused("[5,0]", "[0,8]", "its shape does not fit its bytes (expected 0 bytes, found 8).");
  // 2^62 values are 2^64 bytes, which is 0 in 64 bits.
  expect_entry_refused("[4611686018427387904]", "[0,8]",
                       "its shape does not fit its bytes (expected a smaller shape, found 8).");
  expect_entry_refused("[4294967296,4294967296,2]", "[0,8]",
                       "its shape does not fit its bytes (expected a smaller shape, found 8).");
  EXPECT_THROW(
      parse_safetensors(
          file_of("{" + entry("a", "[0,9223372036854775807,9223372036854775807]", "[0,0]") + "}"), "m"),
      DataError);
}

TEST(ParseSafetensors, EveryByteOfDataBelongsToOneTensor) {
  const auto two = [](const std::string& a, const std::string& b) {
    return file_of("{" + entry("a", "[1]", a) + "," + entry("b", "[1]", b) + "}", 8);
  };
  EXPECT_NO_THROW(parse_safetensors(two("[4,8]", "[0,4]"), "m"));
  expect_refused(two("[0,4]", "[0,4]"),
                 "tensor \"b\": its data leave a hole or overlap (expected begin 4, found 0).");
  expect_refused(two("[0,4]", "[2,6]"),
                 "tensor \"b\": its data leave a hole or overlap (expected begin 4, found 2).");
  expect_refused(two("[0,4]", "[5,9]"),
                 "tensor \"b\": its data leave a hole or overlap (expected begin 4, found 5).");
  expect_entry_refused("[3]", "[0,12]",
                       "its data reach beyond the file's end (expected at most 8, found 12).");
  expect_refused(file_of("{" + entry("a", "[1]", "[0,4]") + "}", 8),
                 "the file holds more data than its header describes (expected 4 bytes, found 8).");
}

TEST(ParseSafetensors, KeepsToTheLimits) {
  const Bytes bytes =
      file_of("{" + entry("name", "[1,1]", "[0,4]") + "," + entry("b", "[1]", "[4,8]") + "}", 8);
  const auto expect_limited = [&](const Limits& limits, const std::string& problem) {
    expect_error<DataError>([&] { parse_safetensors(bytes, "m", limits); }, "m: " + problem);
  };
  expect_limited({.rank = 1}, "tensor \"name\": it has too many axes (expected at most 1, found 2).");
  expect_limited({.length = 0}, "tensor \"name\": an axis is too long (expected at most 0, found 1).");
  expect_limited({.tensors = 1}, "the file holds too many tensors (expected at most 1, found 2).");
  expect_limited({.name_bytes = 3}, "a tensor's name is too long (expected at most 3 bytes, found 4).");
  expect_limited(
      {.memory = 7},
      "its tensors as float32 are too large for this machine's memory (expected at most 7 bytes, found 8).");
  EXPECT_EQ(
      parse_safetensors(bytes, "m", {.rank = 2, .length = 1, .tensors = 2, .name_bytes = 4, .memory = 8})
          .tensors.size(),
      2u);
}

TEST(Safetensors, FindsByName) {
  const Safetensors file = sample();
  ASSERT_NE(file.tensor("scalar"), nullptr);
  EXPECT_EQ(file.tensor("scalar")->at({}), 10.0f);
  EXPECT_EQ(file.tensor("missing"), nullptr);
  EXPECT_EQ(*file.text("format"), "regulus.model");
  EXPECT_EQ(file.text("missing"), nullptr);
}

}  // namespace
}  // namespace regulus::io
