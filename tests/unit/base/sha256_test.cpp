// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/sha256.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace regulus {
namespace {

std::string hash(const std::string& text) {
  return sha256_hex(text.data(), text.size());
}

TEST(Sha256, PublishedVectors) {
  // FIPS 180-4, examples of NIST's CSRC.
  EXPECT_EQ(hash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hash(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesDoNotMatter) {
  const std::string text = "The quick brown fox jumps over the lazy dog, sixty-four bytes and more.";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    Sha256 pieces;
    for (std::size_t at = 0; at < text.size(); at += step)
      pieces.update(text.data() + at, std::min(step, text.size() - at));
    EXPECT_EQ(pieces.hex(), hash(text)) << step;
  }
}

}  // namespace
}  // namespace regulus
