// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "regulus/base/tensor.h"
#include "regulus/base/value.h"
#include "regulus/random/philox.h"

namespace regulus {

/// How a weight starts. A cheap handle to an immutable description; made from a Keras identifier
/// ("he_normal", "HeNormal", "zeros", "zero") or by one of the functions below.
/// Fans: rank 1 (n, n); rank 2 [in, out] (in, out); above, [..., in, out] times the product of the
/// leading lengths. With s = scale / max(1, fan):
/// truncated_normal: sigma = sqrt(s) / 0.87962566103423978, cut at 2 sigma; untruncated_normal: sqrt(s);
/// uniform: +- sqrt(3 s). Formulas follow keras.initializers; the random numbers are regulus's own,
/// drawn in double in row-major order from operations that IEEE 754 rounds exactly.
class Initializer {
 public:
  /// Throws ConfigError with the nearest known name.
  Initializer(const char* identifier) : Initializer(std::string(identifier)) {}
  Initializer(const std::string& identifier);

  /// The weight for `shape`, drawn from (key, stream `index`) unless the initializer has a seed of
  /// its own: then from that seed alone, so that one instance gives the same draw twice, as in Keras.
  /// Throws ShapeError for a rank that the initializer does not know.
  Tensor operator()(const Shape& shape, random::Key key, std::uint32_t index) const;
  /// Throws that ShapeError, without drawing.
  void require_fits(const Shape& shape) const;

  /// "HeNormal", and Keras's config of it.
  const std::string& class_name() const;
  Value config() const;
  /// From class_name and Keras's config; members left out are Keras's defaults. Throws ConfigError.
  static Initializer from_config(const std::string& class_name, const Value& config);

  class Impl;
  explicit Initializer(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const Impl> impl_;
};

namespace initializers {

using Seed = std::optional<std::uint64_t>;

struct VarianceScalingOptions {
  double scale = 1.0;
  std::string mode = "fan_in";                    ///< fan_in, fan_out, fan_avg
  std::string distribution = "truncated_normal";  ///< truncated_normal, untruncated_normal, uniform
  Seed seed = {};
};
/// Throws ConfigError unless scale > 0 and the names are known.
Initializer VarianceScaling(VarianceScalingOptions options);
Initializer GlorotUniform(Seed seed = {});
Initializer GlorotNormal(Seed seed = {});
Initializer HeUniform(Seed seed = {});
Initializer HeNormal(Seed seed = {});
Initializer LecunUniform(Seed seed = {});
Initializer LecunNormal(Seed seed = {});

struct NormalOptions {
  double mean = 0.0;
  double stddev = 0.05;
  Seed seed = {};
};
/// Throws ConfigError unless mean is finite and stddev finite and >= 0.
Initializer RandomNormal(NormalOptions options);
/// stddev is that of the normal before it is cut at two of them. Throws as RandomNormal.
Initializer TruncatedNormal(NormalOptions options);

struct UniformOptions {
  double minval = -0.05;
  double maxval = 0.05;
  Seed seed = {};
};
/// Throws ConfigError unless minval <= maxval, both finite.
Initializer RandomUniform(UniformOptions options);

struct OrthogonalOptions {
  double gain = 1.0;
  Seed seed = {};
};
/// Of the matrix of all axes but the last and the last: Q of a normal matrix's QR with the signs of R's
/// diagonal, times gain. Rows are orthonormal if there are fewer than columns, else columns are. Throws
/// ConfigError unless finite.
Initializer Orthogonal(OrthogonalOptions options);
/// gain on the diagonal, 0 elsewhere; rank 2 only.
Initializer Identity(double gain = 1.0);
Initializer Constant(double value);
Initializer Zeros();
Initializer Ones();

}  // namespace initializers
}  // namespace regulus
