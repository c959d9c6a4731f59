// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/simd/tables.h"
#include "regulus/kernels/table.h"

namespace regulus::kernels {

const Table<float>& table_for(runtime::Isa isa) {
  switch (isa) {
#ifdef REGULUS_HAS_AVX2
    case runtime::Isa::kAvx2:
      return avx2::table();
#endif
#ifdef REGULUS_HAS_AVX512
    case runtime::Isa::kAvx512:
      return avx512::table();
#endif
#ifdef REGULUS_HAS_NEON
    case runtime::Isa::kNeon:
      return neon::table();
#endif
    default:
      return reference_table<float>();
  }
}

template <>
const Table<float>& active_table<float>() {
  return table_for(runtime::active_isa());
}

template <>
const Table<double>& active_table<double>() {
  return reference_table<double>();
}

}  // namespace regulus::kernels
