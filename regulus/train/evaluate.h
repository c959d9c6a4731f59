// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "regulus/train/trainer.h"

namespace regulus {

/// Loss and metrics of all rows, names with `prefix` in front, dropout off. Rows are computed in
/// parallel, then folded in order: the same bits for any number of threads.
Logs evaluate(const ModelState& model, const TrainingData& data, std::int64_t batch_size,
              const std::string& prefix);

}  // namespace regulus
