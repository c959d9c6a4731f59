// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/natural.h"

#include <cmath>
#include <limits>

namespace regulus {
namespace {

constexpr double kLog2E = 0x1.71547652b82fep+0;
// ln(2) in two parts: products of the first with an exponent are exact.
constexpr double kLn2Head = 0x1.62e42fefap-1;
constexpr double kLn2Rest = 0x1.cf79abc9e3b3ap-40;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

double natural_log(double x) {
  if (x == 0) return -kInfinity;
  if (!(x > 0)) return std::numeric_limits<double>::quiet_NaN();
  if (x == kInfinity) return x;
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < 0x1.6a09e667f3bcdp-1) {  // sqrt(1/2)
    m *= 2;
    --exponent;
  }
  // log(m) = 2 atanh(s), whose series has s^(2 n + 1) / (2 n + 1); |s| < 0.172.
  const double s = (m - 1) / (m + 1);
  const double z = s * s;
  double series = 0;
  for (int odd = 23; odd >= 3; odd -= 2) series = (series + 1.0 / odd) * z;
  const double e = exponent;
  return e * kLn2Head + (2 * s + (2 * s * series + e * kLn2Rest));
}

double natural_exp(double x) {
  if (x != x) return x;
  if (x < -745.2) return 0;
  if (x > 709.79) return kInfinity;
  const double n = std::nearbyint(x * kLog2E);
  const double r = (x - n * kLn2Head) - n * kLn2Rest;
  double sum = 1;  // Taylor's series, |r| <= ln(2) / 2
  for (int k = 14; k >= 1; --k) sum = 1 + sum * r / k;
  return std::ldexp(sum, static_cast<int>(n));
}

}  // namespace regulus
