// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "regulus/train/trainer.h"

namespace regulus {

/// Loss and metrics of all rows, names with `prefix` in front, dropout off. Rows are computed in
/// parallel, then folded in order: the same bits for any number of threads. The callbacks get
/// their test hooks; the batches of a block end together, so their logs are those of the block.
Logs evaluate(const ModelState& model, const TrainingData& data, std::int64_t batch_size,
              const std::string& prefix, const std::vector<CallbackPtr>& callbacks = {});

}  // namespace regulus
