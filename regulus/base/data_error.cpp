// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/data_error.h"

#include <algorithm>
#include <utility>

#include "regulus/base/error.h"
#include "regulus/base/names.h"

namespace regulus {

void throw_data(const std::string& where, std::string what, std::string expected, std::string found,
                std::string fix) {
  throw DataError({.where = where,
                   .what = std::move(what),
                   .expected = std::move(expected),
                   .found = std::move(found),
                   .fix = std::move(fix)});
}

std::string count_text(std::uint64_t count) {
  return with_commas(static_cast<long long>(std::min<std::uint64_t>(count, INT64_MAX)));
}

}  // namespace regulus
