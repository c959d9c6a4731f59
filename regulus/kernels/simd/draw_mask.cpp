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
using Signed = hn::RebindToSigned<Words>;
using BlockVec = hn::Vec<Blocks>;
using WordVec = hn::Vec<Words>;

constexpr int kBlocks = static_cast<int>(hn::MaxLanes(Blocks{}));
/// Two vectors of blocks hide each other's latency and fill one vector of decisions.
constexpr int kPair = 2 * kBlocks;
constexpr std::int64_t kHalves = 8;

struct RoundKeys {
  std::uint32_t k0[random::kPhiloxRounds], k1[random::kPhiloxRounds];
  WordVec v0[random::kPhiloxRounds], v1[random::kPhiloxRounds];

  explicit RoundKeys(random::Key key) {
    for (int round = 0; round < random::kPhiloxRounds; ++round) {
      k0[round] = key.lo + static_cast<std::uint32_t>(round) * random::kPhiloxW0;
      k1[round] = key.hi + static_cast<std::uint32_t>(round) * random::kPhiloxW1;
      v0[round] = hn::Set(Words(), k0[round]);
      v1[round] = hn::Set(Words(), k1[round]);
    }
  }
};

REGULUS_INLINE WordVec low(BlockVec product) {
  return hn::BitCast(Words(), product);
}
REGULUS_INLINE WordVec high(BlockVec product) {
  return hn::BitCast(Words(), hn::ShiftRight<32>(product));
}
REGULUS_INLINE std::uint32_t low(std::uint64_t product) {
  return static_cast<std::uint32_t>(product);
}
REGULUS_INLINE std::uint32_t high(std::uint64_t product) {
  return static_cast<std::uint32_t>(product >> 32);
}

// In the first two rounds only one product depends on the row, and that one not on the block. So
// what depends on the block is computed once for all rows, and the row's product once for all blocks:
// a fifth of the work is saved.

/// The row's product of round 2.
struct RowStart {
  WordVec high_product, low_product;

  REGULUS_INLINE RowStart(const RoundKeys& keys, std::uint32_t row_id, const MaskKey& key) {
    const std::uint64_t p1 = std::uint64_t{random::kPhiloxM1} * key.draw;
    const std::uint32_t c0 = high(p1) ^ row_id ^ keys.k0[0];
    const std::uint64_t p0 = std::uint64_t{random::kPhiloxM0} * c0;
    high_product = hn::Set(Words(), high(p0));
    low_product = hn::Set(Words(), low(p0));
  }
};

/// The words of a vector of blocks.
struct BlockWords {
  WordVec c0, c1, c2, c3;

  BlockWords() = default;
  /// After two rounds, but for what begin() adds.
  REGULUS_INLINE BlockWords(const RoundKeys& keys, std::uint32_t first, const MaskKey& key) {
    const BlockVec p0 =
        hn::MulEven(hn::BitCast(Words(), hn::Iota(Blocks(), first)), hn::Set(Words(), random::kPhiloxM0));
    const auto c1_of_round_1 = low(std::uint64_t{random::kPhiloxM1} * key.draw);
    const WordVec c2_of_round_1 = hn::Xor(high(p0), hn::Set(Words(), key.stream ^ keys.k1[0]));
    const BlockVec p1 = hn::MulEven(c2_of_round_1, hn::Set(Words(), random::kPhiloxM1));
    c0 = hn::Xor(high(p1), hn::Set(Words(), c1_of_round_1 ^ keys.k0[1]));
    c1 = low(p1);
    c2 = hn::Xor(low(p0), keys.v1[1]);
  }
  REGULUS_INLINE void begin(const RowStart& row) {
    c2 = hn::Xor(c2, row.high_product);
    c3 = row.low_product;
  }
  REGULUS_INLINE void round(WordVec k0, WordVec k1) {
    const BlockVec p0 = hn::MulEven(c0, hn::Set(Words(), random::kPhiloxM0));
    const BlockVec p1 = hn::MulEven(c2, hn::Set(Words(), random::kPhiloxM1));
    c0 = hn::Xor3(high(p1), c1, k0);
    c1 = low(p1);
    c2 = hn::Xor3(high(p0), c3, k1);
    c3 = low(p0);
  }
};

/// Bits `block` … of a word of decisions: lanes of v, numbers below 2^31, greater than the limit.
REGULUS_INLINE void decide(WordVec v, hn::Vec<Signed> limit, int block, std::uint16_t& decisions) {
  const auto kept = hn::Gt(hn::BitCast(Signed(), v), limit);
  auto* bytes = reinterpret_cast<std::uint8_t*>(&decisions);
  if constexpr (kPair >= 8) {
    hn::StoreMaskBits(Signed(), kept, bytes + block / 8);
  } else {
    std::uint8_t bits[8];
    hn::StoreMaskBits(Signed(), kept, bits);
    const unsigned before = block == 0 ? 0u : decisions;
    decisions = static_cast<std::uint16_t>(before | static_cast<unsigned>(bits[0] & 15) << block);
  }
}

REGULUS_INLINE void decide_halves(WordVec a, WordVec b, hn::Vec<Signed> limit, int block,
                                  std::uint16_t* decisions) {
  const WordVec words = hn::ConcatEven(Words(), b, a);
  decide(hn::And(words, hn::Set(Words(), 0xffffu)), limit, block, decisions[0]);
  decide(hn::ShiftRight<16>(words), limit, block, decisions[1]);
}

/// The 16 blocks that decide about 128 units: half h of block b decides about unit 16 h + b.
class Group {
 public:
  REGULUS_INLINE Group(const RoundKeys& keys, std::int64_t group, const MaskKey& key)
      : keys_(keys), limit_(hn::Set(Signed(), static_cast<std::int32_t>(key.threshold) - 1)) {
    REGULUS_UNROLL
    for (int i = 0; i < kVectorsOfBlocks; ++i)
      blocks_[i] = BlockWords(keys, static_cast<std::uint32_t>(group * kPanel + i * kBlocks), key);
  }
  REGULUS_INLINE void draw(const RowStart& row, std::uint16_t* decisions) const {
    REGULUS_UNROLL
    for (int i = 0; i < kVectorsOfBlocks; i += 2) {
      BlockWords a = blocks_[i];
      BlockWords b = blocks_[i + 1];
      a.begin(row);
      b.begin(row);
      REGULUS_UNROLL
      for (int round = 2; round < random::kPhiloxRounds; ++round) {
        a.round(keys_.v0[round], keys_.v1[round]);
        b.round(keys_.v0[round], keys_.v1[round]);
      }
      const int block = i * kBlocks;
      decide_halves(a.c0, b.c0, limit_, block, decisions);
      decide_halves(a.c1, b.c1, limit_, block, decisions + 2);
      decide_halves(a.c2, b.c2, limit_, block, decisions + 4);
      decide_halves(a.c3, b.c3, limit_, block, decisions + 6);
    }
  }

 private:
  static constexpr int kVectorsOfBlocks = static_cast<int>(kPanel) / kBlocks;

  const RoundKeys& keys_;
  hn::Vec<Signed> limit_;
  BlockWords blocks_[kVectorsOfBlocks];
};

void draw_mask(std::uint16_t* keep, std::int64_t words, const std::uint32_t* row_ids, std::int64_t rows,
               std::int64_t units, MaskKey key) {
  const RoundKeys keys(key.key);
  const std::int64_t whole = units / kPanel;
  const unsigned last = (1u << units % kPanel) - 1;
  for (std::int64_t first = 0; first < words; first += kHalves) {
    const Group group(keys, first / kHalves, key);
    for (std::int64_t r = 0; r < rows; ++r) {
      std::uint16_t* row = keep + r * words + first;
      const RowStart start(keys, row_ids[r], key);
      if (first + kHalves <= whole) {
        group.draw(start, row);
        continue;
      }
      std::uint16_t decisions[kHalves];
      group.draw(start, decisions);
      for (std::int64_t word = first; word < words && word < first + kHalves; ++word) {
        const unsigned live = word < whole ? 0xffffu : word == whole ? last : 0u;
        row[word - first] = static_cast<std::uint16_t>(decisions[word - first] & live);
      }
    }
  }
}

}  // namespace

void add_draw_mask(Table<float>& table) {
  table.draw_mask = draw_mask;
}

}  // namespace regulus::kernels::REGULUS_KERNELS_ISA
