// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "regulus/nn/layer.h"

namespace regulus {

/// Pixels at the sides of an image: `1` at each side, `{1, 2}` above and below, left and right, or
/// `{{1, 2}, {3, 4}}` above, below, left, right.
struct Border {
  using Pair = std::array<std::int64_t, 2>;

  Border(std::int64_t all) : Border(all, all) {}
  Border(std::int64_t rows, std::int64_t columns) : Border(Pair{rows, rows}, Pair{columns, columns}) {}
  Border(Pair rows, Pair columns) : height(rows), width(columns) {}

  Pair height;  ///< above, below
  Pair width;   ///< left, right
};

/// What the layers that add or take off a border have in common: images with the channels last.
class BorderLayer : public Layer {
 public:
  Value config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  void lower(plan::Graph& graph, const Shape& input_shape, std::uint32_t position) const override;

 protected:
  /// `argument` is the border's name in the config; sign: 1 to add it, -1 to take it off. Throws
  /// ConfigError unless every side is in [0, 2^31).
  BorderLayer(const char* class_name, const char* argument, int sign, Border border, std::string name,
              Shape input_shape);

 private:
  const char* argument_;
  int sign_;
  Border border_;
};

/// Images with a border of zeros. Follows keras.layers.ZeroPadding2D. Throws ShapeError for rows that
/// are not [height, width, channels].
class ZeroPadding2D final : public BorderLayer {
 public:
  struct Options {
    Border padding = 1;
    std::string name = {};
    Shape input_shape = {};
  };
  explicit ZeroPadding2D(Options options);
  static ZeroPadding2D from_config(const Value& config);
  const char* class_name() const override { return "ZeroPadding2D"; }
};

/// Images without their border. Follows keras.layers.Cropping2D. Throws ShapeError for rows that are not
/// [height, width, channels] or of which nothing would be left.
class Cropping2D final : public BorderLayer {
 public:
  struct Options {
    Border cropping = 0;
    std::string name = {};
    Shape input_shape = {};
  };
  explicit Cropping2D(Options options);
  static Cropping2D from_config(const Value& config);
  const char* class_name() const override { return "Cropping2D"; }
};

}  // namespace regulus
