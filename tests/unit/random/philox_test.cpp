// SPDX-License-Identifier: Apache-2.0
#include "regulus/random/philox.h"

#include <gtest/gtest.h>

#include <set>

namespace regulus::random {
namespace {

// The three lines "philox4x32 10" of Random123's kat_vectors: counter, key, result.
static_assert(philox(Key(0), {0, 0, 0, 0}) == Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(philox(Key(0xffffffffffffffff), {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}) ==
              Counter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
static_assert(philox(Key(0x299f31d0a4093822), {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}) ==
              Counter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});

TEST(Philox, PublishedVectorsAtRunTimeToo) {
  volatile std::uint32_t zero = 0;
  EXPECT_EQ(philox(Key(zero), {zero, zero, zero, zero}),
            (Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
}

TEST(Philox, TheKeyIsTheSeed) {
  EXPECT_EQ(Key(0x0123456789abcdef).lo, 0x89abcdefu);
  EXPECT_EQ(Key(0x0123456789abcdef).hi, 0x01234567u);
  EXPECT_EQ(Key(0x0123456789abcdef).seed(), 0x0123456789abcdefu);
}

TEST(Philox, UsesOfOneSeedNeverShareACounter) {
  std::set<std::uint32_t> words;
  for (const Purpose purpose :
       {Purpose::kMask, Purpose::kInit, Purpose::kShuffle, Purpose::kDerive, Purpose::kNoise, Purpose::kData})
    for (const std::uint32_t index : {0u, 1u, (1u << 24) - 1})
      EXPECT_TRUE(words.insert(stream(purpose, index)).second);
}

TEST(Philox, DerivedKeysDiffer) {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t parent = 0; parent < 10; ++parent) {
    seeds.insert(parent);
    for (std::uint32_t child = 0; child < 100; ++child) seeds.insert(derive(Key(parent), child).seed());
  }
  EXPECT_EQ(seeds.size(), 10u + 1000u);
}

TEST(Uniform, CoversZeroToBelowOne) {
  EXPECT_EQ(uniform(0), 0.0f);
  EXPECT_EQ(uniform(0xff), 0.0f) << "the low byte does not count";
  EXPECT_EQ(uniform(0x100), 0x1p-24f);
  EXPECT_EQ(uniform(0x80000000), 0.5f);
  EXPECT_EQ(uniform(0xffffffff), 1.0f - 0x1p-24f);
}

TEST(UniformOpen, IsNeverZeroOrOne) {
  EXPECT_EQ(uniform_open(0, 0), 0x1p-53);
  EXPECT_EQ(uniform_open(0, 0xfff), 0x1p-53) << "the low 12 bits do not count";
  EXPECT_EQ(uniform_open(0, 0x1000), 3 * 0x1p-53);
  EXPECT_EQ(uniform_open(0x80000000, 0), 0.5 + 0x1p-53);
  EXPECT_EQ(uniform_open(0xffffffff, 0xffffffff), 1.0 - 0x1p-53);
  EXPECT_EQ(uniform_open(0), 0x1p-33);
  EXPECT_EQ(uniform_open(0x80000000), 0.5 + 0x1p-33);
  EXPECT_EQ(uniform_open(0xffffffff), 1.0 - 0x1p-33);
}

}  // namespace
}  // namespace regulus::random
