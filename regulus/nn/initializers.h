// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "regulus/base/tensor.h"
#include "regulus/base/value.h"
#include "regulus/random/philox.h"

namespace regulus {

/// How a weight starts. A cheap handle to an immutable description; made from a Keras identifier
/// ("he_normal", "HeNormal") or by one of the functions below.
/// Fans: rank 1 (n, n); rank 2 [in, out] (in, out). With s = scale / max(1, fan):
/// truncated_normal: sigma = sqrt(s) / 0.87962566103423978, cut at 2 sigma; untruncated_normal: sqrt(s);
/// uniform: +- sqrt(3 s). Numbers follow keras.initializers.
class Initializer {
 public:
  /// Throws ConfigError with the nearest known name.
  Initializer(const char* identifier) : Initializer(std::string(identifier)) {}
  Initializer(const std::string& identifier);

  /// The weight for `shape`, drawn from (key, stream `index`) unless the initializer has a seed of
  /// its own: then from that seed alone, so that one instance gives the same draw twice, as in Keras.
  Tensor operator()(const Shape& shape, random::Key key, std::uint32_t index) const;

  /// "HeNormal", and Keras's config of it.
  const std::string& class_name() const;
  Value config() const;
  /// From class_name and config. Throws ConfigError.
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
Initializer RandomNormal(NormalOptions options);
Initializer TruncatedNormal(NormalOptions options);

struct UniformOptions {
  double minval = -0.05;
  double maxval = 0.05;
  Seed seed = {};
};
Initializer RandomUniform(UniformOptions options);

struct OrthogonalOptions {
  double gain = 1.0;
  Seed seed = {};
};
/// Rank 2 only: Q of a normal matrix's QR with the signs of R's diagonal, times gain.
Initializer Orthogonal(OrthogonalOptions options);
Initializer Identity(double gain = 1.0);
Initializer Constant(double value);
Initializer Zeros();
Initializer Ones();

}  // namespace initializers
}  // namespace regulus
