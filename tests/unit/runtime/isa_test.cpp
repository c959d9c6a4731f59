// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/isa.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "support/environment.h"
#include "support/expect.h"

namespace regulus::runtime {
namespace {

using testing::EnvironmentVariable;
using testing::expect_error;

bool available(Isa isa) {
  const auto& isas = available_isas();
  return std::find(isas.begin(), isas.end(), isa) != isas.end();
}

// What Linux says of the first CPU.
std::set<std::string> cpu_flags() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    if (words >> word && word == "flags") return {std::istream_iterator<std::string>(words), {}};
  }
  return {};
}

TEST(Isa, NamesAreWhatUsersWrite) {
  EXPECT_EQ(name(Isa::kScalar), "scalar");
  EXPECT_EQ(name(Isa::kAvx2), "avx2");
  EXPECT_EQ(name(Isa::kAvx512), "avx512");
  EXPECT_EQ(name(Isa::kNeon), "neon");
}

TEST(Isa, AvailableOnesAreSlowestFirst) {
  ASSERT_FALSE(available_isas().empty());
  EXPECT_EQ(available_isas().front(), Isa::kScalar);
  EXPECT_TRUE(std::is_sorted(available_isas().begin(), available_isas().end()));
}

TEST(Isa, NoneIsAvailableThatTheCpuLacks) {
  const std::set<std::string> flags = cpu_flags();
  if (flags.empty()) GTEST_SKIP() << "no x86 flags in /proc/cpuinfo";
  const auto has_all = [&](std::initializer_list<const char*> names) {
    return std::all_of(names.begin(), names.end(), [&](const char* flag) { return flags.count(flag) > 0; });
  };
  // -march=x86-64-v3 and -v4; Linux calls lzcnt "abm".
  const bool v3 =
      has_all({"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "popcnt", "sse4_2", "xsave"});
  const bool v4 = v3 && has_all({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"});
  EXPECT_EQ(available(Isa::kAvx2), v3);
  EXPECT_EQ(available(Isa::kAvx512), v4);
  EXPECT_FALSE(available(Isa::kNeon));
}

TEST(ActiveIsa, IsTheFastestUnlessOneIsForced) {
  {
    const EnvironmentVariable variable("REGULUS_ISA", "");
    EXPECT_EQ(active_isa(), available_isas().back());
  }
  for (const Isa isa : available_isas()) {
    const EnvironmentVariable variable("REGULUS_ISA", std::string(name(isa)));
    EXPECT_EQ(active_isa(), isa);
  }
}

TEST(ActiveIsa, NamesWhatIsWrong) {
  {
    const EnvironmentVariable variable("REGULUS_ISA", "axv2");
    expect_error<ConfigError>(active_isa,
                              "REGULUS_ISA: not the name of an instruction set (found axv2). "
                              "Did you mean \"avx2\"?");
  }
  {
    const EnvironmentVariable variable("REGULUS_ISA", "mmx");
    expect_error<ConfigError>(active_isa,
                              "REGULUS_ISA: not the name of an instruction set (found mmx). "
                              "Known: scalar, avx2, avx512, neon.");
  }
  std::string list;
  for (const Isa isa : available_isas()) list += (list.empty() ? "" : ", ") + std::string(name(isa));
  const std::string absent = available(Isa::kNeon) ? "avx2" : "neon";
  const EnvironmentVariable variable("REGULUS_ISA", absent);
  expect_error<ConfigError>(
      active_isa, "REGULUS_ISA: this machine or this build lacks the instruction set (expected " + list +
                      ", found " + absent + "). Unset it to use the fastest there is.");
}

}  // namespace
}  // namespace regulus::runtime
