// SPDX-License-Identifier: Apache-2.0
#include "regulus/nn/open_rows.h"

#include <algorithm>
#include <string>
#include <vector>

#include "regulus/base/error.h"

namespace regulus {
namespace {

struct Probe {
  Shape rows;
  Shape output;
};
struct Probes {
  Probe small;
  Probe large;
};

// Large windows need long rows, and a length that follows another has to show it after many strides.
constexpr std::int64_t kShortest = 8;
constexpr std::int64_t kLongest = 2048;
constexpr std::int64_t kStep = 4;
constexpr std::int64_t kLarger = 8;

Probe probe(const Layer& layer, const Shape& rows, std::int64_t length) {
  Shape closed = rows.filled(length);
  Shape output = layer.output_shape(closed);
  return {std::move(closed), std::move(output)};
}

// Says of the model's rows what was said of a probe.
[[noreturn]] void throw_of_rows(const ShapeError& error, const Shape& rows, std::int64_t length) {
  ErrorInfo info = error.info();
  for (const std::int64_t probed : {length, length * kLarger}) {
    const std::string text = to_batch_string(rows.filled(probed));
    for (std::string* part : {&info.expected, &info.found})
      if (const std::size_t at = part->find(text); at != std::string::npos)
        part->replace(at, text.size(), to_batch_string(rows));
  }
  throw ShapeError(std::move(info));
}

Probes probes(const Layer& layer, const Shape& rows) {
  for (std::int64_t length = kShortest;; length *= kStep) try {
      return {probe(layer, rows, length), probe(layer, rows, length * kLarger)};
    } catch (const ShapeError& error) {
      if (length >= kLongest) throw_of_rows(error, rows, length);
    }
}

Probes checked_probes(const Layer& layer, const Shape& rows) {
  Probes both = probes(layer, rows);
  if (layer.weight_shapes(both.small.rows) == layer.weight_shapes(both.large.rows)) return both;
  throw ShapeError({.where = std::string(layer.class_name()) + " \"" + layer.name() + "\"",
                    .what = "its weights would follow lengths that are open",
                    .found = to_batch_string(rows),
                    .fix = "Give the model's input all its lengths, or put a global pooling before it."});
}

}  // namespace

Shape output_rows(const Layer& layer, const Shape& rows) {
  if (!rows.is_open()) return layer.output_shape(rows);
  const Probes both = checked_probes(layer, rows);
  std::vector<std::int64_t> lengths = both.small.output.dims();
  for (std::size_t axis = 0; axis < lengths.size(); ++axis)
    if (lengths[axis] != both.large.output[axis]) lengths[axis] = Shape::kOpen;
  return Shape(std::move(lengths));
}

Shape sample_rows(const Layer& layer, const Shape& rows) {
  return rows.is_open() ? checked_probes(layer, rows).small.rows : rows;
}

}  // namespace regulus
