// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "regulus/nn/losses.h"
#include "regulus/train/sequential.h"

namespace regulus::cli {

/// What the outputs of a model are, as far as its last layer and the loss in its file tell.
enum class Outputs : std::uint8_t {
  kClasses,  ///< one probability for each of some classes: softmax, or logits whose loss says from_logits
  kBinary,   ///< one probability, that of class 1: a sigmoid, or a logit whose loss says from_logits
  kLabels,   ///< a probability each that a label is there: several sigmoids
  kNumbers,  ///< a regression's
  kScores,   ///< one number for each class, and nothing says whether they are logits: the largest counts
  kArray,    ///< more than one position a row: nothing to score with one label
};

struct Meaning {
  Outputs outputs = Outputs::kNumbers;
  bool logits = false;       ///< the probabilities come from softmax or sigmoid of the outputs
  bool divided = false;      ///< the probabilities are the outputs divided by their sum, as Keras's losses do
  std::string doubt = {};    ///< what could not be known, a sentence; empty: nothing
  std::int64_t classes = 0;  ///< of kClasses, kBinary (2) and kScores

  bool has_classes() const { return classes > 0; }
};

/// `loss`: of the model's file; none if it names none.
Meaning meaning_of(const Sequential& model, const std::optional<Loss>& loss);

/// True if the model ends in softmax over its only axis, so that its outputs are the probabilities of
/// classes.
bool gives_classes(const Sequential& model);
/// True if some layer draws random numbers, so that Monte-Carlo samples differ.
bool draws(const Sequential& model);

}  // namespace regulus::cli
