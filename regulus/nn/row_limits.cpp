// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/row_limits.h"

#include <utility>

#include "regulus/base/error.h"
#include "regulus/base/limits.h"
#include "regulus/base/sizes.h"
#include "regulus/base/utf8.h"

namespace regulus {
namespace {

constexpr std::int64_t kMostFeatures = (std::int64_t{1} << 31) - 1;

[[noreturn]] void throw_shape(const std::string& where, const char* what, std::string expected,
                              std::string found) {
  throw ShapeError(
      {.where = where, .what = what, .expected = std::move(expected), .found = std::move(found)});
}

[[noreturn]] void throw_config(const std::string& where, std::string what, std::string expected,
                               std::string found) {
  throw ConfigError(
      {.where = where, .what = what, .expected = std::move(expected), .found = std::move(found)});
}

}  // namespace

void require_row(const std::string& where, const Shape& row) {
  if (row.rank() > kMostRowAxes)
    throw_shape(where, "the rows have too many axes", "at most " + std::to_string(kMostRowAxes),
                std::to_string(row.rank()));
  std::int64_t features = 1;
  for (const std::int64_t length : row)
    if (length >= 0) features = product_of(features, length);
  if (features < 1 || features > kMostFeatures)
    throw_shape(where, "the rows must have 1 to 2147483647 features", "", to_batch_string(row));
}

void require_row(const Layer& layer, const Shape& row) {
  require_row(std::string(layer.class_name()) + " \"" + layer.name() + "\"", row);
}

void require_layer_count(const std::string& where, std::size_t count) {
  const std::size_t most = Limits().layers;
  if (count > most)
    throw_config(where, "it has too many layers", "at most " + std::to_string(most), std::to_string(count));
}

void require_name(const std::string& where, const std::string& whose, const std::string& name) {
  const std::size_t most = Limits().name_bytes;
  if (name.size() > most)
    throw_config(where, whose + " name is too long", "at most " + std::to_string(most) + " bytes",
                 std::to_string(name.size()));
  if (!is_utf8(name) || name.find('\0') != std::string::npos)
    throw_config(where, whose + " name must be UTF-8 without NUL", "", "\"" + name + "\"");
}

}  // namespace regulus
