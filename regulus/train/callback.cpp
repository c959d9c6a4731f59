// SPDX-License-Identifier: Apache-2.0
#include "regulus/train/callback.h"

#include "regulus/base/error.h"

namespace regulus {

void require_callbacks(const char* where, const std::vector<CallbackPtr>& callbacks) {
  for (const CallbackPtr& callback : callbacks)
    if (!callback)
      throw ConfigError(
          {.where = where, .what = "there is no callback in a handle", .fix = "Was it moved away?"});
}

}  // namespace regulus
