// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/garments/picture.h"

#include <array>
#include <utility>

#include "regulus/data/garments/bag.h"
#include "regulus/data/garments/photograph.h"
#include "regulus/data/garments/shoes.h"
#include "regulus/data/garments/tops.h"
#include "regulus/data/garments/trouser.h"

namespace regulus::datasets {
namespace {

constexpr std::uint32_t kClasses = 10;
constexpr std::uint32_t kPictureKind = 0;
constexpr std::uint32_t kLabelKind = 1;

void draw_class(Canvas& canvas, Draw& draw, int label, float tone) {
  switch (label) {
    case 0:
      return draw_top(canvas, draw, Top::kTShirt, tone);
    case 1:
      return draw_trouser(canvas, draw, tone);
    case 2:
      return draw_top(canvas, draw, Top::kPullover, tone);
    case 3:
      return draw_top(canvas, draw, Top::kDress, tone);
    case 4:
      return draw_top(canvas, draw, Top::kCoat, tone);
    case 5:
      return draw_shoe(canvas, draw, Shoe::kSandal, tone);
    case 6:
      return draw_top(canvas, draw, Top::kShirt, tone);
    case 7:
      return draw_shoe(canvas, draw, Shoe::kSneaker, tone);
    case 8:
      return draw_bag(canvas, draw, tone);
    default:
      return draw_shoe(canvas, draw, Shoe::kAnkleBoot, tone);
  }
}

}  // namespace

int garment_label(random::Key key, std::uint32_t split, std::uint32_t row) {
  random::Sequence words(key, row / kClasses, split, random::stream(random::Purpose::kData, kLabelKind));
  std::array<int, kClasses> order = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  for (std::uint32_t i = kClasses; i > 1; --i) std::swap(order[i - 1], order[words.next_below(i)]);
  return order[row % kClasses];
}

void draw_garment(random::Key key, std::uint32_t split, std::uint32_t row, int label,
                  std::span<std::uint8_t> bytes) {
  Draw draw(random::Sequence(key, row, split, random::stream(random::Purpose::kData, kPictureKind)));
  Canvas canvas;
  const bool worn_on_feet_or_carried = label == 5 || label >= 7;
  canvas.pose = draw_pose(draw, worn_on_feet_or_carried);
  draw_fabric(canvas, draw);
  const float tone = draw.uniform(0.4f, 1.0f);
  draw_class(canvas, draw, label, tone);
  draw_occlusion(canvas, draw);
  develop(canvas, draw, bytes);
}

}  // namespace regulus::datasets
