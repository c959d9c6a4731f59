// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/test_vector.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/random/philox.h"
#include "regulus/random/sequence.h"
#include "regulus/saving/description.h"

namespace regulus {
namespace {

constexpr std::int64_t kRows = 2;
constexpr std::int64_t kKept = 64;  // outputs a row

Tensor rows(const Shape& row_shape) {
  constexpr std::uint64_t kSeed = 0x7265'6775'6c75'73;  // "regulus"
  random::Sequence draws(random::Key(kSeed), 0, 0, 0);
  Tensor x(row_shape.with_front(kRows));
  for (std::int64_t i = 0; i < x.size(); ++i) x.data()[i] = random::uniform(draws.next_word());
  return x;
}

std::vector<float> first_outputs(const Tensor& outputs) {
  const std::int64_t width = outputs.size() / kRows;
  std::vector<float> kept;
  for (std::int64_t row = 0; row < kRows; ++row)
    for (std::int64_t i = 0; i < std::min(width, kKept); ++i) kept.push_back(outputs.data()[row * width + i]);
  return kept;
}

bool any_stochastic(const Sequential& model) {
  return std::any_of(model.layers().begin(), model.layers().end(),
                     [](const LayerPtr& layer) { return layer->stochastic(); });
}

bool any_always_on(const Sequential& model) {
  return std::any_of(model.layers().begin(), model.layers().end(),
                     [](const LayerPtr& layer) { return layer->stochastic() && layer->always_on(); });
}

TestVector made(const Sequential& model) {
  const Tensor x = rows(model.input_shape());
  TestVector vector;
  if (!any_always_on(model)) vector.prediction = first_outputs(model.predict(x));
  if (any_stochastic(model)) vector.one_mc_sample = first_outputs(model.predict_mc(x, {.samples = 1}).mean);
  return vector;
}

// Some bytes of a file can ask for a row of gigabytes: saving must not.
bool is_small(const Sequential& model) {
  constexpr std::int64_t kMaxValues = std::int64_t{1} << 24;
  Shape shape = model.input_shape();
  if (shape.size() > kMaxValues) return false;
  for (const LayerPtr& layer : model.layers()) {
    shape = layer->output_shape(shape);
    if (shape.size() > kMaxValues) return false;
  }
  return true;
}

bool all_finite(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

Value list(const std::vector<float>& values) {
  Value::List out;
  for (const float v : values) out.emplace_back(static_cast<double>(v));
  return out;
}

std::vector<float> read_list(ConfigReader& reader, const char* key) {
  std::vector<float> values;
  const Value* value = reader.find(key);
  if (value == nullptr) return values;
  if (!value->is_list()) reader.refuse(key, "a list of numbers", *value);
  for (const Value& item : value->as_list()) {
    if (!item.is_number()) reader.refuse(key, "a list of numbers", item);
    values.push_back(static_cast<float>(item.as_double()));
  }
  return values;
}

double largest_difference(const std::vector<float>& found, const std::vector<float>& kept) {
  if (found.size() != kept.size()) return std::numeric_limits<double>::infinity();
  double largest = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const double wanted = static_cast<double>(kept[i]);
    const double apart = std::abs(static_cast<double>(found[i]) - wanted) / std::max(1.0, std::abs(wanted));
    if (!(apart <= largest)) largest = std::isnan(apart) ? std::numeric_limits<double>::infinity() : apart;
  }
  return largest;
}

}  // namespace

std::optional<TestVector> TestVector::of(const Sequential& model) {
  if (!is_small(model)) return {};
  TestVector vector = made(model);
  if (!all_finite(vector.prediction) || !all_finite(vector.one_mc_sample)) return {};
  return vector;
}

TestVector TestVector::from_config(const Value& config, const std::string& where) {
  TestVector vector;
  as_data_error(where, [&] {
    ConfigReader reader("test_vector", config);
    vector.prediction = read_list(reader, "prediction");
    vector.one_mc_sample = read_list(reader, "one_mc_sample");
    reader.finish();
  });
  return vector;
}

Value TestVector::config() const {
  return Value::Dict{{"prediction", list(prediction)}, {"one_mc_sample", list(one_mc_sample)}};
}

double TestVector::difference(const Sequential& model) const {
  const TestVector now = made(model);
  return std::max(largest_difference(now.prediction, prediction),
                  largest_difference(now.one_mc_sample, one_mc_sample));
}

}  // namespace regulus
