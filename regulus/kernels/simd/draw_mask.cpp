// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/families.h"
#include "regulus/kernels/simd/lanes.h"

namespace regulus::kernels::REGULUS_KERNELS_ISA {
namespace {

// A Philox block lies in a 64-bit lane, each of its words in the low half of a lane of its own
// vector: there the widening multiplication takes it from and leaves the next one. The high halves
// hold what it left over.
using Blocks = hn::CappedTag<std::uint64_t, kPanel / 2>;
using Words = hn::Repartition<std::uint32_t, Blocks>;
using BlockVec = hn::Vec<Blocks>;
using WordVec = hn::Vec<Words>;

constexpr int kBlocks = static_cast<int>(hn::MaxLanes(Blocks{}));
/// Two vectors of blocks at a time hide each other's latency and fill one vector of decisions.
constexpr int kPair = 2 * kBlocks;

constexpr std::int64_t kHalves = 8;

struct RoundKeys {
  WordVec k0[random::kPhiloxRounds], k1[random::kPhiloxRounds];

  explicit RoundKeys(random::Key key) {
    for (int round = 0; round < random::kPhiloxRounds; ++round) {
      k0[round] = hn::Set(Words(), key.lo);
      k1[round] = hn::Set(Words(), key.hi);
      key.lo += random::kPhiloxW0;
      key.hi += random::kPhiloxW1;
    }
  }
};

REGULUS_INLINE WordVec high_word(BlockVec product) {
  return hn::BitCast(Words(), hn::ShiftRight<32>(product));
}

/// Words 0 … 3 of kPair blocks from `first` on; a[w] and b[w] are the blocks' halves.
REGULUS_INLINE void philox(const RoundKeys& keys, std::uint32_t first, std::uint32_t row_id,
                           const MaskKey& key, WordVec (&a)[4], WordVec (&b)[4]) {
  const auto m0 = hn::Set(Words(), random::kPhiloxM0);
  const auto m1 = hn::Set(Words(), random::kPhiloxM1);
  a[0] = hn::BitCast(Words(), hn::Iota(Blocks(), first));
  b[0] = hn::BitCast(Words(), hn::Iota(Blocks(), first + static_cast<std::uint32_t>(kBlocks)));
  a[1] = b[1] = hn::Set(Words(), row_id);
  a[2] = b[2] = hn::Set(Words(), key.draw);
  a[3] = b[3] = hn::Set(Words(), key.stream);
  REGULUS_UNROLL
  for (int round = 0; round < random::kPhiloxRounds; ++round)
    for (WordVec* c : {a, b}) {
      const BlockVec p0 = hn::MulEven(c[0], m0);
      const BlockVec p1 = hn::MulEven(c[2], m1);
      c[0] = hn::Xor3(high_word(p1), c[1], keys.k0[round]);
      c[1] = hn::BitCast(Words(), p1);
      c[2] = hn::Xor3(high_word(p0), c[3], keys.k1[round]);
      c[3] = hn::BitCast(Words(), p0);
    }
}

/// Bit i: lane i of v, a number below 2^31, is greater than `limit`.
REGULUS_INLINE unsigned above(WordVec v, hn::Vec<hn::RebindToSigned<Words>> limit) {
  constexpr hn::RebindToSigned<Words> kSigned;
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(kSigned, hn::Gt(hn::BitCast(kSigned, v), limit), bytes);
  return bytes[0] | static_cast<unsigned>(bytes[1]) << 8;
}

/// The decisions about 128 units: half h of block b decides about unit 16 h + b.
REGULUS_INLINE void draw_group(const RoundKeys& keys, std::uint32_t group, std::uint32_t row_id,
                               const MaskKey& key, unsigned (&decisions)[kHalves]) {
  const auto limit = hn::Set(hn::RebindToSigned<Words>(), static_cast<std::int32_t>(key.threshold) - 1);
  const auto low_half = hn::Set(Words(), 0xffffu);
  for (unsigned& d : decisions) d = 0;
  for (int block = 0; block < kPanel; block += kPair) {
    WordVec a[4], b[4];
    const auto first = static_cast<std::uint32_t>(group * kPanel + block);
    philox(keys, first, row_id, key, a, b);
    REGULUS_UNROLL
    for (int w = 0; w < 4; ++w) {
      const WordVec words = hn::ConcatEven(Words(), b[w], a[w]);
      decisions[2 * w] |= above(hn::And(words, low_half), limit) << block;
      decisions[2 * w + 1] |= above(hn::ShiftRight<16>(words), limit) << block;
    }
  }
}

void draw_mask(std::uint16_t* keep, std::int64_t words, const std::uint32_t* row_ids, std::int64_t rows,
               std::int64_t units, MaskKey key) {
  const RoundKeys keys(key.key);
  const std::int64_t full = units / kPanel;
  const unsigned last = (1u << units % kPanel) - 1;
  for (std::int64_t r = 0; r < rows; ++r, keep += words)
    for (std::int64_t first = 0; first < words; first += kHalves) {
      unsigned decisions[kHalves];
      draw_group(keys, static_cast<std::uint32_t>(first / kHalves), row_ids[r], key, decisions);
      REGULUS_UNROLL
      for (std::int64_t h = 0; h < kHalves; ++h) {
        const std::int64_t word = first + h;
        const unsigned live = word < full ? 0xffffu : word == full ? last : 0u;
        if (word < words) keep[word] = static_cast<std::uint16_t>(decisions[h] & live);
      }
    }
}

}  // namespace

void add_draw_mask(Table<float>& table) {
  table.draw_mask = draw_mask;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
