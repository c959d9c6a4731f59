// SPDX-License-Identifier: Apache-2.0
#include "regulus/optim/adamw.h"

namespace regulus {

Adam::Options AdamW::as_adam(const Options& o) {
  return {.learning_rate = o.learning_rate,
          .beta_1 = o.beta_1,
          .beta_2 = o.beta_2,
          .epsilon = o.epsilon,
          .amsgrad = o.amsgrad,
          .weight_decay = o.weight_decay,
          .clipnorm = o.clipnorm,
          .global_clipnorm = o.global_clipnorm,
          .clipvalue = o.clipvalue,
          .decay = o.decay};
}

AdamW AdamW::from_config(const Value& config) {
  const Adam::Options o = read_options("AdamW", config, as_adam(Options{}));
  return AdamW(Options{.learning_rate = o.learning_rate,
                       .weight_decay = *o.weight_decay,  // it has a default
                       .beta_1 = o.beta_1,
                       .beta_2 = o.beta_2,
                       .epsilon = o.epsilon,
                       .amsgrad = o.amsgrad,
                       .clipnorm = o.clipnorm,
                       .global_clipnorm = o.global_clipnorm,
                       .clipvalue = o.clipvalue,
                       .decay = o.decay});
}

}  // namespace regulus
