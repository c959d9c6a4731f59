// SPDX-License-Identifier: Apache-2.0
#include "regulus/runtime/isa.h"

#include <algorithm>
#include <array>

#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/runtime/environment.h"

#if defined(REGULUS_HAS_AVX2) || defined(REGULUS_HAS_AVX512)
#include <cpuid.h>
#endif

namespace regulus::runtime {
namespace {

constexpr std::array kNames = {std::string_view("scalar"), std::string_view("avx2"),
                               std::string_view("avx512"), std::string_view("neon")};

#if defined(REGULUS_HAS_AVX2) || defined(REGULUS_HAS_AVX512)
// Everything that -march=x86-64-v3 lets the compiler use. The built-in function also asks whether
// the system saves the wide registers; what some compilers' version of it lacks comes from cpuid.
bool has_x86_64_v3() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c1 = 0;
  unsigned c2 = 0;
  unsigned d = 0;
  if (!__get_cpuid(1, &a, &b, &c1, &d) || !__get_cpuid(0x80000001, &a, &b, &c2, &d)) return false;
  constexpr unsigned kLeaf1 = bit_CMPXCHG16B | bit_MOVBE | bit_OSXSAVE | bit_F16C;
  constexpr unsigned kExtended = bit_LAHF_LM | bit_LZCNT;
  return (c1 & kLeaf1) == kLeaf1 && (c2 & kExtended) == kExtended && __builtin_cpu_supports("sse3") &&
         __builtin_cpu_supports("ssse3") && __builtin_cpu_supports("sse4.1") &&
         __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt") &&
         __builtin_cpu_supports("avx") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
}
#endif

#if defined(REGULUS_HAS_AVX512)
bool has_x86_64_v4() {
  return has_x86_64_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
#endif

std::vector<Isa> find_isas() {
  std::vector<Isa> found = {Isa::kScalar};
#if defined(REGULUS_HAS_AVX2)
  if (has_x86_64_v3()) found.push_back(Isa::kAvx2);
#endif
#if defined(REGULUS_HAS_AVX512)
  if (has_x86_64_v4()) found.push_back(Isa::kAvx512);
#endif
#if defined(REGULUS_HAS_NEON)
  found.push_back(Isa::kNeon);
#endif
  return found;
}

std::string list_of_available() {
  std::string list;
  for (const Isa isa : available_isas()) list += (list.empty() ? "" : ", ") + std::string(name(isa));
  return list;
}

}  // namespace

std::string_view name(Isa isa) {
  return kNames[static_cast<std::size_t>(isa)];
}

const std::vector<Isa>& available_isas() {
  static const std::vector<Isa> isas = find_isas();
  return isas;
}

Isa active_isa() {
  const std::vector<Isa>& available = available_isas();
  const auto wanted = environment("REGULUS_ISA");
  if (!wanted) return available.back();
  const auto known = std::find(kNames.begin(), kNames.end(), *wanted);
  if (known == kNames.end())
    throw ConfigError({.where = "REGULUS_ISA",
                       .what = "not the name of an instruction set",
                       .found = *wanted,
                       .fix = did_you_mean(*wanted, kNames)});
  const auto isa = static_cast<Isa>(known - kNames.begin());
  if (std::find(available.begin(), available.end(), isa) == available.end())
    throw ConfigError({.where = "REGULUS_ISA",
                       .what = "this machine or this build lacks the instruction set",
                       .expected = list_of_available(),
                       .found = *wanted,
                       .fix = "Unset it to use the fastest there is."});
  return isa;
}

}  // namespace regulus::runtime
