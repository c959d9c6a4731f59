// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/initializers.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "regulus/base/check.h"
#include "regulus/base/error.h"
#include "regulus/base/names.h"
#include "regulus/nn/orthogonal_matrix.h"
#include "regulus/random/sequence.h"

namespace regulus {

/// The description behind the handle.
class Initializer::Impl {
 public:
  std::string class_name;
  Value::Dict config;
  initializers::Seed seed;
  std::function<void(Tensor&, random::Sequence&)> fill;
  std::function<void(const Shape&)> require_fits;  // may be empty
};

namespace {

using initializers::Seed;
using random::Sequence;

// The standard deviation of a standard normal cut at two of them.
constexpr double kCutStddev = 0.87962566103423978;

Initializer make(std::string class_name, Value::Dict config, Seed seed,
                 std::function<void(Tensor&, Sequence&)> fill,
                 std::function<void(const Shape&)> require_fits = {}) {
  auto impl = std::make_shared<Initializer::Impl>();
  impl->class_name = std::move(class_name);
  impl->config = std::move(config);
  impl->seed = seed;
  impl->fill = std::move(fill);
  impl->require_fits = std::move(require_fits);
  return Initializer(std::move(impl));
}

Value seed_value(Seed seed) {
  return seed ? Value(static_cast<std::int64_t>(*seed)) : Value();
}

double finite(const char* class_name, const char* key, double value) {
  require_number(std::isfinite(value), class_name, std::string(key) + " must be finite", value);
  return value;
}

void one_of(const char* key, const std::string& value, std::span<const std::string_view> known) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return;
  throw ConfigError({.where = "VarianceScaling",
                     .what = std::string(key) + " \"" + value + "\" is not known",
                     .fix = did_you_mean(value, known)});
}

// A kernel of a convolution is the matrix of all its inputs and its units.
void require_axes(const char* class_name, const Shape& shape) {
  if (shape.rank() >= 2) return;
  throw ShapeError(
      {.where = class_name, .what = "the weight must have at least two axes", .found = to_string(shape)});
}

void require_matrix(const char* class_name, const Shape& shape) {
  if (shape.rank() == 2) return;
  throw ShapeError({.where = class_name, .what = "the weight must have rank 2", .found = to_string(shape)});
}

// Every value from one draw after another, in row-major order.
template <class Draw>
void fill_with(Tensor& tensor, Draw&& draw) {
  for (std::int64_t i = 0; i < tensor.size(); ++i) tensor.data()[i] = static_cast<float>(draw());
}

double fan_of(const Shape& shape, const std::string& mode) {
  double receptive = 1;
  for (std::size_t axis = 0; axis + 2 < shape.rank(); ++axis) receptive *= static_cast<double>(shape[axis]);
  const double last = shape.empty() ? 1 : static_cast<double>(shape.back());
  const double before = shape.rank() < 2 ? last : static_cast<double>(shape[shape.rank() - 2]);
  if (mode == "fan_in") return receptive * before;
  if (mode == "fan_out") return receptive * last;
  return receptive * (before + last) / 2;
}

std::function<void(Tensor&, Sequence&)> scaled_draw(double scale, const std::string& mode,
                                                    const std::string& distribution) {
  return [=](Tensor& tensor, Sequence& sequence) {
    const double s = scale / std::max(1.0, fan_of(tensor.shape(), mode));
    if (distribution == "uniform") {
      const double limit = std::sqrt(3 * s);
      fill_with(tensor, [&] { return (2 * sequence.next_uniform() - 1) * limit; });
    } else if (distribution == "truncated_normal") {
      const double stddev = std::sqrt(s) / kCutStddev;
      fill_with(tensor, [&] { return sequence.next_truncated_normal() * stddev; });
    } else {
      const double stddev = std::sqrt(s);
      fill_with(tensor, [&] { return sequence.next_normal() * stddev; });
    }
  };
}

// One of Keras's names for a VarianceScaling.
Initializer named(const char* class_name, double scale, const char* mode, const char* distribution,
                  Seed seed) {
  return make(class_name, {{"seed", seed_value(seed)}}, seed, scaled_draw(scale, mode, distribution));
}

Initializer normal(const char* class_name, const initializers::NormalOptions& o, bool truncated) {
  const double mean = finite(class_name, "mean", o.mean);
  const double stddev = o.stddev;
  require_number(stddev >= 0 && std::isfinite(stddev), class_name, "stddev must be finite and >= 0", stddev);
  return make(class_name, {{"mean", mean}, {"stddev", stddev}, {"seed", seed_value(o.seed)}}, o.seed,
              [=](Tensor& tensor, Sequence& sequence) {
                fill_with(tensor, [&] {
                  return mean +
                         stddev * (truncated ? sequence.next_truncated_normal() : sequence.next_normal());
                });
              });
}

Initializer constant(const char* class_name, Value::Dict config, double value) {
  return make(class_name, std::move(config), {},
              [value](Tensor& tensor, Sequence&) { fill_with(tensor, [value] { return value; }); });
}

}  // namespace

const std::string& Initializer::class_name() const {
  return impl_->class_name;
}
Value Initializer::config() const {
  return impl_->config;
}

Tensor Initializer::operator()(const Shape& shape, random::Key key, std::uint32_t index) const {
  require_fits(shape);
  Tensor tensor(shape);
  const Seed& own = impl_->seed;
  Sequence sequence(own ? random::Key(*own) : key, 0, 0,
                    random::stream(random::Purpose::kInit, own ? 0 : index));
  impl_->fill(tensor, sequence);
  return tensor;
}

void Initializer::require_fits(const Shape& shape) const {
  if (impl_->require_fits) impl_->require_fits(shape);
}

namespace initializers {

Initializer VarianceScaling(VarianceScalingOptions options) {
  constexpr std::string_view kModes[] = {"fan_in", "fan_out", "fan_avg"};
  constexpr std::string_view kDistributions[] = {"truncated_normal", "untruncated_normal", "uniform"};
  require_number(options.scale > 0 && std::isfinite(options.scale), "VarianceScaling",
                 "scale must be finite and > 0", options.scale);
  one_of("mode", options.mode, kModes);
  if (options.distribution == "normal") options.distribution = "truncated_normal";  // Keras's short form
  one_of("distribution", options.distribution, kDistributions);
  return make("VarianceScaling",
              {{"scale", options.scale},
               {"mode", options.mode},
               {"distribution", options.distribution},
               {"seed", seed_value(options.seed)}},
              options.seed, scaled_draw(options.scale, options.mode, options.distribution));
}

Initializer GlorotUniform(Seed seed) {
  return named("GlorotUniform", 1, "fan_avg", "uniform", seed);
}
Initializer GlorotNormal(Seed seed) {
  return named("GlorotNormal", 1, "fan_avg", "truncated_normal", seed);
}
Initializer HeUniform(Seed seed) {
  return named("HeUniform", 2, "fan_in", "uniform", seed);
}
Initializer HeNormal(Seed seed) {
  return named("HeNormal", 2, "fan_in", "truncated_normal", seed);
}
Initializer LecunUniform(Seed seed) {
  return named("LecunUniform", 1, "fan_in", "uniform", seed);
}
Initializer LecunNormal(Seed seed) {
  return named("LecunNormal", 1, "fan_in", "truncated_normal", seed);
}
Initializer RandomNormal(NormalOptions options) {
  return normal("RandomNormal", options, false);
}
Initializer TruncatedNormal(NormalOptions options) {
  return normal("TruncatedNormal", options, true);
}

Initializer RandomUniform(UniformOptions options) {
  const double minval = finite("RandomUniform", "minval", options.minval);
  const double maxval = finite("RandomUniform", "maxval", options.maxval);
  require_number(minval <= maxval, "RandomUniform", "maxval must be >= minval " + number_text(minval),
                 maxval);
  return make("RandomUniform", {{"minval", minval}, {"maxval", maxval}, {"seed", seed_value(options.seed)}},
              options.seed, [=](Tensor& tensor, Sequence& sequence) {
                fill_with(tensor, [&] { return minval + sequence.next_uniform() * (maxval - minval); });
              });
}

Initializer Orthogonal(OrthogonalOptions options) {
  const double gain = finite("Orthogonal", "gain", options.gain);
  return make(
      "Orthogonal", {{"gain", gain}, {"seed", seed_value(options.seed)}}, options.seed,
      [gain](Tensor& tensor, Sequence& sequence) {
        const std::int64_t cols = tensor.shape().back();
        const std::int64_t rows = cols > 0 ? tensor.size() / cols : 0;
        const std::int64_t length = std::max(rows, cols);
        const std::vector<double> vectors = draw_orthonormal(std::min(rows, cols), length, sequence);
        for (std::int64_t r = 0; r < rows; ++r)
          for (std::int64_t c = 0; c < cols; ++c)
            tensor.data()[r * cols + c] = static_cast<float>(
                gain * vectors[static_cast<std::size_t>(rows < cols ? r * length + c : c * length + r)]);
      },
      [](const Shape& shape) { require_axes("Orthogonal", shape); });
}

Initializer Identity(double gain) {
  finite("Identity", "gain", gain);
  return make(
      "Identity", {{"gain", gain}}, {},
      [gain](Tensor& tensor, Sequence&) {
        const std::int64_t cols = tensor.shape()[1];
        for (std::int64_t i = 0; i < std::min(tensor.shape()[0], cols); ++i)
          tensor.data()[i * cols + i] = static_cast<float>(gain);
      },
      [](const Shape& shape) { require_matrix("Identity", shape); });
}

Initializer Constant(double value) {
  return constant("Constant", {{"value", finite("Constant", "value", value)}}, value);
}
Initializer Zeros() {
  return constant("Zeros", {}, 0);
}
Initializer Ones() {
  return constant("Ones", {}, 1);
}

}  // namespace initializers
}  // namespace regulus
