// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace regulus {

/// The library's version, "MAJOR.MINOR.PATCH".
const char* version();

}  // namespace regulus
