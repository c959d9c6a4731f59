// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "regulus/train/sequential.h"

namespace regulus {

/// True if the model ends in a softmax over classes, so that its outputs are their probabilities.
bool is_classifier(const Sequential& model);

/// Temperature scaling (Guo et al. 2017): probabilities p become p^(1/T) / sum p^(1/T), which is the softmax
/// of logits / T, row by row of `classes` values, in place. T > 1 makes them less certain; the largest stays
/// the largest. Requires T > 0.
void at_temperature(std::span<float> probabilities, std::int64_t classes, double temperature);
/// Of any array whose last axis is the classes.
Tensor at_temperature(Tensor probabilities, double temperature);

/// Throws ConfigError unless the temperature is finite and > 0 and the model is a classifier.
void require_temperature(const std::string& where, const Sequential& model, double temperature);

}  // namespace regulus
