// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "regulus/kernels/table.h"

// The sources of this folder are compiled once for each instruction set, into a namespace of its
// name; nothing else of them is visible outside.

namespace regulus::kernels {

namespace avx2 {
const Table<float>& table();
}
namespace avx512 {
const Table<float>& table();
}
namespace neon {
const Table<float>& table();
}

}  // namespace regulus::kernels
