// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "regulus/base/tensor.h"

namespace regulus {

// Of probabilities [rows, classes] or of Monte-Carlo samples of them [samples, rows, classes] (McOptions'
// keep_samples): one number a row. Logarithms are natural, so entropies are in nats, from 0 (certain) to
// ln(classes), with 0 ln 0 = 0. A row with a NaN gives NaN. All throw ShapeError for another rank or without
// samples or classes.

/// H(p) = -sum p ln p. Of the mean of samples it is the predictive entropy: all there is to doubt.
std::vector<double> entropy(const Tensor& probabilities);
/// The mean over the samples of H: the doubt that more data of the same kind would not take away (aleatoric).
std::vector<double> expected_entropy(const Tensor& samples);
/// H(mean) - mean of H, >= 0: how much the samples disagree, the doubt that is the model's own (epistemic);
/// the acquisition function BALD (Houlsby et al. 2011; Gal et al. 2017).
std::vector<double> mutual_information(const Tensor& samples);
/// The same, where the mean of the samples [rows, classes] is there already.
std::vector<double> mutual_information(const Tensor& mean, const Tensor& samples);
/// 1 - share of the samples whose largest class is the one that most samples name, in [0, 1 - 1/classes]
/// (Freeman 1965). On ties the lowest class counts.
std::vector<double> variation_ratio(const Tensor& samples);
/// The largest probability - the second largest, in [0, 1]; 1 of a single class.
std::vector<double> margin(const Tensor& probabilities);

}  // namespace regulus
