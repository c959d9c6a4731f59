// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/error.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace regulus {
namespace {

std::string text(ErrorInfo info) {
  return ConfigError(std::move(info)).what();
}

TEST(Error, IsOneSentenceAndTheWayToMend) {
  EXPECT_EQ(text({"Dense \"dense_1\"", "units must be at least 1", "", "", ""}),
            "Dense \"dense_1\": units must be at least 1.");
  EXPECT_EQ(text({"fit", "rows do not fit", "(None, 784)", "", ""}),
            "fit: rows do not fit (expected (None, 784)).");
  EXPECT_EQ(text({"fit", "rows do not fit", "", "(3, 4)", ""}), "fit: rows do not fit (found (3, 4)).");
  EXPECT_EQ(text({"a.gz", "wrong magic", "2051", "2049", "Fetch the file again."}),
            "a.gz: wrong magic (expected 2051, found 2049). Fetch the file again.");
}

TEST(Error, KindsAreStableWords) {
  const ErrorInfo info{"w", "what", "", "", ""};
  EXPECT_STREQ(ConfigError(info).kind(), "config");
  EXPECT_STREQ(ShapeError(info).kind(), "shape");
  EXPECT_STREQ(DataError(info).kind(), "data");
  EXPECT_STREQ(IoError(info).kind(), "io");
  EXPECT_STREQ(NumericError(info).kind(), "numeric");
}

TEST(Error, KeepsItsPartsAsTheyCame) {
  const DataError error({"file\n", "what", "expected", "found\x1b", "fix"});
  EXPECT_EQ(error.info().where, "file\n");
  EXPECT_EQ(error.info().found, "found\x1b");
}

TEST(Error, ControlBytesCannotDriveTheTerminal) {
  EXPECT_EQ(text({"\x1b[2J\n", "bad", "", "\r\x7f", ""}), "\\x1b[2J\\x0a: bad (found \\x0d\\x7f).");
}

TEST(Error, ALongValueIsCutAndTheAdviceStays) {
  const std::string message = text({"f.json", "bad", "", std::string(5000, 'x'), "Fetch the file again."});
  EXPECT_EQ(message.size(), 300u);
  EXPECT_TRUE(message.starts_with("f.json: bad (found xxx")) << message;
  EXPECT_TRUE(message.ends_with("xxx...). Fetch the file again.")) << message;
}

TEST(Error, NothingMakesItLongerThan300Bytes) {
  const std::string longest(1000, 'y');
  for (int part = 0; part < 5; ++part) {
    std::string parts[5] = {"w", "a", "e", "f", "x"};
    parts[part] = longest;
    EXPECT_LE(text({parts[0], parts[1], parts[2], parts[3], parts[4]}).size(), 300u) << part;
  }
  EXPECT_LE(text({longest, longest, longest, longest, longest}).size(), 300u);
}

TEST(Error, CutsNoCharacterApart) {
  std::string umlauts;
  for (int i = 0; i < 400; ++i) umlauts += "ä";
  for (const std::string front : {"", "1", "12", "123"}) {
    const std::string message = text({front + umlauts, "bad", "", umlauts, ""});
    EXPECT_LE(message.size(), 300u);
    EXPECT_EQ(escaped(message), message) << "half a character is invalid UTF-8 and would be escaped";
  }
}

TEST(Escaped, LeavesTextAlone) {
  const std::string fine = "Straße 数字 \xf0\x9f\x98\x80 \\ \"quoted\"";
  EXPECT_EQ(escaped(fine), fine);
}

TEST(Escaped, ShowsControlCharactersAndInvalidBytes) {
  EXPECT_EQ(escaped(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(escaped("\t\n\x1f\x7f"), "\\x09\\x0a\\x1f\\x7f");
  EXPECT_EQ(escaped("\xc2\x9b"), "\\xc2\\x9b") << "C1: a control sequence in one character";
  EXPECT_EQ(escaped("\xe2\x80\xa8"), "\\xe2\\x80\\xa8") << "a line separator";
  EXPECT_EQ(escaped("\xe2\x80\xae"
                    "abc"),
            "\\xe2\\x80\\xaeabc")
      << "an override of the direction";
  EXPECT_EQ(escaped("\xe2\x81\xa6\xd8\x9c"), "\\xe2\\x81\\xa6\\xd8\\x9c") << "an isolate, an Arabic mark";
  EXPECT_EQ(escaped("\xe2\x80\x8b"), "\\xe2\\x80\\x8b") << "a space of no width";
  EXPECT_EQ(escaped("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(escaped("\xc3"
                    "a"),
            "\\xc3"
            "a");
}

TEST(Escaped, AnyBytesGiveOneCleanLine) {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string out = escaped({static_cast<char>(first), static_cast<char>(second)});
      EXPECT_TRUE(
          std::none_of(out.begin(), out.end(), [](char c) { return (c >= 0 && c < 32) || c == 127; }));
      EXPECT_EQ(escaped(out), out) << first << " " << second;
    }
}

}  // namespace
}  // namespace regulus
