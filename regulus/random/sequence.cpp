// SPDX-License-Identifier: Apache-2.0
#include "regulus/random/sequence.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

namespace regulus::random {
namespace {

// log(x) for normal x > 0 from exactly rounded operations only, to about 2 ulp: the C library's
// log may differ from one CPU to the next, and initial weights must not.
double portable_log(double x) {
  constexpr double kLn2 = 0.693147180559945309417;
  constexpr std::uint64_t kMantissa = (std::uint64_t{1} << 52) - 1;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & kMantissa) | (std::uint64_t{1023} << 52));
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++exponent;
  }
  // log m = 2 atanh z, z = (m - 1) / (m + 1), |z| < 0.172: eleven terms reach 1e-18.
  const double z = (m - 1.0) / (m + 1.0);
  const double z2 = z * z;
  double series = 0.0;
  for (int k = 21; k >= 1; k -= 2) series = series * z2 + 1.0 / k;
  return exponent * kLn2 + 2.0 * z * series;
}

double polynomial(std::span<const double> coefficients, double x) {
  double y = 0.0;
  for (std::size_t i = coefficients.size(); i-- > 0;) y = y * x + coefficients[i];
  return y;
}

// Rational approximations of AS 241 (PPND16): numerator and denominator, lowest power first.
constexpr double kCentreNum[] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                 1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                 3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr double kCentreDen[] = {1.0,
                                 4.2313330701600911252e1,
                                 6.8718700749205790830e2,
                                 5.3941960214247511077e3,
                                 2.1213794301586595867e4,
                                 3.9307895800092710610e4,
                                 2.8729085735721942674e4,
                                 5.2264952788528545610e3};
constexpr double kMiddleNum[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                 5.76949722146069140550e0,  3.64784832476320460504e0,
                                 1.27045825245236838258e0,  2.41780725177450611770e-1,
                                 2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double kMiddleDen[] = {1.0,
                                 2.05319162663775882187e0,
                                 1.67638483018380384940e0,
                                 6.89767334985100004550e-1,
                                 1.48103976427480074590e-1,
                                 1.51986665636164571966e-2,
                                 5.47593808499534494600e-4,
                                 1.05075007164441684324e-9};
constexpr double kTailNum[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                               1.78482653991729133580e0,  2.96560571828504891230e-1,
                               2.65321895265761230930e-2, 1.24266094738807843860e-3,
                               2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double kTailDen[] = {1.0,
                               5.99832206555887937690e-1,
                               1.36929880922735805310e-1,
                               1.48753612908506148525e-2,
                               7.86869131145613259100e-4,
                               1.84631831751005468180e-5,
                               1.42151175831644588870e-7,
                               2.04426310338993978564e-15};

// Phi(-2): the lower end of the uniform range whose quantiles lie within two standard deviations.
constexpr double kPhiMinus2 = 0.022750131948179207200;

}  // namespace

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(kCentreNum, r) / polynomial(kCentreDen, r);
  }
  const double r = std::sqrt(-portable_log(q < 0 ? p : 1.0 - p));
  const double x = r <= 5.0 ? polynomial(kMiddleNum, r - 1.6) / polynomial(kMiddleDen, r - 1.6)
                            : polynomial(kTailNum, r - 5.0) / polynomial(kTailDen, r - 5.0);
  return q < 0 ? -x : x;
}

std::uint32_t Sequence::next_word() {
  if (used_ == 4) {
    words_ = philox(key_, at_);
    ++at_[0];
    used_ = 0;
  }
  return words_[static_cast<std::size_t>(used_++)];
}

double Sequence::next_uniform() {
  const std::uint32_t high = next_word();
  return uniform_open(high, next_word());
}

std::uint32_t Sequence::next_below(std::uint32_t bound) {
  // Lemire 2019: the high half of word * bound, redrawn where the low half would be biased.
  const std::uint32_t reject_below = (0u - bound) % bound;
  for (;;) {
    const std::uint64_t product = std::uint64_t{next_word()} * bound;
    if (static_cast<std::uint32_t>(product) >= reject_below) return static_cast<std::uint32_t>(product >> 32);
  }
}

double Sequence::next_normal() {
  return normal_quantile(next_uniform());
}

double Sequence::next_truncated_normal() {
  return normal_quantile(kPhiMinus2 + next_uniform() * (1.0 - 2.0 * kPhiMinus2));
}

void permutation(Key key, std::uint32_t epoch, std::vector<std::uint32_t>& order, std::int64_t count) {
  order.resize(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
  Sequence sequence(key, 0, epoch, stream(Purpose::kShuffle, 0));
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[sequence.next_below(static_cast<std::uint32_t>(i))]);
}

}  // namespace regulus::random
