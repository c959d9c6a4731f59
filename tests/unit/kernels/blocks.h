// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "regulus/base/buffer.h"
#include "regulus/kernels/table.h"
#include "regulus/random/philox.h"
#include "regulus/runtime/isa.h"
#include "unit/kernels/digest.h"

namespace regulus::testing {

/// Numbers that kernels stumble over first.
inline const std::vector<float>& special_numbers() {
  using Limits = std::numeric_limits<float>;
  static const std::vector<float> numbers = {0.0f,
                                             -0.0f,
                                             Limits::quiet_NaN(),
                                             Limits::infinity(),
                                             -Limits::infinity(),
                                             Limits::max(),
                                             -Limits::max(),
                                             Limits::min(),
                                             -Limits::min(),
                                             Limits::denorm_min(),
                                             -Limits::denorm_min(),
                                             1e-40f,
                                             -3e-39f,
                                             1.0f,
                                             -1.0f,
                                             88.8f,
                                             -87.5f,
                                             -104.0f,
                                             6.0f,
                                             3.0f,
                                             -3.0f,
                                             20.0f,
                                             1e-7f,
                                             0.99999988f};
  return numbers;
}

enum class Fill { kOrdinary, kSpecial };

/// The i-th number of a sequence named `seed`: ordinary ones lie in (-3, 3), bell-shaped; special
/// fills put an awkward one at every third place.
inline float number_at(std::uint32_t seed, std::int64_t i, Fill fill = Fill::kOrdinary) {
  const random::Counter words = random::philox(random::Key(seed), {static_cast<std::uint32_t>(i), 0, 0, 0});
  const auto& special = special_numbers();
  if (fill == Fill::kSpecial && words[3] % 3 == 0) return special[words[2] % special.size()];
  return 2 * (random::uniform(words[0]) + random::uniform(words[1]) + random::uniform(words[2])) - 3;
}

/// `count` values, aligned as kernels want them, between two cache lines that nobody may touch.
template <class T>
class Guarded {
 public:
  explicit Guarded(std::int64_t count, T start = T{7}) : count_(count), all_(bytes(count)) {
    std::memset(all_.data(), kPattern, all_.size());
    for (std::int64_t i = 0; i < count; ++i) data()[i] = start;
  }
  T* data() { return reinterpret_cast<T*>(all_.data() + kAlignment); }
  const T* data() const { return reinterpret_cast<const T*>(all_.data() + kAlignment); }
  std::int64_t size() const { return count_; }
  T& operator[](std::int64_t i) { return data()[i]; }
  const T& operator[](std::int64_t i) const { return data()[i]; }
  bool intact() const {
    const auto* end = reinterpret_cast<const unsigned char*>(data() + count_);
    for (std::size_t i = 0; i < kAlignment; ++i)
      if (all_[i] != kPattern || end[i] != kPattern) return false;
    return true;
  }

 private:
  static constexpr unsigned char kPattern = 0xa5;
  static std::size_t bytes(std::int64_t count) {
    return static_cast<std::size_t>(count) * sizeof(T) + 2 * kAlignment;
  }

  std::int64_t count_;
  Buffer<unsigned char> all_;
};

inline Guarded<float> numbers(std::uint32_t seed, std::int64_t count, Fill fill = Fill::kOrdinary) {
  Guarded<float> values(count);
  for (std::int64_t i = 0; i < count; ++i) values[i] = number_at(seed, i, fill);
  return values;
}

inline bool same_bits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}
inline bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}
inline bool same_bits(std::uint16_t a, std::uint16_t b) {
  return a == b;
}

/// Fails once, naming the first value that differs (a NaN equals a NaN) or that guards are broken.
/// What was found joins the digest of its instruction set.
template <class T>
void expect_same_bits(const Guarded<T>& found, const Guarded<T>& wanted, const std::string& what) {
  EXPECT_TRUE(found.intact()) << what << ": written outside";
  EXPECT_TRUE(wanted.intact()) << what << ": reference writes outside";
  Digests::instance().add(std::span(found.data(), static_cast<std::size_t>(found.size())));
  for (std::int64_t i = 0; i < wanted.size(); ++i) {
    if (same_bits(found[i], wanted[i])) continue;
    std::ostringstream text;
    text.precision(17);
    text << what << ": value " << i << " is " << found[i] << ", reference " << wanted[i];
    ADD_FAILURE() << text.str();
    return;
  }
}

/// Calls test(table, name) for the kernels of each instruction set that this machine has.
template <class Test>
void for_each_table(Test test) {
  for (const runtime::Isa isa : runtime::available_isas())
    if (isa != runtime::Isa::kScalar) {
      const std::string name(runtime::name(isa));
      Digests::instance().begin_isa(name);
      test(kernels::table_for(isa), name);
    }
  Digests::instance().begin_isa("");  // what a test compares outside belongs to none
}

/// run(table) gives the same bits with the kernels of each instruction set as with the reference's.
template <class Run>
void expect_reference_bits(const Run& run, const std::string& what) {
  const auto wanted = run(kernels::reference_table<float>());
  for_each_table([&](const kernels::Table<float>& table, const std::string& isa) {
    expect_same_bits(run(table), wanted, isa + " " + what);
  });
}

/// "avx2 rows=3 inputs=7"
template <class... Parts>
std::string label(const Parts&... parts) {
  std::ostringstream text;
  ((text << parts << ' '), ...);
  return text.str();
}

}  // namespace regulus::testing
