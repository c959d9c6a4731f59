// SPDX-License-Identifier: Apache-2.0
#include "support/expect.h"

#include <cmath>
#include <limits>
#include <sstream>

namespace regulus::testing {

std::string index_text(const Shape& shape, std::int64_t offset) {
  std::string text;
  for (std::size_t axis = shape.rank(); axis-- > 0;) {
    text = std::to_string(offset % shape[axis]) + (text.empty() ? "" : ", ") + text;
    offset /= shape[axis];
  }
  return "[" + text + "]";
}

void expect_close(const Tensor& found, const Tensor& wanted, double relative, double absolute,
                  const std::string& what) {
  if (found.shape() != wanted.shape()) {
    ADD_FAILURE() << what << ": shape " << to_string(found.shape()) << ", wanted "
                  << to_string(wanted.shape());
    return;
  }
  std::int64_t wrong = 0;
  std::int64_t worst = 0;
  double worst_excess = 0;
  for (std::int64_t i = 0; i < found.size(); ++i) {
    const double f = found.data()[i];
    const double w = wanted.data()[i];
    if (f == w || (std::isnan(f) && std::isnan(w))) continue;
    const double allowed = absolute + relative * std::fabs(w);
    // One of them not finite: no distance is small enough.
    const bool comparable = std::isfinite(f) && std::isfinite(w);
    const double excess = comparable ? std::fabs(f - w) / allowed : std::numeric_limits<double>::infinity();
    if (excess <= 1) continue;
    if (wrong++ == 0 || excess > worst_excess) {
      worst = i;
      worst_excess = excess;
    }
  }
  if (wrong == 0) return;
  std::ostringstream text;
  text.precision(9);
  text << what << ": " << wrong << " of " << found.size() << " values differ; worst at "
       << index_text(found.shape(), worst) << ": found " << found.data()[worst] << ", wanted "
       << wanted.data()[worst] << " (allowed: " << relative << " relative + " << absolute << " absolute)";
  ADD_FAILURE() << text.str();
}

}  // namespace regulus::testing
