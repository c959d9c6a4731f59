// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <sstream>
#include <string>
#include <utility>

namespace regulus::testing {

/// A running FNV-1a hash of everything that one instruction set has computed in the running test. It
/// becomes the test's property digest_ISA (see --gtest_output), so that machines may compare theirs.
class Digests {
 public:
  static Digests& instance() {
    static Digests digests;
    return digests;
  }

  /// Empty: what follows is not hashed.
  void begin_isa(const std::string& isa) { isa_ = isa; }

  template <class T>
  void add(std::span<const T> values) {
    if (isa_.empty()) return;
    const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::uint64_t& digest = digests_.try_emplace({test, isa_}, kStart).first->second;
    for (const T value : values) {
      std::uint64_t bits = bits_of(value);
      for (std::size_t byte = 0; byte < sizeof(T); ++byte, bits >>= 8)
        digest = (digest ^ (bits & 0xff)) * kPrime;
    }
    std::ostringstream hex;
    hex << std::hex << digest;
    ::testing::Test::RecordProperty("digest_" + isa_, hex.str());
  }

 private:
  static constexpr std::uint64_t kStart = 0xcbf29ce484222325;
  static constexpr std::uint64_t kPrime = 0x100000001b3;

  // A NaN counts as any other: its sign and payload are the machine's.
  static std::uint64_t bits_of(float value) {
    return std::isnan(value) ? ~0u : std::bit_cast<std::uint32_t>(value);
  }
  static std::uint64_t bits_of(double value) {
    return std::isnan(value) ? ~std::uint64_t{0} : std::bit_cast<std::uint64_t>(value);
  }
  static std::uint64_t bits_of(std::uint16_t value) { return value; }

  std::string isa_;
  std::map<std::pair<const ::testing::TestInfo*, std::string>, std::uint64_t> digests_;
};

}  // namespace regulus::testing
