// SPDX-License-Identifier: Apache-2.0

#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/base/plain_text.h"
#include "regulus/optim/adam.h"
#include "regulus/optim/adamw.h"
#include "regulus/optim/nadam.h"
#include "regulus/optim/rmsprop.h"
#include "regulus/optim/sgd.h"

namespace regulus {
namespace {

struct Row {
  std::string_view name;  // Keras compares in lower case
  OptimizerPtr (*from_config)(const Value& config);
};

template <class O>
OptimizerPtr read(const Value& config) {
  return O::from_config(config);
}

// A new optimizer adds its line here.
constexpr Row kOptimizers[] = {
    {"adam", read<Adam>},       {"adamw", read<AdamW>}, {"nadam", read<Nadam>},
    {"rmsprop", read<RMSprop>}, {"sgd", read<SGD>},
};

}  // namespace

OptimizerPtr OptimizerPtr::from_config(const std::string& class_name, const Value& config) {
  const std::string lower = lower_case(class_name);
  std::vector<std::string_view> names;
  for (const Row& row : kOptimizers) {
    if (row.name == lower) return row.from_config(config);
    names.push_back(row.name);
  }
  throw ConfigError({.where = "Optimizer",
                     .what = "\"" + class_name + "\" is not known",
                     .fix = did_you_mean(lower, names)});
}

OptimizerPtr::OptimizerPtr(const std::string& identifier)
    : OptimizerPtr(from_config(identifier, Value::Dict{})) {}

}  // namespace regulus
