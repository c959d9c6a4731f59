// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/npy.h"

#include <map>

#include "support/base64.h"
#include "support/golden.h"

namespace regulus::io {
namespace {

using testing::expect_error;
using testing::from_base64;
using testing::golden;

TEST(Npy, ReadsWhatNumpyWrites) {
  for (const auto& c : golden("arrays.json").at("cases")) {
    const auto name = c.at("name").get<std::string>();
    SCOPED_TRACE(name);
    const auto file = from_base64(c.at("file").get<std::string>());
    const Array array = parse_npy(file, name);
    EXPECT_EQ(io::name(array.dtype), c.at("dtype").get<std::string>());
    EXPECT_EQ(array.bytes.data() + array.bytes.size(), file.data() + file.size());  // a view
    const Tensor wanted = testing::tensor(c.at("values"));
    EXPECT_EQ(array.shape, wanted.shape());
    testing::expect_close(to_tensor(array), wanted, 0, 0, name);
    EXPECT_EQ(npy_header_bytes(std::span(file).first(kNpyPrefixBytes), name),
              file.size() - array.bytes.size());
  }
}

TEST(Npy, WritesTheBytesThatNumpyWrites) {
  int saved = 0;
  for (const auto& c : golden("arrays.json").at("cases")) {
    if (!c.at("saved").get<bool>()) continue;
    ++saved;
    const auto file = from_base64(c.at("file").get<std::string>());
    EXPECT_EQ(to_npy(parse_npy(file, "x.npy")), file) << c.at("name");
  }
  EXPECT_GT(saved, 20);
}

TEST(Npy, RefusesFilesThatLie) {
  const std::map<std::string, std::string> problems = {
      {"empty", "byte 0: this is not an NPY file (expected \\x93NUMPY)."},
      {"magic alone",
       "byte 6: the end comes before the version (expected 1 byte, found 0). Is the file complete?"},
      {"no magic", "byte 0: this is not an NPY file (expected \\x93NUMPY)."},
      {"version 4.0",
       "byte 6: this version of the NPY format cannot be read (expected 1.0, 2.0 or 3.0, found 4.0)."},
      {"version 1.1",
       "byte 6: this version of the NPY format cannot be read (expected 1.0, 2.0 or 3.0, found 1.1)."},
      {"header of 10001", "byte 8: the header is too long (expected at most 10,000 bytes, found 10,001)."},
      {"header of 4 GiB",
       "byte 8: the header is too long (expected at most 10,000 bytes, found 4,294,967,295)."},
      {"header cut",
       "byte 10: the end comes before the header (expected 118 bytes, found 50). Is the file complete?"},
      {"objects",
       "byte 20: pickled arrays are never loaded: they can hold code (expected numbers, found dtype "
       "object)."},
      {"structured", "byte 20: structured arrays cannot be read. Save one array for each field."},
      {"text",
       "byte 20: arrays of words cannot be read (expected numbers, found \"<U1\"). Save the words as text, "
       "one a line: "
       "numpy.savetxt(\"labels.csv\", y, fmt=\"%s\")."},
      {"bytes",
       "byte 20: arrays of words cannot be read (expected numbers, found \"|S1\"). Save the words as text, "
       "one a line: "
       "numpy.savetxt(\"labels.csv\", y, fmt=\"%s\")."},
      {"dates",
       "byte 20: this element type cannot be read (expected integers or floats of 1 to 8 bytes or bools, as "
       "'<f4', found \"<M8[D]\")."},
      {"complex",
       "byte 20: this element type cannot be read (expected integers or floats of 1 to 8 bytes or bools, as "
       "'<f4', found \"<c8\")."},
      {"native order",
       "byte 20: this element type cannot be read (expected integers or floats of 1 to 8 bytes or bools, as "
       "'<f4', found \"=f4\")."},
      {"no order",
       "byte 20: this element type cannot be read (expected integers or floats of 1 to 8 bytes or bools, as "
       "'<f4', found \"|f4\")."},
      {"empty descr",
       "byte 20: this element type cannot be read (expected integers or floats of 1 to 8 bytes or bools, as "
       "'<f4', found \"\")."},
      {"descr is no string", "byte 20: the header is malformed (expected a string, found \"4, 'fortra\")."},
      {"nested dict", "byte 20: the header is malformed (expected a string, found \"{'descr': \")."},
      {"code", "byte 20: the header is malformed (expected a string, found \"__import__\")."},
      {"escape in a string", "byte 20: a string of the header has no end."},
      {"string without end", "byte 11: a string of the header has no end."},
      {"order is a number",
       "byte 44: the header is malformed (expected True or False, found \"1, 'shape'\")."},
      {"unknown key",
       "byte 70: the header's key \"x\" is not known (expected descr, fortran_order and shape)."},
      {"key twice", "byte 74: the header's key \"shape\" appears twice."},
      {"key missing", "byte 43: a key of the header is missing (expected descr, fortran_order and shape)."},
      {"no dict", "byte 10: the header is malformed (expected \"{\", found \"(3,)\\x0a\")."},
      {"empty dict", "byte 12: a key of the header is missing (expected descr, fortran_order and shape)."},
      {"dict without end", "byte 64: the header is malformed (expected \"}\", found \"\\x0a\")."},
      {"text behind the dict", "byte 67: the header does not end with spaces and a line feed."},
      {"no line feed", "byte 67: the header does not end with spaces and a line feed."},
      {"negative length",
       "byte 61: a length of the shape is malformed (expected an integer from 0 on, found \"-1,), "
       "}\\x0a\")."},
      {"length with a leading zero",
       "byte 61: a length of the shape is malformed (expected an integer from 0 on, found \"03,), "
       "}\\x0a\")."},
      {"length with an exponent",
       "byte 62: the header is malformed (expected \",\", found \"e0,), }\\x0a\")."},
      {"float length", "byte 62: the header is malformed (expected \",\", found \".0,), }\\x0a\")."},
      {"shape is a number", "byte 60: the header is malformed (expected \"(\", found \"3, }\\x0a\")."},
      {"shape in parentheses",
       "byte 63: the header is malformed (expected \",\" in a shape of one axis, found \")\")."},
      {"shape is a list", "byte 60: the header is malformed (expected \"(\", found \"[3], }\\x0a\")."},
      {"lengths without comma", "byte 63: the header is malformed (expected \",\", found \"1), }\\x0a\")."},
      {"nine axes", "byte 77: the array has too many axes (expected at most 8, found more)."},
      {"length above 2^31",
       "the array: an axis is too long (expected at most 2147483647, found 2147483648)."},
      {"length above 2^64", "byte 80: an axis is too long (expected below 2^64, found more)."},
      {"product wraps to the real size",
       "the array: the product of its lengths is too large (expected below 2^64, found more)."},
      {"product above 2^63",
       "the array: the product of its lengths is too large (expected below 2^64, found more)."},
      {"array cut",
       "byte 128: the end comes before the array's end (expected 12 bytes, found 11). Is the file complete?"},
      {"more bytes", "byte 140: more bytes follow the array (expected the end, found 1 bytes)."},
      {"promises a gigabyte",
       "byte 76: the end comes before the array's end (expected 1,073,741,824 bytes, found 12). Is the file "
       "complete?"},
  };
  for (const auto& attack : golden("arrays.json").at("attacks")) {
    const auto name = attack.at("name").get<std::string>();
    SCOPED_TRACE(name);
    const auto file = from_base64(attack.at("file").get<std::string>());
    ASSERT_TRUE(problems.contains(name));
    expect_error<DataError>([&] { parse_npy(file, "x.npy"); }, "x.npy: " + problems.at(name));
  }
}

// Its long integers end in L.
TEST(Npy, ReadsTheShapesOfPython2) {
  for (const char* shape : {"(2L, 3L)", "(2L, 3)", "(6L,)", "(6L, )"}) {
    std::string text = "{'descr': '|u1', 'fortran_order': False, 'shape': " + std::string(shape) + ", }";
    text.resize(117, ' ');
    text += '\n';
    std::string file =
        std::string("\x93NUMPY\1\0", 8) + static_cast<char>(text.size()) + '\0' + text + "abcdef";
    const std::vector<std::uint8_t> bytes(file.begin(), file.end());
    EXPECT_EQ(parse_npy(bytes, "f").shape.size(), 6) << shape;
  }
}

TEST(Npy, WritesNoBfloat16) {
  expect_error<ConfigError>(
      [] {
        to_npy(owning_array(DType::kBfloat16, {1}, {0, 0}));
      },
      "NPY: NumPy has no such element type (found bfloat16). Convert the array to float32.");
}

}  // namespace
}  // namespace regulus::io
