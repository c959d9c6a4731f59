// SPDX-License-Identifier: Apache-2.0
#include "regulus/saving/test_vector.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "regulus/base/config_reader.h"
#include "regulus/base/error.h"
#include "regulus/base/sizes.h"
#include "regulus/random/philox.h"
#include "regulus/random/sequence.h"
#include "regulus/saving/description.h"

namespace regulus {
namespace {

constexpr std::int64_t kRows = 2;
constexpr std::int64_t kKept = 64;  // outputs a row
constexpr std::int64_t kBytes = sizeof(float);

// What a model may cost to get one: files of a few bytes describe models that take hours and gigabytes, and
// whoever only converts or inspects one has not asked for a prediction.
constexpr std::int64_t kMostBytes = std::int64_t{512} << 20;  // of a row's activations, and of padded weights
constexpr std::int64_t kMostProducts = std::int64_t{50} << 30;  // of a row

std::vector<std::int64_t> lengths_in(const Value& config, const char* key) {
  std::vector<std::int64_t> lengths;
  const Value* value = config.find(key);
  if (value != nullptr && value->is_list())
    for (const Value& length : value->as_list()) lengths.push_back(length.as_int());
  return lengths;
}

// Pixels of a pooling window.
std::int64_t pixels(const std::vector<std::int64_t>& lengths) {
  std::int64_t size = 1;
  for (const std::int64_t length : lengths) size = product_of(size, length);
  return size;
}

// The features of an image with all that its windows may reach over.
std::int64_t with_border(const Value& config, const Shape& image) {
  const std::vector<std::int64_t> kernel = lengths_in(config, "kernel_size");
  const std::vector<std::int64_t> dilation = lengths_in(config, "dilation_rate");
  if (kernel.size() + 1 != image.rank() || dilation.size() != kernel.size()) return image.size();
  std::int64_t size = image.back();
  for (std::size_t axis = 0; axis < kernel.size(); ++axis)
    size = product_of(size, sum_of(image[axis], product_of(kernel[axis] - 1, dilation[axis])));
  const Value* copies = config.find("depth_multiplier");
  return product_of(size, copies != nullptr && copies->is_int() ? copies->as_int() : 1);
}

bool is_affordable(const Sequential& model, const Shape& rows) {
  std::int64_t bytes = 0;
  std::int64_t products = 0;
  Shape shape = rows;
  for (const LayerPtr& layer : model.layers()) {
    const Value config = layer->config();
    bytes = sum_of(bytes, product_of(with_border(config, shape), kBytes));
    shape = layer->output_shape(shape);
    bytes = sum_of(bytes, product_of(shape.size(), kBytes));
    products = sum_of(products, product_of(shape.size(), pixels(lengths_in(config, "pool_size"))));
    for (const plan::ParameterPtr& weight : layer->weights()) {
      bytes = sum_of(bytes, product_of(weight->packed_size() - weight->shape().size(), kBytes));
      products = sum_of(products, product_of(weight->shape().size(), shape.size() / weight->units()));
    }
  }
  return bytes <= kMostBytes && products <= kMostProducts;
}

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

// Rows of open lengths get the shortest that the model takes.
std::optional<Shape> row_shape(const Sequential& model) {
  constexpr std::int64_t kShortest = 8;
  constexpr std::int64_t kLongest = 512;
  if (!model.input_shape().is_open()) return model.input_shape();
  for (std::int64_t length = kShortest; length <= kLongest; length *= 2) try {
      Shape rows = model.input_shape().filled(length);
      model.output_shape(rows);
      return rows;
    } catch (const ShapeError&) {
    }
  return {};
}

TestVector made(const Sequential& model) {
  const std::optional<Shape> shape = row_shape(model);
  if (!shape) return {};
  const Tensor x = rows(*shape);
  TestVector vector;
  if (!any_always_on(model)) vector.prediction = first_outputs(model.predict(x));
  if (any_stochastic(model)) vector.one_mc_sample = first_outputs(model.predict_mc(x, {.samples = 1}).mean);
  return vector;
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
  const std::optional<Shape> rows = row_shape(model);
  if (!rows || !is_affordable(model, *rows)) return {};
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
