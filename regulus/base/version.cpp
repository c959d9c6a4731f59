// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/version.h"

namespace regulus {

const char* version() {
  return REGULUS_VERSION;
}

}  // namespace regulus
