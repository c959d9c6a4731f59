// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/onnx/wire.h"

#include <gtest/gtest.h>

#include <string>

#include "support/expect.h"

namespace regulus::onnx {
namespace {

using Bytes = std::vector<std::uint8_t>;

// The examples of protobuf.dev/programming-guides/encoding.
TEST(Wire, WritesThePublishedExamples) {
  Message one;
  one.add_integer(1, 150);
  EXPECT_EQ(one.bytes(), (Bytes{0x08, 0x96, 0x01}));
  Message two;
  two.add_text(2, "testing");
  EXPECT_EQ(two.bytes(), (Bytes{0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67}));
  Message three;
  three.add_message(3, one);
  EXPECT_EQ(three.bytes(), (Bytes{0x1a, 0x03, 0x08, 0x96, 0x01}));
  Message negative;
  negative.add_integer(1, -2);
  EXPECT_EQ(negative.bytes(), (Bytes{0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}));
}

TEST(Wire, WritesFloatsAndLargeFieldNumbers) {
  Message message;
  message.add_float(2, 1.0f);
  message.add_integer(20, 0);
  EXPECT_EQ(message.bytes(), (Bytes{0x15, 0x00, 0x00, 0x80, 0x3f, 0xa0, 0x01, 0x00}));
}

TEST(Wire, WritesLengthsOfSeveralBytes) {
  Message message;
  message.add_bytes(9, Bytes(300, 7));
  ASSERT_EQ(message.bytes().size(), 303u);
  EXPECT_EQ(message.bytes()[1], 0xac);
  EXPECT_EQ(message.bytes()[2], 0x02);
}

TEST(Wire, RefusesTextThatIsNotUtf8) {
  testing::expect_error<ConfigError>([] { Message().add_text(1, "a\xff"); },
                                     "ONNX: a name is not UTF-8 (found a\\xff).");
}

}  // namespace
}  // namespace regulus::onnx
