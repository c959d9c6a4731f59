// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "regulus/base/names.h"

namespace regulus::keras {

/// The names of the groups that hold the layers' weights: "dense", "dense_1", … by order of appearance,
/// whatever the layers are called. Names of layers are made up and would not be the same in the next run.
class GroupNames {
 public:
  std::string next(std::string_view class_name) {
    const std::string base = snake_case(class_name);
    const int used = used_[base]++;
    return used == 0 ? base : base + "_" + std::to_string(used);
  }

 private:
  std::map<std::string, int> used_;
};

}  // namespace regulus::keras
