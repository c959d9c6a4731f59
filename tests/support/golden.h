// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "regulus/base/tensor.h"
#include "regulus/base/value.h"
#include "support/expect.h"

namespace regulus::testing {

/// The document tests/golden/FILE (tools/goldens/README.md), parsed once.
const nlohmann::json& golden(const std::string& file);

/// A golden number: JSON has no infinities and no nan, so they are strings.
double number(const nlohmann::json& json);

/// {"shape", "data"} or a single number, which becomes a Tensor of rank 0.
Tensor tensor(const nlohmann::json& json);
std::vector<Tensor> tensors(const nlohmann::json& list);

/// Integer labels: {"shape", "data"} or a plain list.
std::vector<std::int32_t> labels(const nlohmann::json& json);

/// A golden config as the library's own tree.
Value value(const nlohmann::json& json);

}  // namespace regulus::testing
