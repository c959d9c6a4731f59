// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "regulus/base/error.h"
#include "regulus/data/fashion_mnist.h"
#include "regulus/data/fashion_mnist_files.h"
#include "regulus/data/garments/picture.h"
#include "regulus/runtime/team.h"

namespace regulus::datasets {
namespace {

void check_count(const char* name, std::int64_t count) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
  if (count >= 0 && count <= kMax) return;
  throw ConfigError({.where = "garments",
                     .what = std::string(name) + " is out of range",
                     .expected = "0 to " + std::to_string(kMax),
                     .found = std::to_string(count)});
}

Dataset draw_split(random::Key key, std::uint32_t split, std::int64_t count) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(count * kPixels));
  std::vector<std::int32_t> labels(static_cast<std::size_t>(count));
  runtime::team()->run([&](int worker, int size) {
    const runtime::Range rows = runtime::split(count, worker, size);
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      const int label = garment_label(key, split, static_cast<std::uint32_t>(row));
      labels[static_cast<std::size_t>(row)] = label;
      draw_garment(key, split, static_cast<std::uint32_t>(row), label,
                   {pixels.data() + row * kPixels, kPixels});
    }
  });
  return Dataset::from_bytes(
      {kSide, kSide}, std::move(pixels), std::move(labels),
      {.name = "garments", .source = "embedded", .class_names = fashion_class_names()});
}

}  // namespace

TrainTest garments(std::uint64_t seed, std::int64_t num_train, std::int64_t num_test) {
  check_count("num_train", num_train);
  check_count("num_test", num_test);
  const random::Key key(seed);
  Dataset train = draw_split(key, 0, num_train);
  return {std::move(train), draw_split(key, 1, num_test)};
}

}  // namespace regulus::datasets
