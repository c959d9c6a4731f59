// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "fuzz/target.h"
#include "support/golden_files.h"

namespace regulus::fuzz {

/// The golden files of a document; those of its list "cases" are of this kind.
inline std::vector<Seed> golden_seeds(const std::string& file, SeedKind cases) {
  std::vector<Seed> seeds;
  for (testing::GoldenFile& golden : testing::golden_files(file))
    seeds.push_back({golden.list + "_" + golden.name, std::move(golden.bytes),
                     golden.list == "cases" ? cases : SeedKind::kOther});
  return seeds;
}

}  // namespace regulus::fuzz
